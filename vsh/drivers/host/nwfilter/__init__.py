"""A network filter of this root."""

from __future__ import annotations

from vsh.api import nwfilter as api
from vsh.drivers.part import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host import HostDriver


class Nwfilter(Part, answers=api):
    """Answers about a filter."""

    prefix = "nwfilter"
    driver: HostDriver

    def get_xml_desc(self, nwfilter: api.Nwfilter, flags: int = 0) -> str:
        self.accept(flags, 0, "nwfilterGetXMLDesc")
        with self.driver.hypervisor.filter_host.filters.query(nwfilter) as found:
            return found.definition.format()

    def undefine(self, nwfilter: api.Nwfilter) -> None:
        self.driver.hypervisor.filter_host.undefine(nwfilter)
