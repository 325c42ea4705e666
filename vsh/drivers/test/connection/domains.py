"""Which guests there are, finding them, and making them from documents and saved images."""

from __future__ import annotations

from vsh.api.connection import domains
from vsh.api.domain import Domain
from vsh.drivers.state.guest import ALL_FILTERS, check_may_start, handle
from vsh.drivers.test.part import TestPart
from vsh.errors import ArgumentUnsupported, InvalidArgument, NoDomain, XmlDetail
from vsh.words.domain.state import DomainRunningReason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.connection.records import DomainStats
    from vsh.drivers.test.guest import Guest
    from vsh.xml.domain import Domain as Definition

# reasons, each in its own state's numbers
_STATE, _IO_THREAD = 1, 1 << 7
_LIST_FILTERS = 0xFF
_NO_WAIT, _BACKING, _ENFORCE = 1 << 29, 1 << 30, 1 << 31
_RESTORED, _STARTED_RESTORED = 3, 2
_RUNNING, _PAUSED = 2, 4


class Domains(TestPart, answers=domains):
    """Listing, finding, defining."""

    def domain_define_xml(self, connection: Connection, xml: str) -> Domain:
        return self.domain_define_xml_flags(connection, xml, 0)

    def domain_define_xml_flags(self, connection: Connection, xml: str, flags: int = 0) -> Domain:
        from vsh.drivers.test import definitions
        from vsh.words.domain.lifecycle import DomainDefine
        from vsh.words.event import DomainEventType

        self.accept(flags, DomainDefine.VALIDATE, "testDomainDefineXMLFlags")
        definition = definitions.parsed(xml, validate=bool(flags & DomainDefine.VALIDATE))
        if "\n" in (definition.name or ""):
            raise XmlDetail("invalid char in name: \n")
        definitions.name_interfaces(definition)
        with self.guests.defining(definition) as (guest, new):
            old = None if new else guest.assign(definition, live=False)
            guest.persistent = True
            self.tell_life(guest, DomainEventType.DEFINED, 0 if old is None else 1)
            return handle(connection, guest)

    def domain_create_xml(self, connection: Connection, xml: str, flags: int = 0) -> Domain:
        from vsh.drivers.test import definitions
        from vsh.words.domain.lifecycle import DomainCreate

        self.accept(flags, DomainCreate.START_VALIDATE, "testDomainCreateXML")
        definition = definitions.parsed(xml, validate=bool(flags & DomainCreate.START_VALIDATE))
        definitions.name_interfaces(definition)
        return self._start(connection, definition, DomainRunningReason.BOOTED, 0)

    def domain_create_xml_with_files(
        self, connection: Connection, xml: str, files: list[int], flags: int = 0
    ) -> Domain:
        return self.domain_create_xml(connection, xml, flags)

    def list_all_domains(self, connection: Connection, flags: int = 0) -> list[Domain]:
        self.accept(flags, ALL_FILTERS, "testConnectListAllDomains")
        return [handle(connection, guest) for guest in self.guests.shown(flags)]

    def num_of_domains(self, connection: Connection) -> int:
        return sum(guest.id != -1 for guest in self.guests.all())

    def list_domains(self, connection: Connection) -> list[int]:
        return [guest.id for guest in self.guests.all() if guest.id != -1]

    def num_of_defined_domains(self, connection: Connection) -> int:
        return sum(guest.id == -1 for guest in self.guests.all())

    def list_defined_domains(self, connection: Connection) -> list[str]:
        return [guest.name for guest in self.guests.all() if guest.id == -1]

    def domain_lookup_by_name(self, connection: Connection, name: str) -> Domain:
        guest = self.guests.named(name)
        if guest is None:
            raise NoDomain.whole("Domain not found")
        return handle(connection, guest)

    def domain_lookup_by_uuid(self, connection: Connection, uuid: str) -> Domain:
        guest = self.guests.known(uuid)
        if guest is None:
            raise NoDomain.whole("Domain not found")
        return handle(connection, guest)

    def domain_lookup_by_id(self, connection: Connection, number: int) -> Domain:
        if number < 0:
            raise InvalidArgument.whole("id in virDomainLookupByID must be zero or greater")
        guest = self.guests.numbered(number)
        if guest is None:
            raise NoDomain.whole("Domain not found")
        return Domain(connection, guest.name, guest.uuid, number)

    def get_all_domain_stats(
        self, connection: Connection, domains: list[Domain], stats: int, flags: int = 0
    ) -> list[DomainStats]:
        self.accept(
            flags, _LIST_FILTERS | _NO_WAIT | _BACKING | _ENFORCE, "testConnectGetAllDomainStats"
        )
        if stats and flags & _ENFORCE and stats & ~(_STATE | _IO_THREAD):
            raise ArgumentUnsupported(
                f"Stats types bits 0x{stats & ~(_STATE | _IO_THREAD):x} "
                "are not supported by this daemon"
            )
        chosen = self.guests.shown(flags & _LIST_FILTERS)
        if domains:
            wanted = [self.guests.known(domain.uuid) for domain in domains]
            chosen = [guest for guest in wanted if guest is not None and guest in chosen]
        return [_stats(connection, guest, stats or _STATE | _IO_THREAD) for guest in chosen]

    def domain_restore(self, connection: Connection, path: str) -> None:
        self.domain_restore_flags(connection, path, None, 0)

    def domain_restore_flags(
        self, connection: Connection, path: str, xml: str | None = None, flags: int = 0
    ) -> None:
        self.accept(flags, 0, "testDomainRestoreFlags")
        from vsh.drivers.test import definitions, saved_image

        if xml is not None:
            raise ArgumentUnsupported("xml modification unsupported")
        definition = definitions.parsed(saved_image.read(path), check=False)
        definitions.name_interfaces(definition)
        self._start(connection, definition, _RESTORED, _STARTED_RESTORED)

    def domain_save_image_get_xml_desc(
        self, connection: Connection, path: str, flags: int = 0
    ) -> str:
        from vsh.drivers.test import definitions, saved_image

        self.accept(flags, 1, "testDomainSaveImageGetXMLDesc")
        definition = definitions.parsed(saved_image.read(path), check=False)
        return definitions.text(definition)

    def domain_save_image_define_xml(
        self, connection: Connection, path: str, xml: str, flags: int = 0
    ) -> None:
        from vsh.drivers.test import definitions, saved_image

        self.accept(flags, _RUNNING | _PAUSED, "testDomainSaveImageDefineXML")
        definitions.parsed(saved_image.read(path), check=False)
        definition = definitions.parsed(xml)
        saved_image.write(path, str(definition.name), definitions.text(definition))

    def _start(
        self, connection: Connection, definition: Definition, reason: int, detail: int
    ) -> Domain:
        """Start a guest from a definition that is not its persistent one.  Raises Error."""
        from vsh.words.event import DomainEventType

        with self.guests.defining(definition) as (guest, new):
            if not new:
                check_may_start(guest)
                guest.assign(definition, live=True)
            self.guests.start(guest, reason)
            self.tell_life(guest, DomainEventType.STARTED, detail)
            return handle(connection, guest)


def _stats(connection: Connection, guest: Guest, groups: int) -> DomainStats:
    from vsh.api.connection.records import DomainStats
    from vsh.api.types import TypedParams

    params = TypedParams()
    with guest:
        if groups & _STATE:
            params.set("state.state", "int", guest.state).set("state.reason", "int", guest.reason)
        if groups & _IO_THREAD and guest.active and guest.io_threads:
            params.set("iothread.count", "uint", len(guest.io_threads))
            for number, (longest, grow, shrink, weight) in guest.io_threads.items():
                params.set(f"iothread.{number}.poll-max-ns", "ullong", longest)
                params.set(f"iothread.{number}.poll-grow", "uint", grow)
                params.set(f"iothread.{number}.poll-shrink", "uint", shrink)
                params.set(f"iothread.{number}.poll-weight", "uint", weight)
        return DomainStats(handle(connection, guest), params)
