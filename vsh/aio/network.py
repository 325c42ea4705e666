# mypy: disable-error-code="no-any-return"
"""A virtual network.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.aio.editing import Edit
    from vsh.aio.network_port import NetworkPort
    from vsh.api.network import DhcpLease
    from vsh.api.types import UUID, Text, i32, u32
    from vsh.words.network import (
        NetworkMetadataType,
        NetworkUpdate,
        NetworkUpdateCommand,
        NetworkUpdateSection,
        NetworkXML,
    )
    from vsh.words.network_port import NetworkPortCreate
    from vsh.xml import network as documents


class Network(Object):
    """A network, known by its UUID."""

    fields = ("name", "uuid")
    name: Text
    uuid: UUID

    @property
    async def active(self) -> bool:
        """Whether it runs."""
        return bool(await self.is_active())

    @property
    async def persistent(self) -> bool:
        """Whether it has a definition, which stays when it stops."""
        return bool(await self.is_persistent())

    @property
    async def autostart(self) -> bool:
        """Whether it starts with the host."""
        return bool(await self.get_autostart())

    @property
    async def bridge(self) -> str:
        """The name of its bridge device on the host."""
        return await self.get_bridge_name()

    @property
    async def leases(self) -> list[DhcpLease]:
        """The DHCP leases that it has given."""
        return await self.get_dhcp_leases()

    @property
    async def xml(self) -> documents.Network:
        """Its document as a model; changing that changes nothing: see ``edit``."""
        from vsh.xml.engine.reader import read
        from vsh.xml.network import Network

        return read(await self.get_xml_desc(0), Network)

    def edit(self) -> Edit[documents.Network]:
        """Change the definition: ``with network.edit() as xml: ...``, as ``Domain.edit`` does."""
        from vsh.aio.editing import Edit, inactive
        from vsh.words.network import NetworkDefine, NetworkXML
        from vsh.xml.network import Network

        define = self.connection.network_define_xml_flags
        return Edit(
            "network",
            self.name,
            lambda: inactive(self.get_xml_desc, NetworkXML.INACTIVE),
            lambda text: define(text, NetworkDefine.VALIDATE),
            Network,
        )

    async def create(self) -> None:
        """Start it."""
        await self._ask("create")

    async def destroy(self) -> None:
        """Stop it."""
        await self._ask("destroy")

    async def get_xml_desc(self, flags: NetworkXML | u32 = 0) -> Text:
        """Its document: live, or with the flag its definition."""
        return await self._ask("get_xml_desc", flags)

    async def get_autostart(self) -> i32:
        """1 if it is started with the host."""
        return await self._ask("get_autostart")

    async def get_bridge_name(self) -> Text:
        """Name of its bridge."""
        return await self._ask("get_bridge_name")

    async def set_autostart(self, autostart: i32) -> None:
        """Start it with the host (1), or do not (0)."""
        await self._ask("set_autostart", autostart)

    async def undefine(self) -> None:
        """Forget its definition."""
        await self._ask("undefine")

    async def is_active(self) -> i32:
        """1 if it is active."""
        return await self._ask("is_active")

    async def is_persistent(self) -> i32:
        """1 if it has a definition."""
        return await self._ask("is_persistent")

    async def update(
        self,
        command: NetworkUpdateCommand | u32,
        section: NetworkUpdateSection | u32,
        parentIndex: i32,
        xml: Text,
        flags: NetworkUpdate | u32 = 0,
    ) -> None:
        """Change one section of it (``NetworkUpdateCommand``,
        ``NetworkUpdateSection``); ``parentIndex`` -1 lets libvirt find the place.
        """
        await self._ask("update", command, section, parentIndex, xml, flags)

    async def get_dhcp_leases(self, mac: Text | None = None, flags: u32 = 0) -> list[DhcpLease]:
        """Its DHCP leases; of one MAC address, or None for all."""
        return await self._ask("get_dhcp_leases", mac, flags)

    async def list_all_ports(self, flags: u32 = 0) -> list[NetworkPort]:
        """Its ports."""
        return await self._ask("list_all_ports", flags)

    async def port_lookup_by_uuid(self, uuid: UUID) -> NetworkPort:
        """The port of that UUID.  Raises NoNetworkPort."""
        return await self._ask("port_lookup_by_uuid", uuid)

    async def port_create_xml(self, xml: Text, flags: NetworkPortCreate | u32 = 0) -> NetworkPort:
        """Make a port."""
        return await self._ask("port_create_xml", xml, flags)

    async def set_metadata(
        self,
        type: NetworkMetadataType | i32,
        metadata: Text | None = None,
        key: Text | None = None,
        uri: Text | None = None,
        flags: NetworkUpdate | u32 = 0,
    ) -> None:
        """Set its title, description or a custom element;
        None removes it.
        """
        await self._ask("set_metadata", type, metadata, key, uri, flags)

    async def get_metadata(
        self,
        type: NetworkMetadataType | i32,
        uri: Text | None = None,
        flags: NetworkUpdate | u32 = 0,
    ) -> Text:
        """Its title, description or a custom element."""
        return await self._ask("get_metadata", type, uri, flags)
