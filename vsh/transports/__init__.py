"""How a daemon is reached: one file per transport, each with a function of its name: address ->
duplex.

A duplex has ``send(bytes) -> int``, ``receive(size) -> bytes | None``, ``fileno()`` and
``close()``. None of them waits: 0 bytes sent or None received mean "not now", b"" is the end.
Failures are Errors with libvirt's texts.
"""
