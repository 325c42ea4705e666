"""Flags of events, as libvirt numbers them."""


class DomainMemoryFailure:
    """What is known of a memory failure."""

    prefix = "VIR_DOMAIN_MEMORY_FAILURE_"
    ACTION_REQUIRED = 1
    RECURSIVE = 2


class EventHandleType:
    """What to wait for on a file."""

    prefix = "VIR_EVENT_HANDLE_"
    READABLE = 1
    WRITABLE = 2
    ERROR = 4
    HANGUP = 8
