"""What a guest is and does: state, numbers, document, metadata, messages."""

from __future__ import annotations

import os

from vsh.api.domain import state
from vsh.api.domain.records import ControlInfo, DomainInfo, SecurityLabel, StateAndReason
from vsh.drivers.qemu.part import QemuPart
from vsh.words.domain.state import DomainControlState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.drivers.qemu.guest import Guest

METADATA_CHANGE = 23
_XML_FLAGS = 1 | 2 | 4 | 8
_OK, _ERROR = DomainControlState.OK, DomainControlState.ERROR


class State(QemuPart, answers=state):
    """Answers about state."""

    def get_state(self, domain: Domain, flags: int = 0) -> StateAndReason:
        self.accept(flags, 0, "qemuDomainGetState")
        with self.guests.query(domain) as guest:
            return StateAndReason(int(guest.state), int(guest.reason))

    def get_info(self, domain: Domain) -> DomainInfo:
        with self.guests.query(domain) as guest:
            return DomainInfo(int(guest.state), *guest.sizes(), cpu_time(guest))

    def is_active(self, domain: Domain) -> int:
        with self.guests.query(domain) as guest:
            return int(guest.active)

    def is_persistent(self, domain: Domain) -> int:
        with self.guests.query(domain) as guest:
            return int(guest.persistent)

    def is_updated(self, domain: Domain) -> int:
        self.guests.check(domain)
        return 0

    def get_os_type(self, domain: Domain) -> str:
        with self.guests.query(domain) as guest:
            return str(guest.definition.os.type)

    def get_metadata(
        self, domain: Domain, kind: int, uri: str | None = None, flags: int = 0
    ) -> str:
        from vsh.drivers.state import metadata

        self.accept(flags, 3, "qemuDomainGetMetadata")
        with self.guests.query(domain) as guest:
            return metadata.get(guest.one(flags), kind, uri)

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

        self.accept(flags, 3, "qemuDomainSetMetadata")
        with self.guests.modify(domain) as guest:
            for definition in guest.both(flags):
                if definition is not None:
                    metadata.put(definition, kind, text, key, uri)
            self.tell(guest, METADATA_CHANGE, kind, uri)

    def get_xml_desc(self, domain: Domain, flags: int = 0) -> str:
        from vsh.drivers.qemu import definitions

        self.accept(flags, _XML_FLAGS, "qemuDomainGetXMLDesc")
        with self.guests.query(domain) as guest:
            definition, number = guest.definition, guest.id
            if flags & definitions.XML_INACTIVE and guest.planned is not None:
                definition, number = guest.planned, -1
            return definitions.given_out(definition, number, flags)

    def get_control_info(self, domain: Domain, flags: int = 0) -> ControlInfo:
        self.accept(flags, 0, "qemuDomainGetControlInfo")
        with self.guests.query(domain, active=True) as guest:
            closed = guest.run is None or guest.run.monitor.closed
            return ControlInfo(_ERROR if closed else _OK, 2 if closed else 0, 0)

    def get_security_label(self, domain: Domain) -> SecurityLabel:
        self.guests.check(domain)
        return SecurityLabel("", 0)

    def get_messages(self, domain: Domain, flags: int = 0) -> list[str]:
        self.accept(flags, 7, "qemuDomainGetMessages")
        self.guests.check(domain)
        return []

    def has_managed_save_image(self, domain: Domain, flags: int = 0) -> int:
        self.accept(flags, 0, "qemuDomainHasManagedSaveImage")
        with self.guests.query(domain) as guest:
            return int(guest.managed_save)


def cpu_time(guest: Guest) -> int:
    """The CPU time that a guest's QEMU has used, in nanoseconds; 0 while it has none."""
    if guest.run is None:
        return 0
    try:
        with open(f"/proc/{guest.run.process.pid}/stat", "rb") as file:
            words = file.read().rpartition(b")")[2].split()
    except OSError:
        return 0
    ticks = int(words[11]) + int(words[12])
    return ticks * (1_000_000_000 // os.sysconf("SC_CLK_TCK"))
