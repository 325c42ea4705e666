"""The binding of a network filter to a port of this machine."""

from __future__ import annotations

from vsh.api import nwfilter_binding as api
from vsh.drivers.part import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host import HostDriver


class NwfilterBinding(Part, answers=api):
    """Answers about a binding."""

    prefix = "nwfilter"
    driver: HostDriver

    def get_xml_desc(self, binding: api.NwfilterBinding, flags: int = 0) -> str:
        self.accept(flags, 0, "nwfilterBindingGetXMLDesc")
        return self.driver.hypervisor.filter_host.shown(binding.portdev).format()

    def delete(self, binding: api.NwfilterBinding) -> None:
        self.driver.hypervisor.filter_host.unbind(binding.portdev)
