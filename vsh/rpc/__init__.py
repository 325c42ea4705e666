"""The wire, without a wire: bytes in, messages and values out; no sockets, files or terminals."""
