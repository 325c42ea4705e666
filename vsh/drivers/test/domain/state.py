"""What a guest is and does: state, numbers, document, metadata, messages."""

from __future__ import annotations

import time

from vsh.api.domain import state
from vsh.api.domain.records import ControlInfo, DomainInfo, SecurityLabel, StateAndReason
from vsh.drivers.test.part import TestPart
from vsh.words.domain.state import DomainControlState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.types import TypedParams


class State(TestPart, answers=state):
    """Answers about state."""

    def get_state(self, domain: Domain, flags: int = 0) -> StateAndReason:
        if flags:
            self.accept(flags, 0, "testDomainGetState")
        with self.guests.query(domain) as guest:
            return StateAndReason(guest.state, guest.reason)

    def get_info(self, domain: Domain) -> DomainInfo:
        with self.guests.query(domain) as guest:
            return DomainInfo(guest.state, *guest.sizes(), time.time_ns() // 1000 * 1000)

    def is_active(self, domain: Domain) -> int:
        with self.guests.query(domain) as guest:
            return int(guest.active)

    def is_persistent(self, domain: Domain) -> int:
        with self.guests.query(domain) as guest:
            return int(guest.persistent)

    def is_updated(self, domain: Domain) -> int:
        return 0

    def get_os_type(self, domain: Domain) -> str:
        return "linux"

    def get_metadata(
        self, domain: Domain, kind: int, uri: str | None = None, flags: int = 0
    ) -> str:
        from vsh.drivers.state import metadata

        return metadata.asked(self, domain, kind, uri, flags)

    def set_metadata(
        self,
        domain: Domain,
        kind: int,
        text: str | None = None,
        key: str | None = None,
        uri: str | None = None,
        flags: int = 0,
    ) -> None:
        from vsh.drivers.state import metadata

        metadata.changed(self, domain, kind, text, key, uri, flags)

    def get_xml_desc(self, domain: Domain, flags: int = 0) -> str:
        from vsh.words.domain.document import DomainXML

        self.accept(
            flags,
            DomainXML.SECURE | DomainXML.INACTIVE | DomainXML.MIGRATABLE,
            "testDomainGetXMLDesc",
        )
        with self.guests.query(domain) as guest:
            if guest.unread and guest.document is not None:
                return _with_id(guest.document, -1 if flags & DomainXML.INACTIVE else guest.id)
            from vsh.drivers.test import definitions

            definition, number = guest.definition, guest.id
            if flags & DomainXML.INACTIVE and guest.planned is not None:
                definition, number = guest.planned, -1
            return definitions.text(
                definition,
                number,
                secure=bool(flags & DomainXML.SECURE),
                inactive=bool(flags & DomainXML.INACTIVE),
                migratable=bool(flags & DomainXML.MIGRATABLE),
            )

    def get_control_info(self, domain: Domain, flags: int = 0) -> ControlInfo:
        self.accept(flags, 0, "testDomainGetControlInfo")
        with self.guests.query(domain, active=True) as guest:
            # the guest's clock picks the answer, so that a test can have any
            now = guest.seconds
            if 0 < now < 10000:
                return ControlInfo(DomainControlState.JOB, 0, now)
            if 10000 <= now < 30000:
                return ControlInfo(DomainControlState.OCCUPIED, 0, now - 10000)
            if 30000 <= now < 60000:
                return ControlInfo(DomainControlState.ERROR, now % 4, now - 30000)
            return ControlInfo(DomainControlState.OK, 0, 0)

    def get_security_label(self, domain: Domain) -> SecurityLabel:
        with self.guests.query(domain) as guest:
            return SecurityLabel("libvirt-test", 1) if guest.active else SecurityLabel("", 0)

    def get_launch_security_info(self, domain: Domain, flags: int = 0) -> TypedParams:
        from vsh.api.types import TypedParams

        # libvirt's public layer always says that strings are welcome, which this function refuses
        self.accept(flags | 4, 0, "testDomainGetLaunchSecurityInfo")
        return TypedParams()

    def get_messages(self, domain: Domain, flags: int = 0) -> list[str]:
        self.accept(flags, 7, "testDomainGetMessages")
        with self.guests.query(domain) as guest:
            messages = []
            if guest.taints and (not flags or flags & 2):
                from vsh.drivers.state.taints import TEXTS

                messages += [f"tainted: {TEXTS[number]}" for number in sorted(guest.taints)]
            if not flags or flags & 1:
                messages += [f"deprecated configuration: {text}" for text in guest.deprecations]
            return messages

    def has_managed_save_image(self, domain: Domain, flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainHasManagedSaveImage")
        with self.guests.query(domain) as guest:
            return int(guest.managed_save)


def _with_id(document: str, number: int) -> str:
    """The document of a guest that runs with that number; -1: it is off."""
    if number < 0:
        return document
    head, rest = document.split(">", 1)
    return f"{head} id='{number}'>{rest}"
