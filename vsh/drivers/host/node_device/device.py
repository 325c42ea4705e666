"""One device of a machine: its name, where it is, and all that is known of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.host.node_device import NodeDevice as Definition

COMPUTER = "computer"
_INNER = {"fc_host": "fc_host", "vport_ops": "vports", "mdev_types": "mdev_types", "vpd": "vpd"}


class Device:
    """One device.

    name        libvirt's name for it
    path        where the kernel has it; None for the machine itself, and for what is only defined
    parent      the name of what it is plugged into
    kinds       what it can do, its own kind first
    definition  all that is known of it
    """

    __slots__ = ("autostart", "definition", "kinds", "name", "parent", "path", "persistent")

    def __init__(
        self, definition: Definition, *, persistent: bool = False, autostart: bool = False
    ) -> None:
        self.definition = definition
        self.name = str(definition.name)
        self.path = definition.path
        self.parent = definition.parent
        self.persistent = persistent
        self.autostart = autostart
        inner = [
            _INNER[word]
            for each in definition.capabilities
            for word in (one.type for one in getattr(each, "capabilities", ()))
            if word in _INNER
        ]
        self.kinds = (*(str(each.type) for each in definition.capabilities), *inner)

    @property
    def active(self) -> bool:
        """Whether it is there, and not only defined."""
        return self.path is not None or self.name == COMPUTER
