"""A host interface: what it is, starting, stopping and forgetting it."""

from __future__ import annotations

from vsh.api import interface as api
from vsh.drivers.test.part import TestPart
from vsh.errors import OperationInvalid


class Interface(TestPart, answers=api):
    """Answers about a host interface."""

    def is_active(self, interface: api.Interface) -> int:
        with self.hypervisor.interfaces.query(interface) as found:
            return int(found.active)

    def get_xml_desc(self, interface: api.Interface, flags: int = 0) -> str:
        self.accept(flags, 0, "testInterfaceGetXMLDesc")
        with self.hypervisor.interfaces.query(interface) as found:
            return found.text

    def create(self, interface: api.Interface, flags: int = 0) -> None:
        self.accept(flags, 0, "testInterfaceCreate")
        self._switch(interface, active=True)

    def destroy(self, interface: api.Interface, flags: int = 0) -> None:
        self.accept(flags, 0, "testInterfaceDestroy")
        self._switch(interface, active=False)

    def undefine(self, interface: api.Interface) -> None:
        with self.hypervisor.interfaces.modify(interface) as found:
            self.hypervisor.interfaces.remove(found)

    def _switch(self, interface: api.Interface, *, active: bool) -> None:
        with self.hypervisor.interfaces.modify(interface) as found:
            if found.active is active:
                raise OperationInvalid.whole("Requested operation is not valid")
            found.active = active
