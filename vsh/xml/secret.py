"""<secret>: something to be kept, and what it is for."""

from __future__ import annotations

from vsh.errors import InternalError, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag
from vsh.xml.engine.given import Given
from vsh.xml.engine.values import Uuid, generate_uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

USAGES = ("none", "volume", "ceph", "iscsi", "tls", "vtpm")
# for each usage: the field that names what it is for, and the complaint where it is missing
_NAMED = {
    "volume": ("volume", "volume usage specified, but volume path is missing"),
    "ceph": ("usage_name", "Ceph usage specified, but name is missing"),
    "iscsi": ("target", "iSCSI usage specified, but target is missing"),
    "tls": ("usage_name", "TLS usage specified, but name is missing"),
    "vtpm": ("usage_name", "vTPM usage specified, but name is missing"),
}


class _Answer(Flag):
    """Yes or no; an empty attribute is absent."""

    def parse(self, text: str) -> bool | None:
        return super().parse(text) if text else None


class Secret(Element, tag="secret"):
    """One secret; its value is not in the document."""

    ephemeral = _Answer(
        "@ephemeral", default=False, wrong=(XmlError, "invalid value of 'ephemeral'")
    )
    private = _Answer("@private", default=False, wrong=(XmlError, "invalid value of 'private'"))
    uuid = Uuid("uuid", wrong=(InternalError, "malformed uuid element"))
    description = Given("description")
    usage = Choice("usage/@type", USAGES, required=True, when=lambda secret: secret.shown())
    volume = Given("usage/volume")
    target = Given("usage/target")
    usage_name = Given("usage/name")

    def parsed(self, reading: Reading) -> Found:
        self.ephemeral, self.private = bool(self.ephemeral), bool(self.private)
        if self.uuid is None:
            self.uuid = generate_uuid()
        field, complaint = _NAMED.get(self.usage or "", (None, ""))
        self.drop(*{"volume", "target", "usage_name"} - {field})
        if field is not None and getattr(self, field) is None:
            yield InternalError(complaint)

    def shown(self) -> bool:
        """Whether it says what it is for."""
        return self.usage not in (None, "none")

    @property
    def usage_id(self) -> str | None:
        """What it is for: a path, a name or a target."""
        field = _NAMED.get(self.usage or "", (None, ""))[0]
        return None if field is None else getattr(self, field)
