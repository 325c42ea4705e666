"""The destination's steps of a migration."""

from __future__ import annotations

from vsh.api.connection import migration
from vsh.api.connection.records import Finished, Prepared
from vsh.api.types import TypedParams
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state.guest import handle
from vsh.drivers.state.taints import HOOK
from vsh.errors import InternalError, MigrateFinishOk, NoDomain, OperationInvalid
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words.domain.document import DomainXML
from vsh.words.domain.migration import DomainMigrate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.stream import Stream


class Migration(QemuPart, answers=migration):
    """Answers of the destination."""

    def domain_migrate_prepare3_params(
        self, connection: Connection, params: TypedParams, cookie: bytes, flags: int = 0
    ) -> Prepared:
        if flags & DomainMigrate.TUNNELLED:
            raise InternalError("Tunnelled migration requested but invalid RPC method called")
        return self._prepared(params, cookie, flags, None)

    def domain_migrate_prepare_tunnel3_params(
        self, connection: Connection, stream: Stream, params: TypedParams, cookie: bytes,
        flags: int = 0,
    ) -> bytes:  # fmt: skip
        if not flags & DomainMigrate.TUNNELLED:
            raise InternalError("PrepareTunnel called but no TUNNELLED flag set")
        return self._prepared(params, cookie, flags, stream).cookie_out

    def domain_migrate_prepare_tunnel3(
        self, connection: Connection, stream: Stream, cookie_in: bytes, flags: int,
        dname: str | None, resource: int, dom_xml: str,
    ) -> bytes:  # fmt: skip
        params = TypedParams().set("destination_xml", "string", dom_xml)
        if dname is not None:
            params.set("destination_name", "string", dname)
        return self.domain_migrate_prepare_tunnel3_params(
            connection, stream, params, cookie_in, flags
        )

    def _prepared(
        self, params: TypedParams, cookie: bytes, flags: int, stream: Stream | None
    ) -> Prepared:
        """A QEMU that waits for a guest.  Raises Error."""
        from vsh.drivers.host.identity import host_uuid
        from vsh.drivers.qemu import definitions, guest_hooks, saved
        from vsh.drivers.qemu.migration import incoming, settings

        settings.check_encryption(flags, forced=self.hypervisor.settings.migrate_tls_force)
        text = params.get("destination_xml")
        if text is None:
            raise InternalError("no domain XML passed")
        definition = definitions.parsed(str(text), self.hypervisor.emulator, new=False)
        settings.check(
            flags & ~DomainMigrate.PEER2PEER, params, source=False, modern=is_modern(definition)
        )
        name = params.get("destination_name")
        if name is not None:
            definition.name = str(name)
        here = host_uuid()
        if flags & DomainMigrate.POSTCOPY_RESUME:
            guest = self.guests.named(str(definition.name))
            if guest is None:
                raise NoDomain.whole(f"no domain with matching name '{definition.name}'")
            with guest:
                return Prepared(
                    *incoming.prepare_again(self.hypervisor, guest, here, params, cookie)
                )
        seen = definitions.given_out(definition, -1, DomainXML.SECURE | DomainXML.MIGRATABLE)
        other = guest_hooks.changed(str(definition.name), "migrate", seen)
        if other:
            fitting = saved.fitting(self.hypervisor, seen, other)
            definition = saved.definition_of(fitting, self.hypervisor)
        with self.guests.defining(definition) as (guest, new):
            if guest.active:
                raise OperationInvalid(f"domain '{guest.name}' is already active")
            if flags & DomainMigrate.OFFLINE:
                if not new:
                    guest.definition = definition
                return Prepared(incoming.offline(guest, here, cookie), "tcp:offline")
            with self.starting(guest, definition, new=new):
                said, uri = incoming.prepare(
                    self.hypervisor, guest, here, params, cookie, flags, stream
                )
            if other:
                guest.taints.add(HOOK)
            self.driver.arriving.append(guest)
            incoming.guard(guest)
        return Prepared(said, uri)

    def domain_migrate_prepare3(
        self, connection: Connection, cookie_in: bytes, uri_in: str | None, flags: int,
        dname: str | None, resource: int, dom_xml: str,
    ) -> Prepared:  # fmt: skip
        params = TypedParams().set("destination_xml", "string", dom_xml)
        for word, value in (("migrate_uri", uri_in), ("destination_name", dname)):
            if value is not None:
                params.set(word, "string", value)
        return self.domain_migrate_prepare3_params(connection, params, cookie_in, flags)

    def domain_migrate_finish3_params(
        self, connection: Connection, params: TypedParams, cookie: bytes, flags: int,
        cancelled: int,
    ) -> Finished:  # fmt: skip
        from vsh.drivers.host.identity import host_uuid
        from vsh.drivers.qemu.migration import incoming, lost

        name = str(params.get("destination_name") or "")
        guest = self.guests.named(name)
        if guest is None:
            words = f"Domain not found: no domain with matching name '{name}'"
            raise lost.reason(self.hypervisor, name, NoDomain.whole(words))
        with guest:
            try:
                said = incoming.finish(
                    self.hypervisor, guest, host_uuid(), cookie, flags, cancelled=bool(cancelled)
                )
            finally:
                incoming.unguard(guest)
                if guest in self.driver.arriving:
                    self.driver.arriving.remove(guest)
            if cancelled:
                raise MigrateFinishOk.whole("migration successfully aborted")
            return Finished(handle(connection, guest), said)

    def domain_migrate_finish3(
        self, connection: Connection, dname: str, cookie_in: bytes, dconnuri: str | None,
        uri: str | None, flags: int, cancelled: int,
    ) -> Finished:  # fmt: skip
        params = TypedParams().set("destination_name", "string", dname)
        return self.domain_migrate_finish3_params(connection, params, cookie_in, flags, cancelled)
