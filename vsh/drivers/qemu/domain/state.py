"""What a guest is and does: state, numbers, document, metadata, messages."""

from __future__ import annotations

from vsh.api.domain import state
from vsh.api.domain.records import (
    ControlInfo,
    DomainInfo,
    JobInfo,
    JobStats,
    SecurityLabel,
    StateAndReason,
)
from vsh.api.types import TypedParams
from vsh.drivers.qemu.monitor import MonitorClosed, MonitorSilent
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import OperationUnsupported
from vsh.words.domain.document import DomainXML
from vsh.words.domain.job import (
    DomainAbortJob,
    DomainGetJobStats,
    DomainJobOperation,
    DomainJobType,
)
from vsh.words.domain.state import DomainControlErrorReason, DomainControlState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.state.jobs import AsyncJob

_XML_FLAGS = 1 | 2 | 4 | 8
_PATIENCE = 1.0
"""Seconds after which a QEMU that does not answer is called occupied."""
_AMOUNTS = (
    "data_total", "data_processed", "data_remaining", "memory_total", "memory_processed",
    "memory_remaining", "disk_total", "disk_processed", "disk_remaining",
)  # fmt: skip


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
        from vsh.drivers.qemu import definitions, live_cpu

        self.accept(flags, _XML_FLAGS, "qemuDomainGetXMLDesc")
        with self.guests.query(domain) as guest:
            definition, number = guest.definition, guest.id
            if flags & DomainXML.INACTIVE and guest.planned is not None:
                definition, number = guest.planned, -1
            elif flags & DomainXML.MIGRATABLE and guest.active:
                definition, number = live_cpu.as_asked(guest), -1
            elif guest.run is not None:
                definition = live_cpu.with_shown(definition, guest.run.cpu)
                if flags & DomainXML.INACTIVE:  # of a guest that has no other configuration
                    definition = definitions.unfound(definition)
            if flags & DomainXML.UPDATE_CPU:
                can = self.hypervisor.capabilities(str(definition.emulator))
                definition = live_cpu.updated(definition, can)
                if number < 0:
                    definition = definitions.regrouped(definition)
            return definitions.given_out(definition, number, flags)

    def get_control_info(self, domain: Domain, flags: int = 0) -> ControlInfo:
        self.accept(flags, 0, "qemuDomainGetControlInfo")
        with self.guests.query(domain, active=True) as guest:
            if guest.run is None or guest.run.monitor.closed:
                return ControlInfo(DomainControlState.ERROR, DomainControlErrorReason.MONITOR, 0)
            long = guest.jobs.long
            if long is not None and not long.held:
                return ControlInfo(DomainControlState.JOB, 0, round(long.elapsed * 1000))
            monitor = guest.run.monitor
            try:
                # whoever waits for an answer may be another process: see for ourselves
                with Ignoring(MonitorSilent):
                    if monitor.unheard is None or monitor.fileno() < 0:
                        guest.ask("query-status", timeout=_PATIENCE)
            except MonitorClosed:
                return ControlInfo(DomainControlState.ERROR, DomainControlErrorReason.MONITOR, 0)
            if (waited := monitor.unheard) is not None:
                return ControlInfo(DomainControlState.OCCUPIED, 0, round(waited * 1000))
            return ControlInfo(DomainControlState.OK, 0, 0)

    def get_job_info(self, domain: Domain) -> JobInfo:
        with self.guests.query(domain, active=True) as guest:
            return job_info(guest)

    def get_job_stats(self, domain: Domain, flags: int = 0) -> JobStats:
        self.accept(flags, DomainGetJobStats.COMPLETED | DomainGetJobStats.KEEP_COMPLETED,
                    "qemuDomainGetJobStats")  # fmt: skip
        completed = bool(flags & DomainGetJobStats.COMPLETED)
        with self.guests.query(domain, active=not completed) as guest:
            if completed and guest.ended_job is not None and guest.jobs.long is None:
                from vsh.drivers.qemu import long_job

                found = JobStats(*long_job.numbers_of_ended(guest))
                if not flags & DomainGetJobStats.KEEP_COMPLETED:
                    guest.ended_job = None
                    self.guests.keep(guest)
                return found
            return job_stats(guest, completed=completed)

    def abort_job(self, domain: Domain) -> None:
        self.abort_job_flags(domain, 0)

    def abort_job_flags(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, DomainAbortJob.POSTCOPY, "qemuDomainAbortJobFlags")
        with self.guests.query(domain, active=True) as guest:
            if flags & DomainAbortJob.POSTCOPY:
                from vsh.drivers.qemu.migration import recovery

                recovery.interrupt(guest)
                return
            if guest.run is not None and guest.run.backup is not None:
                from vsh.drivers.qemu.blocks import backup_job

                backup_job.abort(self.hypervisor, guest)
                return
            guest.jobs.abort()

    def get_security_label(self, domain: Domain) -> SecurityLabel:
        self.guests.check(domain)
        return SecurityLabel("", 0)

    def get_security_label_list(self, domain: Domain) -> list[SecurityLabel]:
        from vsh.drivers.qemu import security

        with self.guests.query(domain) as guest:
            if not guest.active:
                return []
            found = security.own(guest.definition)
            dac = [] if found is None else [SecurityLabel(found.label or "", 0)]
            return [SecurityLabel("", 0), *dac]

    def get_launch_security_info(self, domain: Domain, flags: int = 0) -> TypedParams:
        from vsh.drivers.qemu import launch_security

        with self.guests.query(domain) as guest:
            return launch_security.measured(guest)

    def set_launch_security_state(
        self, domain: Domain, params: TypedParams, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu import launch_security

        self.accept(flags, 0, "qemuDomainSetLaunchSecurityState")
        secret = launch_security.Secret(params)
        with self.guests.modify(domain) as guest:
            launch_security.inject(guest, secret)

    def get_messages(self, domain: Domain, flags: int = 0) -> list[str]:
        from vsh.drivers.qemu import taints

        self.accept(flags, 7, "qemuDomainGetMessages")
        with self.guests.query(domain) as guest:
            return taints.messages(guest, flags)

    def has_managed_save_image(self, domain: Domain, flags: int = 0) -> int:
        self.accept(flags, 0, "qemuDomainHasManagedSaveImage")
        with self.guests.query(domain) as guest:
            return int(guest.managed_save)


def job_info(guest: Guest) -> JobInfo:
    """What virDomainGetJobInfo says of a guest's job."""
    if guest.run is not None and guest.run.backup is not None:
        from vsh.drivers.qemu.blocks import backup_job

        elapsed, all, done = backup_job.amounts(guest)
        amounts = [all, done, all - done]
        return JobInfo(DomainJobType.UNBOUNDED, elapsed, 0, *amounts, 0, 0, 0, *amounts)
    long = guest.jobs.long
    if long is None:
        return JobInfo(*[0] * 12)
    _check_told(long)
    found = [int(long.progress.get(name, 0)) for name in _AMOUNTS]
    elapsed = round(long.elapsed * 1000)
    return JobInfo(DomainJobType.UNBOUNDED, elapsed, 0, *found)


def _check_told(long: AsyncJob) -> None:
    """Of a guest that comes in its source counts.  Raises OperationUnsupported."""
    if long.operation == DomainJobOperation.MIGRATION_IN:
        raise OperationUnsupported("migration statistics are available only on the source host")


def job_stats(guest: Guest, *, completed: bool) -> JobStats:
    """What virDomainGetJobStats says of the job that runs; of one that ended nothing is kept."""
    run = guest.run
    if run is not None and run.backup is not None and not completed:
        from vsh.drivers.qemu.blocks import backup_job

        return JobStats(DomainJobType.UNBOUNDED, backup_job.progress(guest))
    long = guest.jobs.long
    if long is None or completed:
        return JobStats(DomainJobType.NONE, TypedParams())
    from vsh.drivers.qemu import long_job

    _check_told(long)
    params = TypedParams().set("operation", "int", long.operation)
    params.set("time_elapsed", "ullong", round(long.elapsed * 1000))
    for name, value in long.progress.items():
        params.set(name, long_job.kind_of(name, value), value)
    return JobStats(DomainJobType.UNBOUNDED, params)


def cpu_time(guest: Guest) -> int:
    """The CPU time that a guest's QEMU has used, in nanoseconds; 0 while it has none."""
    if guest.run is None:
        return 0
    from vsh.drivers.qemu import statistics

    times = statistics.cpu_times(guest.run.process.pid)
    return 0 if times is None else times[0]
