"""Which guests there are, finding them, and making them from documents."""

from __future__ import annotations

import os

from vsh.api.connection import domains
from vsh.api.connection.records import DomainStats
from vsh.drivers.host import page_cache
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state.guest import ALL_FILTERS, handle
from vsh.drivers.state.jobs import DEFINE
from vsh.drivers.state.taints import HOOK
from vsh.errors import ArgumentUnsupported, InvalidArgument, NoDomain, XmlDetail
from vsh.words.connection import GetAllDomainStats as Stats
from vsh.words.domain.lifecycle import (
    DomainCreate,
    DomainDefine,
    DomainSaveImageXML,
    DomainSaveRestore,
)
from vsh.words.domain.state import DomainRunningReason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.types import TypedParams
    from vsh.xml.domain import Domain as Definition

_RESTORING = (
    DomainSaveRestore.BYPASS_CACHE
    | DomainSaveRestore.RUNNING
    | DomainSaveRestore.PAUSED
    | DomainSaveRestore.RESET_NVRAM
)
STATS_FILTERS = 0xFF
"""The filters of a listing that statistics take, too: activity, persistence, state."""


class Domains(QemuPart, answers=domains):
    """Listing, finding, defining, creating."""

    def domain_define_xml(self, connection: Connection, xml: str) -> Domain:
        return self.domain_define_xml_flags(connection, xml, 0)

    def domain_define_xml_flags(self, connection: Connection, xml: str, flags: int = 0) -> Domain:
        self.accept(flags, DomainDefine.VALIDATE, "qemuDomainDefineXMLFlags")
        from vsh.words.event import DomainEventDefinedDetailType as Details
        from vsh.words.event import DomainEventType

        definition = self._parsed(xml, validate=bool(flags & DomainDefine.VALIDATE))
        with self.guests.defining(definition, kind=DEFINE) as (guest, new):
            if not new:
                guest.assign(definition, live=False)
            added = new or not guest.persistent
            guest.persistent = True
            self.tell_life(
                guest, DomainEventType.DEFINED, Details.ADDED if added else Details.UPDATED
            )
            return handle(connection, guest)

    def domain_create_xml(self, connection: Connection, xml: str, flags: int = 0) -> Domain:
        from vsh.drivers.qemu import launch, telling
        from vsh.words.event import DomainEventStartedDetailType

        known = (
            DomainCreate.START_PAUSED
            | DomainCreate.START_AUTODESTROY
            | DomainCreate.START_VALIDATE
            | DomainCreate.START_RESET_NVRAM
        )
        self.accept(flags, known, "qemuDomainCreateXML")
        definition = self._parsed(xml, validate=bool(flags & DomainCreate.START_VALIDATE))
        paused = bool(flags & DomainCreate.START_PAUSED)
        with self.guests.defining(definition) as (guest, new):
            with self.starting(guest, definition, new=new):
                launch.start(
                    self.hypervisor, guest, DomainRunningReason.BOOTED, paused=paused,
                    new_variables=bool(flags & DomainCreate.START_RESET_NVRAM),
                )  # fmt: skip
            self.end_with_connection(guest, flags)
            telling.tell_start(self.hypervisor, guest, DomainEventStartedDetailType.BOOTED)
            return handle(connection, guest)

    def domain_restore(self, connection: Connection, path: str) -> None:
        self.domain_restore_flags(connection, path, None, 0)

    def domain_restore_params(
        self, connection: Connection, params: TypedParams, flags: int = 0
    ) -> None:
        for name in params:
            if name not in ("file", "dxml", "parallel.channels"):
                raise InvalidArgument(f"parameter '{name}' not supported")
        if params.get("file") is None:
            raise InvalidArgument("missing path to restore from")
        dxml = params.get("dxml")
        threads = params.get("parallel.channels")
        self._restore(str(params["file"]), None if dxml is None else str(dxml), flags, threads)

    def domain_restore_flags(
        self, connection: Connection, path: str, dxml: str | None = None, flags: int = 0
    ) -> None:
        self._restore(path, dxml, flags)

    def _restore(self, path: str, dxml: str | None, flags: int, wanted: int | None = None) -> None:
        from vsh.drivers.qemu import save_forms, saved

        self.accept(flags, _RESTORING, "qemuDomainRestoreFlags")
        path = os.path.abspath(path)
        image = saved.complete(path)
        text = image.text if dxml is None else saved.fitting(self.hypervisor, image.text, dxml)
        channels = save_forms.channels(wanted, image.packed)
        definition, hooked = saved.hooked(self.hypervisor, text)
        with (
            self.guests.defining(definition) as (guest, new),
            self.starting(guest, definition, new=new),
        ):
            saved.restore(
                self.hypervisor, guest, path, image, running=saved.wanted(flags),
                channels=channels, new_variables=bool(flags & DomainSaveRestore.RESET_NVRAM),
            )  # fmt: skip
            if flags & DomainSaveRestore.BYPASS_CACHE:
                page_cache.drop(path)
            if hooked:
                guest.taints.add(HOOK)

    def domain_xml_to_native(
        self, connection: Connection, format: str, xml: str, flags: int = 0
    ) -> str:
        from functools import partial

        from vsh.drivers.qemu import limits, startup_policy
        from vsh.drivers.qemu.live_cpu import own_cpu
        from vsh.drivers.qemu.own_host import ShownHost
        from vsh.hypervisors.qemu.argv import shown

        self.accept(flags, 0, "qemuConnectDomainXMLToNative")
        if format != "qemu-argv":
            raise InvalidArgument(f"unsupported config type {format}")
        definition = self._parsed(xml, validate=False)
        limits.check_rights(definition)
        startup_policy.leave_out_volumes(self.hypervisor, definition)
        can = self.hypervisor.capabilities(str(definition.emulator))
        own = partial(own_cpu, newest=can.newest)
        return shown(definition, can, ShownHost(self.hypervisor), own)

    def domain_save_image_get_xml_desc(
        self, connection: Connection, path: str, flags: int = 0
    ) -> str:
        from vsh.drivers.qemu import definitions, saved

        self.accept(flags, DomainSaveImageXML.SECURE, "qemuDomainSaveImageGetXMLDesc")
        definition = saved.definition_of(saved.complete(path).text, self.hypervisor)
        return definitions.given_out(definition, -1, flags)

    def domain_save_image_define_xml(
        self, connection: Connection, path: str, dxml: str, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu import saved

        known = DomainSaveRestore.RUNNING | DomainSaveRestore.PAUSED
        self.accept(flags, known, "qemuDomainSaveImageDefineXML")
        saved.replace(self.hypervisor, path, dxml, running=saved.wanted(flags))

    def list_all_domains(self, connection: Connection, flags: int = 0) -> list[Domain]:
        self.accept(flags, ALL_FILTERS, "qemuConnectListAllDomains")
        return [handle(connection, guest) for guest in self.guests.shown(flags)]

    def get_all_domain_stats(
        self, connection: Connection, domains: list[Domain], groups: int, flags: int = 0
    ) -> list[DomainStats]:
        from vsh.drivers.qemu.domain_statistics import ALL_GROUPS, AT_ONCE, Gathering, questions

        known = STATS_FILTERS | Stats.NOWAIT | Stats.BACKING | Stats.ENFORCE_STATS
        self.accept(flags, known, "qemuConnectGetAllDomainStats")
        unknown = groups & ~ALL_GROUPS
        if unknown and flags & Stats.ENFORCE_STATS:
            raise ArgumentUnsupported(
                f"Stats types bits 0x{unknown:x} are not supported by this daemon or QEMU"
            )
        wanted_groups, backing = int(groups) or ALL_GROUPS, bool(flags & Stats.BACKING)
        root = self.hypervisor.root.path
        self.hypervisor.ahead = lambda guest: questions(guest, wanted_groups)
        try:
            named = {domain.uuid: self.guests.known(domain.uuid) for domain in domains}
            among = [guest for guest in named.values() if guest is not None] if domains else None
            guests = self.guests.shown(flags & STATS_FILTERS, among)
        finally:
            self.hypervisor.ahead = None
        found: list[DomainStats] = []
        for start in range(0, len(guests), AT_ONCE):
            asked: list[Gathering] = []
            try:
                for guest in guests[start : start + AT_ONCE]:
                    with guest:
                        monitor = not (flags & Stats.NOWAIT and guest.jobs.busy)
                        one = Gathering(
                            guest, wanted_groups, root, backing=backing, monitor=monitor
                        )
                        asked.append(one)
                        one.begin()
                for one in asked:
                    with one.guest as guest:
                        if not guest.gone:
                            found.append(DomainStats(handle(connection, guest), one.gather()))
            finally:
                for one in asked:
                    one.end()
        for guest in self.guests.as_known():  # those that were asked and are not shown
            if guest.run is not None and guest.run.asked:
                guest.run.forget_asked()
        if domains:  # in the caller's order, and as often
            stats = {each.domain.uuid: each for each in found}
            return [stats[domain.uuid] for domain in domains if domain.uuid in stats]
        return found

    def num_of_domains(self, connection: Connection) -> int:
        return sum(guest.active for guest in self.guests.shown(0))

    def list_domains(self, connection: Connection) -> list[int]:
        return [guest.id for guest in self.guests.shown(0) if guest.active]

    def num_of_defined_domains(self, connection: Connection) -> int:
        return sum(not guest.active for guest in self.guests.shown(0))

    def list_defined_domains(self, connection: Connection) -> list[str]:
        return [guest.name for guest in self.guests.shown(0) if not guest.active]

    def domain_lookup_by_name(self, connection: Connection, name: str) -> Domain:
        guest = self.guests.named(name)
        if guest is None:
            raise NoDomain.whole(f"Domain not found: no domain with matching name '{name}'")
        with guest:
            self.guests.refresh(guest)
        return handle(connection, guest)

    def domain_lookup_by_uuid(self, connection: Connection, uuid: str) -> Domain:
        guest = self.guests.known(uuid)
        if guest is None:
            raise NoDomain.whole(f"Domain not found: no domain with matching uuid '{uuid}'")
        with guest:
            self.guests.refresh(guest)
        return handle(connection, guest)

    def domain_lookup_by_id(self, connection: Connection, number: int) -> Domain:
        if number < 0:
            raise InvalidArgument.whole("id in virDomainLookupByID must be zero or greater")
        guest = self.guests.numbered(number)
        if guest is not None:
            with guest:
                self.guests.refresh(guest)
        if guest is None or guest.id != number:
            raise NoDomain.whole(f"Domain not found: no domain with matching id {number}")
        return handle(connection, guest)

    def _parsed(self, xml: str, *, validate: bool) -> Definition:
        from vsh.drivers.qemu import definitions
        from vsh.hypervisors.qemu.argv.graphics import refuse_encryption

        hypervisor = self.hypervisor
        definition = definitions.parsed(
            xml,
            hypervisor.emulator,
            validate=validate,
            nvram=hypervisor.root / "nvram",
            can=hypervisor.capabilities,
        )
        if "\n" in str(definition.name):
            raise XmlDetail("invalid char in name: \n")
        if not hypervisor.settings.spice_tls:
            for graphics in definition.graphics:
                refuse_encryption(graphics)
        return definition
