# mypy: disable-error-code="no-any-return"
"""A network filter.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import UUID, Text, u32


class Nwfilter(Object):
    """A network filter, known by its UUID."""

    fields = ("name", "uuid")
    name: Text
    uuid: UUID

    async def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Its document."""
        return await self._ask("get_xml_desc", flags)

    async def undefine(self) -> None:
        """Forget it."""
        await self._ask("undefine")
