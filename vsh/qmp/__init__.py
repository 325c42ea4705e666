"""QEMU's machine protocol without a wire: bytes in, answers and events out."""
