"""Host interfaces: which there are, finding, starting and stopping them, and transactions."""

from __future__ import annotations

from vsh.api.interface import Interface
from vsh.drivers._base import bare
from vsh.drivers.test._part import Part
from vsh.drivers.test.things import picked
from vsh.errors import OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.test.things import HostInterface

# virConnectListAllInterfacesFlags
FILTERS = (((1, lambda interface: not interface.active), (2, lambda interface: interface.active)),)

_VALIDATE = 1  # VIR_INTERFACE_DEFINE_VALIDATE


class Interfaces(Part):
    """Host interfaces."""

    def connect_list_all_interfaces(self, connection: Any, flags: int = 0) -> list[Interface]:
        self.accept(flags, 3, "testConnectListAllInterfaces")
        return [
            Interface(connection, interface.name, interface.mac)
            for interface in picked(self.world.interfaces.values(), flags, FILTERS)
        ]

    def connect_num_of_interfaces(self, connection: Any) -> int:
        return len(self.connect_list_interfaces(connection))

    def connect_list_interfaces(self, connection: Any) -> list[str]:
        return [one.name for one in self.world.interfaces.values() if one.active]

    def connect_num_of_defined_interfaces(self, connection: Any) -> int:
        return len(self.connect_list_defined_interfaces(connection))

    def connect_list_defined_interfaces(self, connection: Any) -> list[str]:
        return [one.name for one in self.world.interfaces.values() if not one.active]

    def interface_lookup_by_name(self, connection: Any, name: str) -> Interface:
        found = self._interface(name)
        return Interface(connection, found.name, found.mac)

    def interface_lookup_by_mac_string(self, connection: Any, mac: str) -> Interface:
        found = [one for one in self.world.interfaces.values() if one.mac.lower() == mac.lower()]
        if not found:
            raise bare(57, f"Interface not found: no interface with matching mac '{mac}'")
        if len(found) > 1:
            raise bare(59, "multiple matching interfaces found")
        return Interface(connection, found[0].name, mac)

    def interface_is_active(self, interface: Any) -> int:
        return int(self._interface(interface.name).active)

    def interface_get_xml_desc(self, interface: Any, flags: int = 0) -> str:
        self.accept(flags, 0, "testInterfaceGetXMLDesc")
        return self._interface(interface.name).text

    def interface_create(self, interface: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testInterfaceCreate")
        self._switch(interface, active=True)

    def interface_destroy(self, interface: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testInterfaceDestroy")
        self._switch(interface, active=False)

    def interface_define_xml(self, connection: Any, xml: str, flags: int = 0) -> Interface:
        from vsh.drivers.test.things import HostInterface
        from vsh.xml.host import interface

        self.accept(flags, _VALIDATE, "testInterfaceDefineXML")
        if flags & _VALIDATE:
            from vsh.xml.engine.schema import check

            error = check(xml, "interface", interface.HostInterface)
            if error is not None:
                raise error
        definition = HostInterface.read(xml)
        found = self.world.interfaces.get(definition.name)
        if found is None:
            found = HostInterface(definition.name, "", definition)
            found.active = False
            self.world.interfaces[found.name] = found
        else:
            found.definition = definition
        return Interface(connection, found.name, found.mac)

    def interface_undefine(self, interface: Any) -> None:
        del self.world.interfaces[self._interface(interface.name).name]

    def interface_change_begin(self, connection: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testInterfaceChangeBegin")
        if self.world.interfaces_before is not None:
            raise OperationInvalid("there is another transaction running.")
        self.world.interfaces_before = {
            name: interface.clone() for name, interface in self.world.interfaces.items()
        }

    def interface_change_commit(self, connection: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testInterfaceChangeCommit")
        if self.world.interfaces_before is None:
            raise OperationInvalid("no transaction running, nothing to be committed.")
        self.world.interfaces_before = None

    def interface_change_rollback(self, connection: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testInterfaceChangeRollback")
        if self.world.interfaces_before is None:
            raise OperationInvalid("no transaction running, nothing to rollback.")
        self.world.interfaces = self.world.interfaces_before
        self.world.interfaces_before = None

    def _switch(self, interface: Any, *, active: bool) -> None:
        found = self._interface(interface.name)
        if found.active is active:
            raise bare(55, "Requested operation is not valid")
        found.active = active

    def _interface(self, name: str) -> HostInterface:
        found = self.world.interfaces.get(name)
        if found is None:
            raise bare(57, f"Interface not found: no interface with matching name '{name}'")
        return found
