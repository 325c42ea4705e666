"""A guest's definition as a document."""

from __future__ import annotations

from vsh.drivers.test._part import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class DomainXml(Part):
    """Dumping definitions."""

    def domain_get_xml_desc(self, domain: Any, flags: int = 0) -> str:
        with self.domain(domain) as vm:
            return vm.text(flags)
