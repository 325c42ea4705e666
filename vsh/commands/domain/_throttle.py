"""Limits of what a disk or a group of disks may carry: the options that set them.

Their parameters on the wire have the options' names, with underscores.
"""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.params import Kind, size, uint64
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.session import Session


_SIZE = size()


def _scaled(text: str, name: str) -> int:
    try:
        value: int = _SIZE.convert(text, name)
    except CommandError as error:
        raise _refused(error)  # noqa: B904 - its causes are set
    return value


def _counted(text: str, name: str) -> int:
    try:
        value: int = uint64.convert(text, name)
    except CommandError as error:
        raise _refused(error)  # noqa: B904 - its causes are set
    return value


def _refused(error: CommandError) -> CommandError:
    """The error with what virsh says after it, and then what libvirt said."""
    second = CommandError("Unable to parse integer parameter")
    second.__cause__ = error.__cause__
    first = CommandError(error.message, hint=error.hint)
    first.__cause__ = second
    return first


throughput = Kind("number", _scaled)
count = Kind("number", _counted)

LIMITS = (
    "total_bytes_sec",
    "read_bytes_sec",
    "write_bytes_sec",
    "total_iops_sec",
    "read_iops_sec",
    "write_iops_sec",
    "total_bytes_sec_max",
    "read_bytes_sec_max",
    "write_bytes_sec_max",
    "total_iops_sec_max",
    "read_iops_sec_max",
    "write_iops_sec_max",
    "size_iops_sec",
    "total_bytes_sec_max_length",
    "read_bytes_sec_max_length",
    "write_bytes_sec_max_length",
    "total_iops_sec_max_length",
    "read_iops_sec_max_length",
    "write_iops_sec_max_length",
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
