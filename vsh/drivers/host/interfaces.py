"""Which interfaces this machine has, and finding them."""

from __future__ import annotations

from vsh.api.interface import Interface
from vsh.drivers.host.interface import is_active, is_up, links, needed, one
from vsh.drivers.host.netlink import exists
from vsh.drivers.part import Part
from vsh.errors import MultipleInterfaces, NoInterface
from vsh.words.connection import ListAllInterfaces
from vsh.words.interface import InterfaceDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.interface_tools.definitions import InterfaceDefinitions
    from vsh.drivers.host.netlink import Link
    from vsh.xml.host.interface import HostInterface


class HostInterfaces(Part):
    """Listing, finding and defining interfaces: a part of the answers about networks."""

    driver: HostDriver

    @property
    def _definitions(self) -> InterfaceDefinitions:
        return self.driver.hypervisor.interfaces

    def _absent(self) -> list[HostInterface]:
        """Those that are only defined."""
        return [each for each in self._definitions.documents() if not exists(each.name)]

    def list_all_interfaces(self, connection: Connection, flags: int = 0) -> list[Interface]:
        self.accept(
            flags,
            ListAllInterfaces.INACTIVE | ListAllInterfaces.ACTIVE,
            "udevConnectListAllInterfaces",
        )
        found = [
            Interface(connection, link.name, link.mac)
            for link in _shown()
            if not flags
            or flags & (ListAllInterfaces.ACTIVE if is_active(link) else ListAllInterfaces.INACTIVE)
        ]
        if not flags or flags & ListAllInterfaces.INACTIVE:
            found += [Interface(connection, one.name, one.mac or "") for one in self._absent()]
        return found

    def num_of_interfaces(self, connection: Connection) -> int:
        return len(self.list_interfaces(connection))

    def list_interfaces(self, connection: Connection) -> list[str]:
        return [link.name for link in _shown() if is_active(link)]

    def num_of_defined_interfaces(self, connection: Connection) -> int:
        return len(self.list_defined_interfaces(connection))

    def list_defined_interfaces(self, connection: Connection) -> list[str]:
        there = [link.name for link in _shown() if link.state == "down"]
        return there + [each.name for each in self._absent()]

    def interface_lookup_by_name(self, connection: Connection, name: str) -> Interface:
        defined = self._definitions.named(name)
        if defined is not None and not exists(name):
            return Interface(connection, name, defined.mac or "")
        link = one(name)[0]
        return Interface(connection, link.name, link.mac)

    def interface_lookup_by_mac_string(self, connection: Connection, mac: str) -> Interface:
        found = [link for link in _shown() if link.mac == mac.lower()]
        if not found:
            raise NoInterface(f"couldn't find interface with MAC address '{mac}'")
        if len(found) > 1:
            raise MultipleInterfaces(f"the MAC address '{mac}' matches multiple interfaces")
        return Interface(connection, found[0].name, found[0].mac)

    # ---- changing

    def interface_define_xml(self, connection: Connection, xml: str, flags: int = 0) -> Interface:
        from vsh.drivers.host.interface_tools.definitions import parsed

        tool = needed(self._definitions, "virInterfaceDefineXML")
        self.accept(flags, InterfaceDefine.VALIDATE, "interfaceDefineXML")
        if flags & InterfaceDefine.VALIDATE:
            from vsh.xml.host.interface import HostInterface
            from vsh.xml.schema import check

            error = check(xml, "interface", HostInterface)
            if error is not None:
                raise error
        document = parsed(xml)
        self._definitions.define(tool, document)
        return self.interface_lookup_by_name(connection, document.name)

    def interface_change_begin(self, connection: Connection, flags: int = 0) -> None:
        needed(self._definitions, "virInterfaceChangeBegin")
        self.accept(flags, 0, "interfaceChangeBegin")
        self._definitions.begin()

    def interface_change_commit(self, connection: Connection, flags: int = 0) -> None:
        needed(self._definitions, "virInterfaceChangeCommit")
        self.accept(flags, 0, "interfaceChangeCommit")
        self._definitions.commit()

    def interface_change_rollback(self, connection: Connection, flags: int = 0) -> None:
        tool = needed(self._definitions, "virInterfaceChangeRollback")
        self.accept(flags, 0, "interfaceChangeRollback")
        self._definitions.roll_back(tool, is_up)


def _shown() -> list[Link]:
    """Links that a listing has: no ports of bridges, and no taps, which are guests' ends."""
    found = links()
    bridges = {link.index for link in found if link.kind == "bridge"}
    return [link for link in found if link.master not in bridges and link.kind != "tun"]
