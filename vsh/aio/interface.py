# mypy: disable-error-code="no-any-return"
"""A network interface of the host.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import Text, i32, u32
    from vsh.words.interface import InterfaceXML


class Interface(Object):
    """A host interface, known by its name."""

    fields = ("name", "mac")
    name: Text
    mac: Text

    async def get_xml_desc(self, flags: InterfaceXML | u32 = 0) -> Text:
        """Its document: live, or with the flag its definition."""
        return await self._ask("get_xml_desc", flags)

    async def undefine(self) -> None:
        """Forget its definition."""
        await self._ask("undefine")

    async def create(self, flags: u32 = 0) -> None:
        """Bring it up."""
        await self._ask("create", flags)

    async def destroy(self, flags: u32 = 0) -> None:
        """Bring it down."""
        await self._ask("destroy", flags)

    async def is_active(self) -> i32:
        """1 if it is up."""
        return await self._ask("is_active")
