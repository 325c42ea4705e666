# mypy: disable-error-code="no-any-return"
"""A device of the host.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import Text, i32, u32
    from vsh.words.node_device import NodeDeviceUpdate, NodeDeviceXML


class NodeDevice(Object):
    """A host device, known by its name."""

    fields = ("name",)
    name: Text

    async def get_xml_desc(self, flags: NodeDeviceXML | u32 = 0) -> Text:
        """Its document: live, or with the flag its definition."""
        return await self._ask("get_xml_desc", flags)

    async def get_parent(self) -> Text | None:
        """Name of its parent; None for the root."""
        return await self._ask("get_parent")

    async def num_of_caps(self) -> i32:
        """How many capabilities it has."""
        return await self._ask("num_of_caps")

    async def list_caps(self) -> list[Text]:
        """Names of its capabilities."""
        return await self._ask("list_caps")

    async def dettach(self) -> None:
        """Take it from its driver in the host, for use by guests."""
        await self._ask("dettach")

    async def re_attach(self) -> None:
        """Give it back to its driver in the host."""
        await self._ask("re_attach")

    async def reset(self) -> None:
        """Reset it."""
        await self._ask("reset")

    async def destroy(self) -> None:
        """Remove it from the host."""
        await self._ask("destroy")

    async def detach_flags(self, driverName: Text | None = None, flags: u32 = 0) -> None:
        """Take it from its driver in the host and give it to another; None for the default."""
        await self._ask("detach_flags", driverName, flags)

    async def undefine(self, flags: u32 = 0) -> None:
        """Forget its definition."""
        await self._ask("undefine", flags)

    async def create(self, flags: u32 = 0) -> None:
        """Start a defined mediated device."""
        await self._ask("create", flags)

    async def get_autostart(self) -> i32:
        """1 if it is started with the host."""
        return await self._ask("get_autostart")

    async def set_autostart(self, autostart: i32) -> None:
        """Start it with the host (1), or do not (0)."""
        await self._ask("set_autostart", autostart)

    async def is_persistent(self) -> i32:
        """1 if it has a definition."""
        return await self._ask("is_persistent")

    async def is_active(self) -> i32:
        """1 if it is there."""
        return await self._ask("is_active")

    async def update(self, xml_desc: Text, flags: NodeDeviceUpdate | u32 = 0) -> None:
        """Change a mediated device, live, in the definition, or both."""
        await self._ask("update", xml_desc, flags)
