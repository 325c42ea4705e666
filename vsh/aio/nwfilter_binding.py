# mypy: disable-error-code="no-any-return"
"""The binding of a network filter to a port device.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import Text, u32


class NwfilterBinding(Object):
    """A binding, known by the port device."""

    fields = ("portdev", "filtername")
    portdev: Text
    filtername: Text

    async def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Its document."""
        return await self._ask("get_xml_desc", flags)

    async def delete(self) -> None:
        """Take the filter off the port device."""
        await self._ask("delete")
