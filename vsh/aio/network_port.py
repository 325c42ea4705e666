# mypy: disable-error-code="no-any-return"
"""A port of a virtual network: where one interface is plugged in.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.aio.network import Network
    from vsh.api.types import UUID, Text, TypedParams, u32


class NetworkPort(Object):
    """A port, known by its network and its UUID."""

    fields = ("network", "uuid")
    network: Network
    uuid: UUID

    async def get_parameters(self, flags: u32 = 0) -> TypedParams:
        """Its bandwidth limits, in KiB/s and KiB."""
        return await self._ask("get_parameters", flags)

    async def set_parameters(self, params: TypedParams, flags: u32 = 0) -> None:
        """Change its bandwidth limits."""
        await self._ask("set_parameters", params, flags)

    async def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Its document."""
        return await self._ask("get_xml_desc", flags)

    async def delete(self, flags: u32 = 0) -> None:
        """Remove it."""
        await self._ask("delete", flags)
