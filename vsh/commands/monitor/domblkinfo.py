"""domblkinfo: how large a domain's disks are."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, anything
from vsh.commands._devices import disk_targets, domain_tree
from vsh.commands._sizes import pretty
from vsh.errors import CommandError, Domains, Error, InternalError
from vsh.output.document import Column, Fields, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(
    exclusive=(("all", "device"),), tells="[target capacity_bytes allocation_bytes physical_bytes]"
)
def domblkinfo(
    domain: Domain = DOMAIN,
    device: str | None = Argument(
        "target or source of the disk", kind=anything, required=False, complete=disk_targets
    ),
    human: bool = Flag("print sizes in units that are easy to read"),
    all: bool = Flag("all disks, in a table"),
) -> Document:
    """Print the sizes of a disk of a domain, or of all of them.

    Capacity is what the guest sees, allocation the highest place that was written, physical what
    the disk takes on the host.

    Examples:
        domblkinfo web1 vda --human  # how large it is, how much is used
        domblkinfo web1 --all  # of every disk
    """

    def text(size: int | None) -> str:
        if size is None:
            return "-"
        return pretty(size, 3) if human else str(size)

    if all:
        return Table(
            [[target, *_sizes(info)] for target, info in _every(domain)],
            Column("Target", "target"),
            Column("Capacity", "capacity_bytes", text, right=True),
            Column("Allocation", "allocation_bytes", text, right=True),
            Column("Physical", "physical_bytes", text, right=True),
        )
    if not device:
        raise CommandError("command 'domblkinfo' requires <device> option")
    capacity, allocation, physical = _sizes(domain.get_block_info(device))
    fields = _Disk()
    fields.add("Capacity:", text(capacity), target=device, capacity_bytes=capacity)
    fields.add("Allocation:", text(allocation), allocation_bytes=allocation)
    fields.add("Physical:", text(physical), physical_bytes=physical)
    return fields


class _Disk(Fields):
    """One disk in fields for people, and as the one row of a listing for programs."""

    __slots__ = ()

    def data(self) -> object:
        return [self.values()]


def _sizes(info: Any) -> tuple[int | None, int | None, int | None]:
    """Capacity, allocation and physical size; nothing where none of them is known."""
    if info is None or not (info.capacity or info.allocation or info.physical):
        return None, None, None
    return info.capacity, info.allocation, info.physical


def _every(domain: Domain) -> list[tuple[str, Any]]:
    """Each disk's target and its sizes, or None where its source says nothing."""
    connection = domain.connection
    disks = domain_tree(domain).xpath("./devices/disk")
    targets = [str(disk.xpath("string(./target/@dev)")) for disk in disks]
    asked = [number for number, disk in enumerate(disks) if disk.find("./source") is not None]
    answers = connection.many([domain.get_block_info.request(targets[number]) for number in asked])
    infos: dict[int, Any] = {}
    for number, answer in zip(asked, answers, strict=True):
        if isinstance(answer, Error):
            remote = disks[number].find("./source").get("protocol")
            # a network disk of a guest that is off cannot be asked for its size
            if not (
                remote
                and isinstance(answer, InternalError)
                and answer.domain == Domains.STORAGE
                and connection.many([domain.is_active.request()]) != [1]
            ):
                raise answer
        else:
            infos[number] = answer
    return [(target, infos.get(number)) for number, target in enumerate(targets)]
