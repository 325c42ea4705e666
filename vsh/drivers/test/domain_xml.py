"""A guest's definition as a document."""

from __future__ import annotations

from vsh.drivers.test import definitions
from vsh.drivers.test._part import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# virDomainXMLFlags
_SECURE, _INACTIVE, _MIGRATABLE = 1, 2, 8


class DomainXml(Part):
    """Dumping definitions."""

    def domain_get_xml_desc(self, domain: Any, flags: int = 0) -> str:
        self.accept(flags, _SECURE | _INACTIVE | _MIGRATABLE, "testDomainGetXMLDesc")
        with self.domain(domain) as vm:
            definition, number = vm.definition, vm.id
            if flags & _INACTIVE and vm.planned is not None:
                definition, number = vm.planned, -1
            return definitions.text(
                definition,
                number,
                secure=bool(flags & _SECURE),
                inactive=bool(flags & _INACTIVE),
                migratable=bool(flags & _MIGRATABLE),
            )
