"""Words of streams, as libvirt numbers them."""


class Stream:
    """How to use a stream."""

    prefix = "VIR_STREAM_"
    NONBLOCK = 1


class StreamRecv:
    """How to read."""

    prefix = "VIR_STREAM_RECV_"
    STOP_AT_HOLE = 1


class StreamEventType:
    """What to wait for."""

    prefix = "VIR_STREAM_EVENT_"
    READABLE = 1
    WRITABLE = 2
    ERROR = 4
    HANGUP = 8
