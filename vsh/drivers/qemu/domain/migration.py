"""The source's steps of a migration, and its limits."""

from __future__ import annotations

from vsh.api.domain import migration
from vsh.api.domain.records import Begun
from vsh.api.types import TypedParams
from vsh.drivers.qemu.guest import BANDWIDTH_MAX
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state.jobs import MIGRATION
from vsh.errors import InvalidArgument, OperationInvalid, Overflow
from vsh.qmp.value import integer, struct
from vsh.words.domain.migration import DomainMigrate, DomainMigrateMaxSpeed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.stream import Stream
    from vsh.drivers.qemu.guest import Guest

MEBIBYTE = 1 << 20


class Migration(QemuPart, answers=migration):
    """Answers of the source."""

    def migrate_begin3_params(self, domain: Domain, params: TypedParams, flags: int = 0) -> Begun:
        from vsh.drivers.qemu.migration import outgoing

        with self.guests.query(domain) as guest:
            found = outgoing.begin(self.hypervisor, guest, self._here(), params, flags)
            self._held(guest)
            return Begun(*found)

    def migrate_begin3(
        self, domain: Domain, xmlin: str | None, flags: int, dname: str | None, resource: int
    ) -> Begun:
        return self.migrate_begin3_params(domain, _params(xmlin, dname, None, resource), flags)

    def migrate_perform3_params(
        self, domain: Domain, dconnuri: str | None, params: TypedParams, cookie: bytes,
        flags: int = 0,
    ) -> bytes:  # fmt: skip
        from vsh.drivers.qemu.migration import outgoing

        if flags & DomainMigrate.PEER2PEER:
            self._by_ourselves(domain, dconnuri, params, flags & ~DomainMigrate.PEER2PEER)
            return b""
        if flags & DomainMigrate.TUNNELLED:
            raise InvalidArgument.whole(
                "cannot perform tunnelled migration without using peer2peer flag"
            )
        with self.guests.query(domain) as guest:
            try:
                return outgoing.perform(self.hypervisor, guest, self._here(), params, cookie, flags)
            finally:
                self._held(guest)

    def migrate_perform3(
        self, domain: Domain, xmlin: str | None, cookie: bytes, dconnuri: str | None,
        uri: str | None, flags: int, dname: str | None, resource: int,
    ) -> bytes:  # fmt: skip
        params = _params(xmlin, dname, uri, resource)
        return self.migrate_perform3_params(domain, dconnuri, params, cookie, flags)

    def migrate_confirm3_params(
        self, domain: Domain, params: TypedParams, cookie: bytes, flags: int, cancelled: int
    ) -> None:
        from vsh.drivers.qemu.migration import confirming

        with self.guests.query(domain) as guest:
            try:
                confirming.confirm(self.hypervisor, guest, cookie, flags, cancelled=bool(cancelled))
            finally:
                self._held(guest)

    def migrate_confirm3(self, domain: Domain, cookie: bytes, flags: int, cancelled: int) -> None:
        self.migrate_confirm3_params(domain, TypedParams(), cookie, flags, cancelled)

    def _held(self, guest: Guest) -> None:
        """The job of a guest that moves is held for this connection, if there is one."""
        from vsh.drivers.qemu.migration.leaving import Leaving

        job = guest.jobs.long
        if isinstance(job, Leaving):
            job.keeper = self.driver
            self.driver.leaving[guest] = job
        else:
            self.driver.leaving.pop(guest, None)

    def _by_ourselves(
        self, domain: Domain, dconnuri: str | None, params: TypedParams, flags: int
    ) -> None:
        """All the steps, with a connection of ours to the destination.  Raises Error."""
        import vsh
        from vsh.api.act import act_named
        from vsh.drivers.qemu.migration.settings import check_tunnel

        check_tunnel(flags, params)
        if not dconnuri:
            raise InvalidArgument.whole("missing destination URI of a peer-to-peer migration")

        def carry(stream: Stream, cookie: bytes, given: int) -> bytes:
            from vsh.drivers.qemu.migration import outgoing
            from vsh.drivers.qemu.migration.tunnel import Tunnel

            with self.guests.query(domain, active=True) as guest:
                try:
                    return outgoing.perform(
                        self.hypervisor, guest, self._here(), params, cookie, given, Tunnel(stream)
                    )
                finally:
                    self._held(guest)

        with self.guests.query(domain, active=not flags & DomainMigrate.OFFLINE):
            pass  # libvirt looks whether it runs before it connects
        settings = self.hypervisor.settings
        sign = (max(settings.keepalive_interval, 0), settings.keepalive_count)
        with vsh.connect(dconnuri, keepalive=sign) as destination:
            act_named("move")(domain, destination, params, flags, carry=carry)

    def _here(self) -> str:
        from vsh.drivers.host.identity import host_uuid

        return host_uuid()

    # ---- limits

    def migrate_set_max_downtime(self, domain: Domain, downtime: int, flags: int = 0) -> None:
        self.accept(flags, 0, "qemuDomainMigrateSetMaxDowntime")
        with self.guests.modify(domain, active=True, kind=MIGRATION) as guest:
            guest.ask("migrate-set-parameters", {"downtime-limit": downtime})

    def migrate_get_max_downtime(self, domain: Domain, flags: int = 0) -> int:
        self.accept(flags, 0, "qemuDomainMigrateGetMaxDowntime")
        with self.guests.query(domain, active=True) as guest:
            return integer(struct(guest.ask("query-migrate-parameters"))["downtime-limit"])

    def migrate_set_max_speed(self, domain: Domain, bandwidth: int, flags: int = 0) -> None:
        self.accept(flags, DomainMigrateMaxSpeed.POSTCOPY, "qemuDomainMigrateSetMaxSpeed")
        if bandwidth > BANDWIDTH_MAX:
            raise Overflow(f"bandwidth must be less than {BANDWIDTH_MAX + 1}")
        with self.guests.modify(domain, active=bool(flags), kind=MIGRATION) as guest:
            if flags & DomainMigrateMaxSpeed.POSTCOPY:
                value = {"max-postcopy-bandwidth": bandwidth * MEBIBYTE}
                guest.ask("migrate-set-parameters", value)
                return
            guest.bandwidth = bandwidth
            if guest.run is not None and guest.run.moving == "out":
                guest.ask("migrate-set-parameters", {"max-bandwidth": bandwidth * MEBIBYTE})

    def migrate_get_max_speed(self, domain: Domain, flags: int = 0) -> int:
        self.accept(flags, DomainMigrateMaxSpeed.POSTCOPY, "qemuDomainMigrateGetMaxSpeed")
        with self.guests.query(domain, active=bool(flags)) as guest:
            if flags & DomainMigrateMaxSpeed.POSTCOPY:
                known = struct(guest.ask("query-migrate-parameters"))
                return integer(known.get("max-postcopy-bandwidth"), 0) // MEBIBYTE
            return guest.bandwidth

    def migrate_get_compression_cache(self, domain: Domain, flags: int = 0) -> int:
        self.accept(flags, 0, "qemuDomainMigrateGetCompressionCache")
        with self.guests.query(domain, active=True) as guest:
            return integer(struct(guest.ask("query-migrate-parameters"))["xbzrle-cache-size"])

    def migrate_set_compression_cache(self, domain: Domain, size: int, flags: int = 0) -> None:
        self.accept(flags, 0, "qemuDomainMigrateSetCompressionCache")
        with self.guests.modify(domain, active=True, kind=MIGRATION) as guest:
            guest.ask("migrate-set-parameters", {"xbzrle-cache-size": size})

    def migrate_start_post_copy(self, domain: Domain, flags: int = 0) -> None:
        from vsh.drivers.qemu.migration.leaving import Leaving

        self.accept(flags, 0, "qemuDomainMigrateStartPostCopy")
        with self.guests.modify(domain, active=True, kind=MIGRATION) as guest:
            job = guest.jobs.long
            if not isinstance(job, Leaving):
                raise OperationInvalid(
                    "post-copy can only be started while outgoing migration is in progress"
                )
            if not job.flags & DomainMigrate.POSTCOPY:
                raise OperationInvalid(
                    "switching to post-copy requires migration to be started with "
                    "VIR_MIGRATE_POSTCOPY flag"
                )
            guest.ask("migrate-start-postcopy")


def _params(xml: str | None, name: str | None, uri: str | None, bandwidth: int) -> TypedParams:
    """What older versions of the protocol gave one by one."""
    found = TypedParams()
    for word, value in (
        ("destination_xml", xml), ("destination_name", name), ("migrate_uri", uri),
    ):  # fmt: skip
        if value is not None:
            found.set(word, "string", value)
    if bandwidth:
        found.set("bandwidth", "ullong", bandwidth)
    return found
