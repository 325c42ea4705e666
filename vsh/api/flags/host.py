"""Flags of the host, as libvirt numbers them."""


class NodeAllocPages:
    """Whether the count is added or set."""

    prefix = "VIR_NODE_ALLOC_PAGES_"
    ADD = 0
    SET = 1
