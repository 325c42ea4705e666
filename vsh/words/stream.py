"""Words of streams, as libvirt numbers them."""

from vsh.words import Flags


class Stream(Flags, prefix="VIR_STREAM_"):
    """How to use a stream."""

    NONBLOCK = 1


class StreamRecv(Flags, prefix="VIR_STREAM_RECV_"):
    """How to read."""

    STOP_AT_HOLE = 1


class StreamEventType(Flags, prefix="VIR_STREAM_EVENT_"):
    """What to wait for."""

    READABLE = 1
    WRITABLE = 2
    ERROR = 4
    HANGUP = 8
