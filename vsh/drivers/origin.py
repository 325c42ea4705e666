"""Which part of libvirt says an error (``virErrorDomain``): programs that were written for libvirt
look at it.

A driver says what is its own; documents are read, and objects of the host kept, by parts that are
the same for all drivers.
"""

from __future__ import annotations

from vsh.errors import OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api._call import Call
    from vsh.errors import Error

DOMAIN, QEMU, CPU = 20, 10, 31
KINDS = {
    "network": 19, "storage": 18, "node_device": 22, "interface": 26, "secret": 30, "nwfilter": 33,
}  # fmt: skip
MOMENTS = {"snapshot": 35, "checkpoint": 69}
XML = (16, 19, 21, 22, 23, 24, 27, 35)
"""The numbers of errors in documents: what is unknown, wrong or missing in them, or no document."""


def library(call: Call[..., object]) -> int:
    """The part that a call belongs to, whatever the driver."""
    if call.program != "remote":
        return 0
    slot = call.slot
    words = MOMENTS if slot.startswith("domain_") else KINDS
    if slot.startswith("node_") and not slot.startswith("node_device_"):
        return DOMAIN
    return next((number for word, number in words.items() if word in slot), DOMAIN)


def origin(error: Error, call: Call[..., object], own: int) -> int:
    """The part that an error of a driver comes from.

    own  the driver's number
    """
    place = library(call)
    if error.code in XML:
        of_cpus = call.slot.startswith(("connect_baseline_", "connect_compare_"))
        return CPU if of_cpus else place
    if isinstance(error, OperationInvalid) and error.detail == "domain is not running":
        return DOMAIN  # it is looked at in one place for all drivers
    return place if own == QEMU and place in KINDS.values() else own
