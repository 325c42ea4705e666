"""What statistics need of a guest's document, kept beside it in the state file: the counts of
hundreds of guests are told without reading their documents.
"""

from __future__ import annotations

from vsh.hypervisors.qemu.machine import is_modern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from vsh.xml.domain import Domain as Definition

    KeptOutline: TypeAlias = "tuple[list[int], list[KeptDisk], list[KeptCard], int, bool]"
    KeptDisk: TypeAlias = "tuple[str, str, str | None, str | None, str | None]"
    KeptCard: TypeAlias = "tuple[str | None, str | None]"


PARTS = 5
"""Of an outline; one with fewer was kept by an older vsh."""


class Counted:
    """A disk: the names that its document gives.

    target  what the guest is told to call it
    kind    "file", "block", "network" ...; "" for a drive with nothing in it
    path    of its image, where it is a path
    format  of its image
    alias   its device's, while it runs
    """

    __slots__ = ("alias", "format", "kind", "path", "target")

    def __init__(
        self, target: str, kind: str, path: str | None, format: str | None, alias: str | None
    ) -> None:
        self.target = target
        self.kind = kind
        self.path = path
        self.format = format
        self.alias = alias


class Outline:
    """The parts of a guest that are counted.

    most, now  vCPUs that it can have, and has
    disks      those that it has
    cards      link on the host and type of each interface
    channels   how many virtio channels it has, whose ends may come and go
    modern     whether newer libvirt counts for it (``machine.is_modern``)
    """

    __slots__ = ("cards", "channels", "disks", "modern", "most", "now")

    def __init__(self, kept: KeptOutline) -> None:
        (self.most, self.now), disks, self.cards, self.channels, self.modern = kept
        self.disks = [Counted(*disk) for disk in disks]


def kept(definition: Definition) -> KeptOutline:
    """The outline of a definition as the state file has it."""
    return (
        [int(definition.vcpus or 0), int(definition.vcpu_current or 0)],
        [
            (
                str(disk.target),
                "" if disk.empty() else str(disk.type),
                None if disk.source is None else disk.source.path,
                disk.driver_type,
                disk.alias,
            )
            for disk in definition.disks
        ],
        [(card.target, card.type) for card in definition.interfaces],
        sum(channel.target_type == "virtio" for channel in definition.channels),
        is_modern(definition),
    )
