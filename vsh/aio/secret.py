# mypy: disable-error-code="no-any-return"
"""A secret: a passphrase or key that libvirt keeps.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import UUID, Blob, Text, i32, u32


class Secret(Object):
    """A secret, known by its UUID."""

    fields = ("uuid", "usageType", "usageID")
    uuid: UUID
    usageType: i32
    usageID: Text

    async def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Its document, without its value."""
        return await self._ask("get_xml_desc", flags)

    async def set_value(self, value: Blob, flags: u32 = 0) -> None:
        """Set its value; 64 KiB at most."""
        await self._ask("set_value", value, flags)

    async def get_value(self, flags: u32 = 0) -> Blob:
        """Its value; a private one is not told."""
        return await self._ask("get_value", flags)

    async def undefine(self) -> None:
        """Forget it and its value."""
        await self._ask("undefine")
