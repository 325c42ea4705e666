"""Limits of what a disk or a group of disks may carry: the options that set them.

Their parameters on the wire have the options' names, with underscores.
"""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.params import Kind, Option, Options, size, uint64
from vsh.errors import CommandError

NANOSECONDS = 10**9

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.params import Given
    from vsh.cli.session import Session


class failing_below:  # noqa: N801 (used like a keyword, as ``failing`` is)
    """Say what virsh says after a wrong value, and before what libvirt said of it."""

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, CommandError):
            second = CommandError(self.message)
            second.__cause__ = error.__cause__
            raise CommandError(error.message, hint=error.hint) from second


def _parsed(kind: Kind) -> Kind:
    def convert(text: str, name: str) -> int:
        with failing_below("Unable to parse integer parameter"):
            return int(kind.convert(text, name))

    return Kind("number", convert)


throughput = _parsed(size())
count = _parsed(uint64)

LIMITS = Options(
    total_bytes_sec=Option("limit of bytes read and written per second", kind=throughput),
    read_bytes_sec=Option("limit of bytes read per second", kind=throughput),
    write_bytes_sec=Option("limit of bytes written per second", kind=throughput),
    total_iops_sec=Option("limit of requests per second", kind=count),
    read_iops_sec=Option("limit of read requests per second", kind=count),
    write_iops_sec=Option("limit of write requests per second", kind=count),
    total_bytes_sec_max=Option("bytes read and written per second in a burst", kind=throughput),
    read_bytes_sec_max=Option("bytes read per second in a burst", kind=throughput),
    write_bytes_sec_max=Option("bytes written per second in a burst", kind=throughput),
    total_iops_sec_max=Option("requests per second in a burst", kind=count),
    read_iops_sec_max=Option("read requests per second in a burst", kind=count),
    write_iops_sec_max=Option("write requests per second in a burst", kind=count),
    size_iops_sec=Option("bytes that count as one request", kind=count),
    total_bytes_sec_max_length=Option("seconds that a burst of bytes may last", kind=count),
    read_bytes_sec_max_length=Option("seconds that a burst of bytes read may last", kind=count),
    write_bytes_sec_max_length=Option("seconds that a burst of bytes written may last", kind=count),
    total_iops_sec_max_length=Option("seconds that a burst of requests may last", kind=count),
    read_iops_sec_max_length=Option("seconds that a burst of read requests may last", kind=count),
    write_iops_sec_max_length=Option("seconds that a burst of write requests may last", kind=count),
)
"""The limits as options, in the order in which virsh shows them."""

NAMES = tuple(option.parameter for option in LIMITS.options)
OLD_NAMES = {option.parameter: option.name for option in LIMITS.options}


def parameters(limits: dict[str, int | None], group: str | None) -> TypedParams:
    """The parameters of those limits that were given, and of the group if one is named."""
    params = TypedParams()
    # throughputs go before counts, as in virsh
    for name in sorted(limits, key=lambda name: not ("bytes" in name and "length" not in name)):
        value = limits[name]
        if value is not None:
            params.set(name, "ullong", value)
    if group is not None:
        params.set("group_name", "string", group)
    return params


def group_names(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the domain's throttle groups."""
    from vsh.cli.objects import find_domain
    from vsh.commands._devices import domain_tree

    if not given.get("domain"):
        return []
    root = domain_tree(find_domain(session, given["domain"]))
    return [str(name) for name in root.xpath("./throttlegroups/throttlegroup/group_name/text()")]


def limit_told(name: str, value: int | str) -> tuple[str, int | str]:
    """The key of a limit, and its value: how long bursts last is in s, and told in ns."""
    if name.endswith("_length") and isinstance(value, int):
        return f"{name}_ns", value * NANOSECONDS
    return name, value
