"""Limits of what a disk or a group of disks may carry: the options that set them.

Their parameters on the wire have the options' names, with underscores.
"""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.params import Kind, integer, scale
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.session import Session


def _scaled(text: str, name: str) -> int:
    value = scale(text)
    if value is None:
        raise CommandError(
            f"Scaled numeric value '{text}' for <{name}> option is malformed or out of range"
        ) from CommandError("Unable to parse integer parameter")
    return value


def _counted(text: str, name: str) -> int:
    value = integer(text, 0, 2**64 - 1)
    if value is None:
        raise CommandError(
            f"Numeric value '{text}' for <{name}> option is malformed or out of range"
        ) from CommandError("Unable to parse integer parameter")
    return value


throughput = Kind("number", _scaled)
count = Kind("number", _counted)

LIMITS = (
    "total_bytes_sec", "read_bytes_sec", "write_bytes_sec", "total_iops_sec", "read_iops_sec",
    "write_iops_sec", "total_bytes_sec_max", "read_bytes_sec_max", "write_bytes_sec_max",
    "total_iops_sec_max", "read_iops_sec_max", "write_iops_sec_max", "size_iops_sec",
    "total_bytes_sec_max_length", "read_bytes_sec_max_length", "write_bytes_sec_max_length",
    "total_iops_sec_max_length", "read_iops_sec_max_length", "write_iops_sec_max_length",
)
"""The parameters, in the order in which virsh shows them."""

OLD_NAMES = {name: name.replace("_", "-") for name in LIMITS}

TOTAL_BYTES = "limit of bytes read and written per second"
READ_BYTES = "limit of bytes read per second"
WRITE_BYTES = "limit of bytes written per second"
TOTAL_IOPS = "limit of requests per second"
READ_IOPS = "limit of read requests per second"
WRITE_IOPS = "limit of write requests per second"
TOTAL_BYTES_MAX = "bytes read and written per second in a burst"
READ_BYTES_MAX = "bytes read per second in a burst"
WRITE_BYTES_MAX = "bytes written per second in a burst"
TOTAL_IOPS_MAX = "requests per second in a burst"
READ_IOPS_MAX = "read requests per second in a burst"
WRITE_IOPS_MAX = "write requests per second in a burst"
SIZE_IOPS = "bytes that count as one request"
TOTAL_BYTES_LENGTH = "seconds that a burst of bytes may last"
READ_BYTES_LENGTH = "seconds that a burst of bytes read may last"
WRITE_BYTES_LENGTH = "seconds that a burst of bytes written may last"
TOTAL_IOPS_LENGTH = "seconds that a burst of requests may last"
READ_IOPS_LENGTH = "seconds that a burst of read requests may last"
WRITE_IOPS_LENGTH = "seconds that a burst of write requests may last"


def limits(**values: int | None) -> TypedParams:
    """The parameters of those limits that were given."""
    params = TypedParams()
    # throughputs go before counts, as in virsh
    for name in sorted(values, key=lambda name: not ("bytes" in name and "length" not in name)):
        value = values[name]
        if value is not None:
            params.set(name, "ullong", value)
    return params


def group_names(session: Session, text: str, given: dict[str, Any]) -> Iterable[str]:
    """A completer of the domain's throttle groups."""
    from vsh.cli.objects import find_domain
    from vsh.commands._devices import domain_tree

    if not given.get("domain"):
        return []
    root = domain_tree(find_domain(session, given["domain"]))
    return [str(name) for name in root.xpath("./throttlegroups/throttlegroup/group_name/text()")]
