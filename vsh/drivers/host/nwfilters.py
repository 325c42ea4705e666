"""Which network filters this root has and what they are bound to, defining and binding them."""

from __future__ import annotations

import os

from vsh.api.nwfilter import Nwfilter
from vsh.api.nwfilter_binding import NwfilterBinding
from vsh.drivers.part import Part
from vsh.errors import NoNwfilter, OperationInvalid
from vsh.words.nwfilter import NWFilterDefine
from vsh.words.nwfilter_binding import NWFilterBindingCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.nwfilter.filters import Filter, FilterHost


class NetworkFilters(Part):
    """Listing, finding, defining, binding: a part of the answers about networks."""

    driver: HostDriver

    @property
    def _filters(self) -> FilterHost:
        return self.driver.hypervisor.filter_host

    def num_of_nwfilters(self, connection: Connection) -> int:
        return len(self._filters.filters)

    def list_nwfilters(self, connection: Connection) -> list[str]:
        return [each.name for each in self._filters.filters.all()]

    def list_all_nwfilters(self, connection: Connection, flags: int = 0) -> list[Nwfilter]:
        self.accept(flags, 0, "nwfilterConnectListAllNWFilters")
        return [_handle(connection, each) for each in self._filters.filters.all()]

    def nwfilter_lookup_by_name(self, connection: Connection, name: str) -> Nwfilter:
        return _handle(connection, self._filters.called(name))

    def nwfilter_lookup_by_uuid(self, connection: Connection, uuid: str) -> Nwfilter:
        found = self._filters.filters.known(uuid)
        if found is None:
            raise NoNwfilter(f"no nwfilter with matching uuid '{uuid}'")
        return _handle(connection, found)

    def nwfilter_define_xml(self, connection: Connection, xml: str) -> Nwfilter:
        return self.nwfilter_define_xml_flags(connection, xml, 0)

    def nwfilter_define_xml_flags(
        self, connection: Connection, xml: str, flags: int = 0
    ) -> Nwfilter:
        from vsh.xml.engine.reader import read
        from vsh.xml.nwfilter import NetworkFilter

        self.accept(flags, NWFilterDefine.VALIDATE, "nwfilterDefineXMLFlags")
        if os.geteuid() != 0:
            raise OperationInvalid("Can't define NWFilters in session mode")
        if flags & NWFilterDefine.VALIDATE:
            from vsh.xml.schema import check

            error = check(xml, "nwfilter", NetworkFilter)
            if error is not None:
                raise error
        return _handle(connection, self._filters.define(read(xml, NetworkFilter)))

    def list_all_nwfilter_bindings(
        self, connection: Connection, flags: int = 0
    ) -> list[NwfilterBinding]:
        self.accept(flags, 0, "nwfilterConnectListAllNWFilterBindings")
        self._filters.look()
        return [
            NwfilterBinding(connection, each.name, each.filter)
            for each in self._filters.bindings.all()
        ]

    def nwfilter_binding_lookup_by_port_dev(
        self, connection: Connection, name: str
    ) -> NwfilterBinding:
        found = self._filters.bound(name)
        return NwfilterBinding(connection, found.name, found.filter)

    def nwfilter_binding_create_xml(
        self, connection: Connection, xml: str, flags: int = 0
    ) -> NwfilterBinding:
        from vsh.xml.engine.reader import read
        from vsh.xml.nwfilter.binding import FilterBinding

        self.accept(flags, NWFilterBindingCreate.VALIDATE, "nwfilterBindingCreateXML")
        if os.geteuid() != 0:
            raise OperationInvalid("Can't define NWFilter bindings in session mode")
        if flags & NWFilterBindingCreate.VALIDATE:
            from vsh.xml.schema import check

            error = check(xml, "nwfilterbinding", FilterBinding)
            if error is not None:
                raise error
        made = self._filters.bind(read(xml, FilterBinding))
        return NwfilterBinding(connection, made.name, made.filter)


def _handle(connection: Connection, found: Filter) -> Nwfilter:
    return Nwfilter(connection, found.name, found.uuid)
