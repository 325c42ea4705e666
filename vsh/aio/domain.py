# mypy: disable-error-code="no-any-return"
"""A domain: a guest, running or not.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.aio.checkpoint import Checkpoint
    from vsh.aio.collection import Checkpoints, Snapshots
    from vsh.aio.editing import Edit
    from vsh.aio.snapshot import Snapshot
    from vsh.aio.stream import Stream
    from vsh.api.domain.info import Info
    from vsh.api.domain.records import (
        Begun,
        BlockInfo,
        BlockJobInfo,
        BlockStats,
        ControlInfo,
        CpuStats,
        DiskError,
        DomainInfo,
        EmulatorPin,
        FilesystemInfo,
        GuestTime,
        InterfaceAddresses,
        InterfaceStats,
        IOThreadInfo,
        JobInfo,
        JobStats,
        MemoryStat,
        MonitorReply,
        SchedulerType,
        SecurityLabel,
        StateAndReason,
        VcpuPins,
        Vcpus,
    )
    from vsh.api.types import UUID, Blob, CpuMap, File, Files, Text, TypedParams, i32, i64, u32, u64
    from vsh.words import Enumeration
    from vsh.words.checkpoint import CheckpointCreate, CheckpointList
    from vsh.words.domain import DomainModificationImpact
    from vsh.words.domain.block import (
        DomainBlockCommit,
        DomainBlockCopy,
        DomainBlockJobAbort,
        DomainBlockJobInfo,
        DomainBlockJobSetSpeed,
        DomainBlockPull,
        DomainBlockRebase,
        DomainBlockResize,
    )
    from vsh.words.domain.cpu import DomainSetVcpu, DomainVcpu
    from vsh.words.domain.devices import (
        DomainChannel,
        DomainConsole,
        DomainDeviceModify,
        DomainFDAssociate,
        DomainGraphicsReloadType,
        DomainOpenGraphics,
        DomainProcessSignal,
        KeycodeSet,
    )
    from vsh.words.domain.document import DomainMetadataType, DomainXML
    from vsh.words.domain.guest import (
        DomainAgentResponseTimeout,
        DomainAuthorizedSSHKeysSet,
        DomainGetHostname,
        DomainGuestInfoTypes,
        DomainInterfaceAddressesSource,
        DomainSetTime,
        DomainSetUserPassword,
    )
    from vsh.words.domain.job import DomainAbortJob, DomainGetJobStats
    from vsh.words.domain.lifecycle import (
        DomainCoreDump,
        DomainCoreDumpFormat,
        DomainCreate,
        DomainDestroy,
        DomainLifecycle,
        DomainLifecycleAction,
        DomainReboot,
        DomainSaveImageXML,
        DomainSaveRestore,
        DomainShutdown,
        DomainUndefine,
    )
    from vsh.words.domain.memory import DomainDirtyRateCalc, DomainMemory, DomainMemoryMod
    from vsh.words.domain.migration import DomainMigrate, DomainMigrateMaxSpeed
    from vsh.words.domain.moments import DomainBackupBegin
    from vsh.words.domain.monitor import DomainQemuAgentCommandTimeout, DomainQemuMonitorCommand
    from vsh.words.domain.state import DomainState
    from vsh.words.domain.statistics import DomainMessageType
    from vsh.words.host import NodeSuspendTarget
    from vsh.words.snapshot import SnapshotCreate, SnapshotList
    from vsh.xml import domain as documents


class Domain(Object):
    """A domain, known by its UUID; ``id`` is -1 unless it was running when the handle was made.

    Each property asks the hypervisor when it is read.  Raises NoDomain if the domain has gone.
    """

    fields = ("name", "uuid", "id")
    name: Text
    uuid: UUID
    id: i32

    @property
    async def state(self) -> DomainState:
        """What it is doing: ``DomainState.RUNNING``, of which ``.word`` is "running"."""
        from vsh.words.domain.state import DomainState

        return DomainState((await self.get_state()).state)

    @property
    async def reason(self) -> Enumeration:
        """Why it is in its state: ``DomainPausedReason.USER``, of which ``.word`` is "user"."""
        from vsh.words.domain.state import REASONS

        answer = await self.get_state()
        return REASONS[answer.state if answer.state < len(REASONS) else 0](answer.reason)

    @property
    async def info(self) -> Info:
        """State, memory in bytes, number of CPUs and their time, all at one moment."""
        from datetime import timedelta

        from vsh.api.domain.info import Info
        from vsh.words.domain.state import DomainState

        found = await self.get_info()
        return Info(
            state=DomainState(found.state),
            memory=found.memory * 1024,
            max_memory=found.maxMem * 1024,
            vcpus=found.nrVirtCpu,
            cpu_time=timedelta(microseconds=found.cpuTime / 1000),
        )

    @property
    async def active(self) -> bool:
        """Whether it runs, paused counted as running."""
        return bool(await self.is_active())

    @property
    async def persistent(self) -> bool:
        """Whether it has a definition, which stays when it stops."""
        return bool(await self.is_persistent())

    @property
    async def updated(self) -> bool:
        """Whether it was changed since it started."""
        return bool(await self.is_updated())

    @property
    async def autostart(self) -> bool:
        """Whether it starts with the host."""
        return bool(await self.get_autostart())

    @property
    async def saved(self) -> bool:
        """Whether its next start goes on from a managed save."""
        return bool(await self.has_managed_save_image())

    @property
    async def title(self) -> str | None:
        """Its title, or None."""
        from vsh.words.domain.document import DomainMetadataType

        return await self._metadata(DomainMetadataType.TITLE)

    @property
    async def description(self) -> str | None:
        """Its description, or None."""
        from vsh.words.domain.document import DomainMetadataType

        return await self._metadata(DomainMetadataType.DESCRIPTION)

    @property
    async def xml(self) -> documents.Domain:
        """Its document as it is now, as a model: ``domain.xml.devices.disks``.

        Changing the model changes nothing: see ``edit``.
        """
        from vsh.xml.domain import Domain
        from vsh.xml.engine.reader import read

        return read(await self.get_xml_desc(0), Domain)

    @property
    async def definition(self) -> documents.Domain:
        """What it will be at its next start, as a model."""
        from vsh.words.domain.document import DomainXML
        from vsh.xml.domain import Domain
        from vsh.xml.engine.reader import read

        return read(await self.get_xml_desc(DomainXML.INACTIVE), Domain)

    def edit(self) -> Edit[documents.Domain]:
        """Change the definition: ``with domain.edit() as xml: xml.title = "..."``.

        Defined at the end of ``with``, for the next start.  Raises ChangedMeanwhile where somebody
        else has changed it meanwhile, and what defining it raises.
        """
        from vsh.aio.editing import Edit
        from vsh.words.domain.document import DomainXML
        from vsh.words.domain.lifecycle import DomainDefine
        from vsh.xml.domain import Domain

        wanted = DomainXML.INACTIVE | DomainXML.SECURE
        define = self.connection.domain_define_xml_flags
        return Edit(
            "domain",
            self.name,
            lambda: self.get_xml_desc(wanted),
            lambda text: define(text, DomainDefine.VALIDATE),
            Domain,
        )

    @property
    def snapshots(self) -> Snapshots:
        """Its snapshots: ``domain.snapshots["before"]``, ``domain.snapshots.current``."""
        from vsh.aio.collection import Snapshots

        return Snapshots(self)

    @property
    def checkpoints(self) -> Checkpoints:
        """Its checkpoints, by name."""
        from vsh.aio.collection import Checkpoints

        return Checkpoints(self)

    async def _metadata(self, kind: DomainMetadataType) -> str | None:
        from vsh.errors import NoDomainMetadata

        try:
            return await self.get_metadata(kind)
        except NoDomainMetadata:
            return None

    async def snapshot(self, name: str) -> Snapshot:
        """The snapshot of that name.  Raises NoSnapshot."""
        found: Snapshot = await self.snapshot_lookup_by_name(name)
        return found

    async def checkpoint(self, name: str) -> Checkpoint:
        """The checkpoint of that name.  Raises NoCheckpoint."""
        found: Checkpoint = await self.checkpoint_lookup_by_name(name)
        return found

    async def get_xml_desc(self, flags: DomainXML | u32 = 0) -> Text:
        """Its document: live, or with INACTIVE its definition."""
        return await self._ask("get_xml_desc", flags)

    async def get_info(self) -> DomainInfo:
        """State, memory in KiB, vCPUs and CPU time in ns."""
        return await self._ask("get_info")

    async def get_os_type(self) -> Text:
        """Kind of the guest's operating system, such as "hvm"."""
        return await self._ask("get_os_type")

    async def get_security_label(self) -> SecurityLabel:
        """The security label of its process."""
        return await self._ask("get_security_label")

    async def is_active(self) -> i32:
        """1 if it is running, paused counted as running."""
        return await self._ask("is_active")

    async def is_persistent(self) -> i32:
        """1 if it has a definition."""
        return await self._ask("is_persistent")

    async def get_job_info(self) -> JobInfo:
        """The job that is running on it."""
        return await self._ask("get_job_info")

    async def abort_job(self) -> None:
        """End the job that is running on it."""
        await self._ask("abort_job")

    async def has_managed_save_image(self, flags: u32 = 0) -> i32:
        """1 if its next start goes on from a managed save."""
        return await self._ask("has_managed_save_image", flags)

    async def is_updated(self) -> i32:
        """1 if it was changed since it started."""
        return await self._ask("is_updated")

    async def get_state(self, flags: u32 = 0) -> StateAndReason:
        """The state and why it is so, as libvirt's numbers."""
        return await self._ask("get_state", flags)

    async def get_control_info(self, flags: u32 = 0) -> ControlInfo:
        """Whether the hypervisor can be talked to about it."""
        return await self._ask("get_control_info", flags)

    async def set_metadata(
        self,
        type: DomainMetadataType | i32,
        metadata: Text | None = None,
        key: Text | None = None,
        uri: Text | None = None,
        flags: DomainModificationImpact | u32 = 0,
    ) -> None:
        """Set its title, description or a custom element;
        None removes it.
        """
        await self._ask("set_metadata", type, metadata, key, uri, flags)

    async def get_metadata(
        self,
        type: DomainMetadataType | i32,
        uri: Text | None = None,
        flags: DomainModificationImpact | u32 = 0,
    ) -> Text:
        """Its title, description or a custom element.  Raises NoDomainMetadata."""
        return await self._ask("get_metadata", type, uri, flags)

    async def get_security_label_list(self) -> list[SecurityLabel]:
        """The security labels of its process, one for each driver."""
        return await self._ask("get_security_label_list")

    async def get_job_stats(self, flags: DomainGetJobStats | u32 = 0) -> JobStats:
        """The job that is running on it or was the last."""
        return await self._ask("get_job_stats", flags)

    async def get_launch_security_info(self, flags: u32 = 0) -> TypedParams:
        """What the launch of an encrypted guest gave, such as its measurement."""
        return await self._ask("get_launch_security_info", flags)

    async def get_messages(self, flags: DomainMessageType | u32 = 0) -> list[Text]:
        """What there is to say of it: deprecated features, tainting."""
        return await self._ask("get_messages", flags)

    async def set_launch_security_state(self, params: TypedParams, flags: u32 = 0) -> None:
        """Put a secret into an encrypted guest before it runs."""
        await self._ask("set_launch_security_state", params, flags)

    async def abort_job_flags(self, flags: DomainAbortJob | u32 = 0) -> None:
        """End the job that is running on it."""
        await self._ask("abort_job_flags", flags)

    async def create(self) -> None:
        """Start it."""
        await self._ask("create")

    async def destroy(self) -> None:
        """Stop it at once, as if its power failed."""
        await self._ask("destroy")

    async def get_autostart(self) -> i32:
        """1 if it is started with the host."""
        return await self._ask("get_autostart")

    async def reboot(self, flags: DomainReboot | u32 = 0) -> None:
        """Ask the guest to reboot, by the given ways."""
        await self._ask("reboot", flags)

    async def resume(self) -> None:
        """Let its vCPUs run again."""
        await self._ask("resume")

    async def set_autostart(self, autostart: i32) -> None:
        """Start it with the host (1), or do not (0)."""
        await self._ask("set_autostart", autostart)

    async def shutdown(self) -> None:
        """Ask the guest to shut down."""
        await self._ask("shutdown")

    async def suspend(self) -> None:
        """Pause its vCPUs; it keeps its memory."""
        await self._ask("suspend")

    async def undefine(self) -> None:
        """Forget its definition."""
        await self._ask("undefine")

    async def core_dump(self, to: Text, flags: DomainCoreDump | u32 = 0) -> None:
        """Write a dump of the guest to a file on the host."""
        await self._ask("core_dump", to, flags)

    async def save(self, to: Text) -> None:
        """Write its memory to a file on the host and stop it."""
        await self._ask("save", to)

    async def managed_save(self, flags: DomainSaveRestore | u32 = 0) -> None:
        """Write its memory to a file of libvirt's and stop it; the next start goes on there."""
        await self._ask("managed_save", flags)

    async def managed_save_remove(self, flags: u32 = 0) -> None:
        """Forget the managed save image."""
        await self._ask("managed_save_remove", flags)

    async def create_with_flags(self, flags: DomainCreate | u32 = 0) -> Domain:
        """Start it; the handle with its new id."""
        return await self._ask("create_with_flags", flags)

    async def undefine_flags(self, flags: DomainUndefine | u32 = 0) -> None:
        """Forget its definition and what hangs on it."""
        await self._ask("undefine_flags", flags)

    async def save_flags(
        self, to: Text, dxml: Text | None = None, flags: DomainSaveRestore | u32 = 0
    ) -> None:
        """Write its memory to a file and stop it, with other XML in it if ``dxml`` is given."""
        await self._ask("save_flags", to, dxml, flags)

    async def destroy_flags(self, flags: DomainDestroy | u32 = 0) -> None:
        """Stop it at once."""
        await self._ask("destroy_flags", flags)

    async def reset(self, flags: u32 = 0) -> None:
        """Reset it, as the button does."""
        await self._ask("reset", flags)

    async def shutdown_flags(self, flags: DomainShutdown | u32 = 0) -> None:
        """Ask the guest to shut down, by the given ways."""
        await self._ask("shutdown_flags", flags)

    async def pm_suspend_for_duration(
        self, target: NodeSuspendTarget | u32, duration: u64, flags: u32 = 0
    ) -> None:
        """Ask the guest to suspend for that many seconds, 0 for ever."""
        await self._ask("pm_suspend_for_duration", target, duration, flags)

    async def pm_wakeup(self, flags: u32 = 0) -> None:
        """Wake the guest from a suspend to memory."""
        await self._ask("pm_wakeup", flags)

    async def create_with_files(self, files: Files, flags: DomainCreate | u32 = 0) -> Domain:
        """Start it; its first process gets the files (LXC)."""
        return await self._ask("create_with_files", files, flags)

    async def core_dump_with_format(
        self, to: Text, dumpformat: DomainCoreDumpFormat | u32, flags: DomainCoreDump | u32 = 0
    ) -> None:
        """Write a dump of the guest in a format."""
        await self._ask("core_dump_with_format", to, dumpformat, flags)

    async def rename(self, new_name: Text | None = None, flags: u32 = 0) -> i32:
        """Give it another name."""
        return await self._ask("rename", new_name, flags)

    async def managed_save_get_xml_desc(self, flags: DomainSaveImageXML | u32 = 0) -> Text:
        """The domain XML in the managed save image."""
        return await self._ask("managed_save_get_xml_desc", flags)

    async def managed_save_define_xml(
        self, dxml: Text | None = None, flags: DomainSaveRestore | u32 = 0
    ) -> None:
        """Replace the domain XML in the managed save image."""
        await self._ask("managed_save_define_xml", dxml, flags)

    async def set_lifecycle_action(
        self,
        type: DomainLifecycle | u32,
        action: DomainLifecycleAction | u32,
        flags: DomainModificationImpact | u32 = 0,
    ) -> None:
        """What to do when it powers off, reboots or crashes."""
        await self._ask("set_lifecycle_action", type, action, flags)

    async def save_params(self, params: TypedParams, flags: DomainSaveRestore | u32 = 0) -> None:
        """Write its memory and stop it; the parameters say where and how."""
        await self._ask("save_params", params, flags)

    async def get_autostart_once(self) -> i32:
        """1 if it is started with the host the next time only."""
        return await self._ask("get_autostart_once")

    async def set_autostart_once(self, autostart: i32) -> None:
        """Start it with the host the next time only (1), or do not (0)."""
        await self._ask("set_autostart_once", autostart)

    async def get_max_memory(self) -> u64:
        """The most memory it can have, in KiB."""
        return await self._ask("get_max_memory")

    async def set_max_memory(self, memory: u64) -> None:
        """Change the most memory it can have, in KiB."""
        await self._ask("set_max_memory", memory)

    async def set_memory(self, memory: u64) -> None:
        """Change its memory, in KiB."""
        await self._ask("set_memory", memory)

    async def memory_peek(self, offset: u64, size: u32, flags: DomainMemory | u32 = 0) -> Blob:
        """At most 4 MiB of its memory, from byte ``offset`` on."""
        return await self._ask("memory_peek", offset, size, flags)

    async def memory_stats(self, flags: u32 = 0) -> list[MemoryStat]:
        """Statistics of its memory."""
        return await self._ask("memory_stats", flags)

    async def set_memory_parameters(
        self, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change its memory limits, in KiB."""
        await self._ask("set_memory_parameters", params, flags)

    async def get_memory_parameters(self, flags: DomainModificationImpact | u32 = 0) -> TypedParams:
        """Its memory limits, in KiB."""
        return await self._ask("get_memory_parameters", flags)

    async def set_memory_flags(self, memory: u64, flags: DomainMemoryMod | u32 = 0) -> None:
        """Change its memory, or the most it can have, in KiB."""
        await self._ask("set_memory_flags", memory, flags)

    async def set_blkio_parameters(
        self, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change weights and limits of its block I/O."""
        await self._ask("set_blkio_parameters", params, flags)

    async def get_blkio_parameters(self, flags: DomainModificationImpact | u32 = 0) -> TypedParams:
        """Weights and limits of its block I/O."""
        return await self._ask("get_blkio_parameters", flags)

    async def set_numa_parameters(
        self, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change on which NUMA nodes its memory lies."""
        await self._ask("set_numa_parameters", params, flags)

    async def get_numa_parameters(self, flags: DomainModificationImpact | u32 = 0) -> TypedParams:
        """On which NUMA nodes its memory lies."""
        return await self._ask("get_numa_parameters", flags)

    async def set_memory_stats_period(
        self, period: i32, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Collect memory statistics every so many seconds; 0 stops it."""
        await self._ask("set_memory_stats_period", period, flags)

    async def start_dirty_rate_calc(
        self, seconds: i32, flags: DomainDirtyRateCalc | u32 = 0
    ) -> None:
        """Measure for so many seconds how fast it changes its memory; the statistics have the
        result.
        """
        await self._ask("start_dirty_rate_calc", seconds, flags)

    async def get_max_vcpus(self) -> i32:
        """How many vCPUs it can have."""
        return await self._ask("get_max_vcpus")

    async def get_vcpus(self, maxinfo: i32, maplen: i32) -> Vcpus:
        """At most ``maxinfo`` vCPUs, with CPU maps of ``maplen`` bytes; none with ``maplen`` 0."""
        return await self._ask("get_vcpus", maxinfo, maplen)

    async def pin_vcpu(self, vcpu: u32, cpumap: CpuMap) -> None:
        """Let a vCPU run on these host CPUs only."""
        await self._ask("pin_vcpu", vcpu, cpumap)

    async def set_vcpus(self, nvcpus: u32) -> None:
        """Change the number of vCPUs of a running domain."""
        await self._ask("set_vcpus", nvcpus)

    async def get_scheduler_type(self) -> SchedulerType:
        """The scheduler, and how many parameters it has."""
        return await self._ask("get_scheduler_type")

    async def get_scheduler_parameters(self) -> TypedParams:
        """The scheduler's parameters."""
        return await self._ask("get_scheduler_parameters")

    async def set_scheduler_parameters(self, params: TypedParams) -> None:
        """Change the scheduler's parameters."""
        await self._ask("set_scheduler_parameters", params)

    async def set_vcpus_flags(self, nvcpus: u32, flags: DomainVcpu | u32 = 0) -> None:
        """Change the number of vCPUs, or the most there can be."""
        await self._ask("set_vcpus_flags", nvcpus, flags)

    async def get_vcpus_flags(self, flags: DomainVcpu | u32 = 0) -> i32:
        """The number of vCPUs, or the most there can be."""
        return await self._ask("get_vcpus_flags", flags)

    async def set_scheduler_parameters_flags(
        self, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change the scheduler's parameters, live, in the definition, or both."""
        await self._ask("set_scheduler_parameters_flags", params, flags)

    async def get_scheduler_parameters_flags(
        self, flags: DomainModificationImpact | u32 = 0
    ) -> TypedParams:
        """The scheduler's parameters, live or in the definition."""
        return await self._ask("get_scheduler_parameters_flags", flags)

    async def pin_vcpu_flags(
        self, vcpu: u32, cpumap: CpuMap, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Let a vCPU run on these host CPUs only, live, in the definition, or both."""
        await self._ask("pin_vcpu_flags", vcpu, cpumap, flags)

    async def get_vcpu_pin_info(
        self, ncpumaps: i32, maplen: i32, flags: DomainModificationImpact | u32 = 0
    ) -> VcpuPins:
        """Which host CPUs each of at most ``ncpumaps`` vCPUs may run on, ``maplen`` bytes each."""
        return await self._ask("get_vcpu_pin_info", ncpumaps, maplen, flags)

    async def get_cpu_stats(
        self, nparams: u32, start_cpu: i32, ncpus: u32, flags: u32 = 0
    ) -> CpuStats:
        """CPU times in ns of ``ncpus`` host CPUs from ``start_cpu`` on; -1 and 1 for the total.

        With ``nparams`` and ``ncpus`` 0 the answer's ``nparams`` is the number of CPUs; with
        ``nparams`` 0 and ``ncpus`` 1 it is the number of values for each.
        """
        return await self._ask("get_cpu_stats", nparams, start_cpu, ncpus, flags)

    async def pin_emulator(self, cpumap: CpuMap, flags: DomainModificationImpact | u32 = 0) -> None:
        """Let the emulator run on these host CPUs only."""
        await self._ask("pin_emulator", cpumap, flags)

    async def get_emulator_pin_info(
        self, maplen: i32, flags: DomainModificationImpact | u32 = 0
    ) -> EmulatorPin:
        """Which host CPUs the emulator may run on."""
        return await self._ask("get_emulator_pin_info", maplen, flags)

    async def get_iothread_info(
        self, flags: DomainModificationImpact | u32 = 0
    ) -> list[IOThreadInfo]:
        """The I/O threads and the host CPUs that they may run on."""
        return await self._ask("get_iothread_info", flags)

    async def pin_iothread(
        self, iothreads_id: u32, cpumap: CpuMap, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Let an I/O thread run on these host CPUs only."""
        await self._ask("pin_iothread", iothreads_id, cpumap, flags)

    async def add_iothread(
        self, iothread_id: u32, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Add an I/O thread."""
        await self._ask("add_iothread", iothread_id, flags)

    async def del_iothread(
        self, iothread_id: u32, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Remove an I/O thread."""
        await self._ask("del_iothread", iothread_id, flags)

    async def get_perf_events(self, flags: DomainModificationImpact | u32 = 0) -> TypedParams:
        """Which performance events are counted."""
        return await self._ask("get_perf_events", flags)

    async def set_perf_events(
        self, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Turn the counting of performance events on or off."""
        await self._ask("set_perf_events", params, flags)

    async def get_guest_vcpus(self, flags: u32 = 0) -> TypedParams:
        """The guest's own view of its vCPUs: lists of present, online and offlinable ones."""
        return await self._ask("get_guest_vcpus", flags)

    async def set_guest_vcpus(self, cpumap: Text, state: i32, flags: u32 = 0) -> None:
        """Let the guest bring vCPUs of a list online (``state`` 1) or offline (0)."""
        await self._ask("set_guest_vcpus", cpumap, state, flags)

    async def set_vcpu(self, cpumap: Text, state: i32, flags: DomainSetVcpu | u32 = 0) -> None:
        """Plug in (``state`` 1) or out (0) the vCPUs of a list such as "1-3"."""
        await self._ask("set_vcpu", cpumap, state, flags)

    async def set_iothread_params(
        self, iothread_id: u32, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change how an I/O thread polls, and its thread pool."""
        await self._ask("set_iothread_params", iothread_id, params, flags)

    async def snapshot_create_xml(
        self, xml_desc: Text, flags: SnapshotCreate | u32 = 0
    ) -> Snapshot:
        """Take a snapshot, or with REDEFINE bring back the record of one."""
        return await self._ask("snapshot_create_xml", xml_desc, flags)

    async def snapshot_num(self, flags: SnapshotList | u32 = 0) -> i32:
        """How many snapshots it has."""
        return await self._ask("snapshot_num", flags)

    async def snapshot_list_names(self, flags: SnapshotList | u32 = 0) -> list[Text]:
        """Names of its snapshots."""
        return await self._ask("snapshot_list_names", flags)

    async def snapshot_lookup_by_name(self, name: Text, flags: u32 = 0) -> Snapshot:
        """The snapshot of that name.  Raises NoSnapshot."""
        return await self._ask("snapshot_lookup_by_name", name, flags)

    async def has_current_snapshot(self, flags: u32 = 0) -> i32:
        """1 if one of its snapshots is current."""
        return await self._ask("has_current_snapshot", flags)

    async def snapshot_current(self, flags: u32 = 0) -> Snapshot:
        """The current snapshot.  Raises NoSnapshot."""
        return await self._ask("snapshot_current", flags)

    async def list_all_snapshots(self, flags: SnapshotList | u32 = 0) -> list[Snapshot]:
        """Its snapshots."""
        return await self._ask("list_all_snapshots", flags)

    async def checkpoint_create_xml(
        self, xml_desc: Text, flags: CheckpointCreate | u32 = 0
    ) -> Checkpoint:
        """Make a checkpoint, or with REDEFINE bring back the record of one."""
        return await self._ask("checkpoint_create_xml", xml_desc, flags)

    async def list_all_checkpoints(self, flags: CheckpointList | u32 = 0) -> list[Checkpoint]:
        """Its checkpoints."""
        return await self._ask("list_all_checkpoints", flags)

    async def checkpoint_lookup_by_name(self, name: Text, flags: u32 = 0) -> Checkpoint:
        """The checkpoint of that name.  Raises NoCheckpoint."""
        return await self._ask("checkpoint_lookup_by_name", name, flags)

    async def backup_begin(
        self,
        backup_xml: Text,
        checkpoint_xml: Text | None = None,
        flags: DomainBackupBegin | u32 = 0,
    ) -> None:
        """Start a backup, and make a checkpoint with it if its XML is given."""
        await self._ask("backup_begin", backup_xml, checkpoint_xml, flags)

    async def backup_get_xml_desc(self, flags: u32 = 0) -> Text:
        """The running backup, as XML.  Raises NoDomainBackup."""
        return await self._ask("backup_get_xml_desc", flags)

    async def block_stats(self, path: Text) -> BlockStats:
        """Requests, bytes and errors of a disk."""
        return await self._ask("block_stats", path)

    async def block_peek(self, path: Text, offset: u64, size: u32, flags: u32 = 0) -> Blob:
        """At most 4 MiB of a disk's content, from byte ``offset`` on."""
        return await self._ask("block_peek", path, offset, size, flags)

    async def get_block_info(self, path: Text, flags: u32 = 0) -> BlockInfo:
        """Sizes of a disk, in bytes."""
        return await self._ask("get_block_info", path, flags)

    async def block_job_abort(self, path: Text, flags: DomainBlockJobAbort | u32 = 0) -> None:
        """End a disk's job; with PIVOT, by going over to the copy."""
        await self._ask("block_job_abort", path, flags)

    async def get_block_job_info(
        self, path: Text, flags: DomainBlockJobInfo | u32 = 0
    ) -> BlockJobInfo:
        """A disk's job; ``found`` is 0 if there is none."""
        return await self._ask("get_block_job_info", path, flags)

    async def block_job_set_speed(
        self, path: Text, bandwidth: u64, flags: DomainBlockJobSetSpeed | u32 = 0
    ) -> None:
        """Limit a disk's job to MiB/s, or bytes/s with the flag for it."""
        await self._ask("block_job_set_speed", path, bandwidth, flags)

    async def block_pull(
        self, path: Text, bandwidth: u64, flags: DomainBlockPull | u32 = 0
    ) -> None:
        """Copy a disk's backing files into it, at most so many MiB/s."""
        await self._ask("block_pull", path, bandwidth, flags)

    async def block_stats_flags(self, path: Text, flags: u32 = 0) -> TypedParams:
        """Statistics of a disk ("": of all together), by name."""
        return await self._ask("block_stats_flags", path, flags)

    async def block_resize(self, disk: Text, size: u64, flags: DomainBlockResize | u32 = 0) -> None:
        """Give a disk another size: KiB, or bytes with the flag for it."""
        await self._ask("block_resize", disk, size, flags)

    async def set_block_io_tune(
        self, disk: Text, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Throttle a disk."""
        await self._ask("set_block_io_tune", disk, params, flags)

    async def get_block_io_tune(
        self, disk: Text | None = None, flags: DomainModificationImpact | u32 = 0
    ) -> TypedParams:
        """How a disk is throttled."""
        return await self._ask("get_block_io_tune", disk, flags)

    async def get_disk_errors(self, flags: u32 = 0) -> list[DiskError]:
        """The disks that have met an I/O error."""
        return await self._ask("get_disk_errors", flags)

    async def block_rebase(
        self, path: Text, base: Text | None, bandwidth: u64, flags: DomainBlockRebase | u32 = 0
    ) -> None:
        """Copy what lies above ``base`` into a disk, or (with a flag) start a copy to ``base``."""
        await self._ask("block_rebase", path, base, bandwidth, flags)

    async def block_commit(
        self,
        disk: Text,
        base: Text | None,
        top: Text | None,
        bandwidth: u64,
        flags: DomainBlockCommit | u32 = 0,
    ) -> None:
        """Write the changes of the images from ``top`` down into ``base``."""
        await self._ask("block_commit", disk, base, top, bandwidth, flags)

    async def block_copy(
        self, path: Text, destxml: Text, params: TypedParams, flags: DomainBlockCopy | u32 = 0
    ) -> None:
        """Start to mirror a disk to the destination that the XML describes."""
        await self._ask("block_copy", path, destxml, params, flags)

    async def set_block_threshold(self, dev: Text, threshold: u64, flags: u32 = 0) -> None:
        """Ask for an event when a disk is written beyond that many bytes."""
        await self._ask("set_block_threshold", dev, threshold, flags)

    async def set_throttle_group(
        self, group: Text, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Make a named group of throttling limits, or change it."""
        await self._ask("set_throttle_group", group, params, flags)

    async def del_throttle_group(
        self, group: Text | None = None, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Remove a named group of throttling limits."""
        await self._ask("del_throttle_group", group, flags)

    async def attach_device(self, xml: Text) -> None:
        """Plug a device into a running domain."""
        await self._ask("attach_device", xml)

    async def detach_device(self, xml: Text) -> None:
        """Unplug a device from a running domain."""
        await self._ask("detach_device", xml)

    async def interface_stats(self, device: Text) -> InterfaceStats:
        """Traffic of an interface, by its target ("vnet0") or MAC address."""
        return await self._ask("interface_stats", device)

    async def attach_device_flags(self, xml: Text, flags: DomainDeviceModify | u32 = 0) -> None:
        """Plug in a device, live, in the definition, or both."""
        await self._ask("attach_device_flags", xml, flags)

    async def detach_device_flags(self, xml: Text, flags: DomainDeviceModify | u32 = 0) -> None:
        """Unplug a device, live, in the definition, or both."""
        await self._ask("detach_device_flags", xml, flags)

    async def update_device_flags(self, xml: Text, flags: DomainDeviceModify | u32 = 0) -> None:
        """Change a device, live, in the definition, or both."""
        await self._ask("update_device_flags", xml, flags)

    async def open_console(
        self, dev_name: Text | None, stream: Stream, flags: DomainConsole | u32 = 0
    ) -> None:
        """Connect a stream to a console or serial port; None for the first."""
        await self._ask("open_console", dev_name, stream, flags)

    async def inject_nmi(self, flags: u32 = 0) -> None:
        """Send the guest a non-maskable interrupt."""
        await self._ask("inject_nmi", flags)

    async def screenshot(self, stream: Stream, screen: u32, flags: u32 = 0) -> Text | None:
        """Send a picture of a screen into a stream; its MIME type."""
        return await self._ask("screenshot", stream, screen, flags)

    async def send_key(
        self, codeset: KeycodeSet | u32, holdtime: u32, keycodes: list[u32], flags: u32 = 0
    ) -> None:
        """Press keys together for ``holdtime`` ms; 16 at most."""
        await self._ask("send_key", codeset, holdtime, keycodes, flags)

    async def open_graphics(self, idx: u32, fd: File, flags: DomainOpenGraphics | u32 = 0) -> None:
        """Connect a socket to the graphics display of that number."""
        await self._ask("open_graphics", idx, fd, flags)

    async def set_interface_parameters(
        self, device: Text, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change the bandwidth limits of an interface."""
        await self._ask("set_interface_parameters", device, params, flags)

    async def get_interface_parameters(
        self, device: Text, flags: DomainModificationImpact | u32 = 0
    ) -> TypedParams:
        """Bandwidth limits of an interface, in KiB/s and KiB."""
        return await self._ask("get_interface_parameters", device, flags)

    async def send_process_signal(
        self, pid_value: i64, signum: DomainProcessSignal | u32, flags: u32 = 0
    ) -> None:
        """Send a signal to a process in the guest."""
        await self._ask("send_process_signal", pid_value, signum, flags)

    async def open_channel(
        self, name: Text | None, stream: Stream, flags: DomainChannel | u32 = 0
    ) -> None:
        """Connect a stream to a channel; None for the first."""
        await self._ask("open_channel", name, stream, flags)

    async def open_graphics_fd(self, idx: u32, flags: DomainOpenGraphics | u32 = 0) -> File:
        """A socket that is connected to the graphics display of that number."""
        return await self._ask("open_graphics_fd", idx, flags)

    async def detach_device_alias(
        self, alias: Text, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Ask the guest to let go of the device with that alias; an event tells when it has."""
        await self._ask("detach_device_alias", alias, flags)

    async def fd_associate(
        self, name: Text, fds: Files, flags: DomainFDAssociate | u32 = 0
    ) -> None:
        """Give open files a name that disk sources can refer to."""
        await self._ask("fd_associate", name, fds, flags)

    async def graphics_reload(self, type: DomainGraphicsReloadType | u32, flags: u32 = 0) -> None:
        """Load the TLS certificates of the graphics displays of a type again."""
        await self._ask("graphics_reload", type, flags)

    async def announce_interface(
        self, device: Text | None, params: TypedParams, flags: u32 = 0
    ) -> None:
        """Have an interface, by its MAC address (None: all), make itself known in its network.

        The parameters are ``initial``, ``max``, ``step`` (milliseconds) and ``rounds``, all of them
        ``uint``.
        """
        await self._ask("announce_interface", device, params, flags)

    async def monitor_command(self, cmd: Text, flags: DomainQemuMonitorCommand | u32 = 0) -> Text:
        """Say something to QEMU's monitor: JSON, or text with the flag for it; its answer."""
        return await self._ask("monitor_command", cmd, flags)

    async def open_namespace(self, flags: u32 = 0) -> Files:
        """Files that stand for the namespaces of a container."""
        return await self._ask("open_namespace", flags)

    async def agent_command(
        self, cmd: Text, timeout: DomainQemuAgentCommandTimeout | i32, flags: u32 = 0
    ) -> Text | None:
        """Say something to the guest's agent; its answer.

        ``timeout`` in seconds; -2 forever, -1 the default, 0 not at all.
        """
        return await self._ask("agent_command", cmd, timeout, flags)

    async def monitor_command_with_files(
        self, cmd: Text, infiles: Files, flags: DomainQemuMonitorCommand | u32 = 0
    ) -> MonitorReply:
        """Say something to QEMU's monitor and pass it files; its answer and its files."""
        return await self._ask("monitor_command_with_files", cmd, infiles, flags)

    async def get_hostname(self, flags: DomainGetHostname | u32 = 0) -> Text:
        """The guest's name of itself (``DomainGetHostname`` says whom to ask)."""
        return await self._ask("get_hostname", flags)

    async def fstrim(self, mountPoint: Text | None, minimum: u64, flags: u32 = 0) -> None:
        """Discard unused blocks of free ranges of at least ``minimum`` bytes; None for all file
        systems.
        """
        await self._ask("fstrim", mountPoint, minimum, flags)

    async def fsfreeze(self, mountpoints: list[Text], flags: u32 = 0) -> i32:
        """Freeze the guest's file systems (none given: all); how many were."""
        return await self._ask("fsfreeze", mountpoints, flags)

    async def fsthaw(self, mountpoints: list[Text], flags: u32 = 0) -> i32:
        """Thaw the guest's file systems (none given: all); how many were."""
        return await self._ask("fsthaw", mountpoints, flags)

    async def get_time(self, flags: u32 = 0) -> GuestTime:
        """The guest's clock."""
        return await self._ask("get_time", flags)

    async def set_time(self, seconds: i64, nseconds: u32, flags: DomainSetTime | u32 = 0) -> None:
        """Set the guest's clock, or let it take it from its hardware clock."""
        await self._ask("set_time", seconds, nseconds, flags)

    async def get_fsinfo(self, flags: u32 = 0) -> list[FilesystemInfo]:
        """The file systems mounted in the guest."""
        return await self._ask("get_fsinfo", flags)

    async def interface_addresses(
        self, source: DomainInterfaceAddressesSource | u32, flags: u32 = 0
    ) -> list[InterfaceAddresses]:
        """Addresses of its interfaces, from leases, the agent or ARP."""
        return await self._ask("interface_addresses", source, flags)

    async def set_user_password(
        self,
        user: Text | None = None,
        password: Text | None = None,
        flags: DomainSetUserPassword | u32 = 0,
    ) -> None:
        """Set a guest user's password."""
        await self._ask("set_user_password", user, password, flags)

    async def get_guest_info(
        self, types: DomainGuestInfoTypes | u32, flags: u32 = 0
    ) -> TypedParams:
        """What the guest tells about itself, by groups, 0 for all."""
        return await self._ask("get_guest_info", types, flags)

    async def agent_set_response_timeout(
        self, timeout: DomainAgentResponseTimeout | i32, flags: u32 = 0
    ) -> i32:
        """How long the agent may take: seconds; -2 forever, -1 the default, 0 not at all."""
        return await self._ask("agent_set_response_timeout", timeout, flags)

    async def authorized_ssh_keys_get(self, user: Text, flags: u32 = 0) -> list[Text]:
        """The keys that may log in to the guest as a user."""
        return await self._ask("authorized_ssh_keys_get", user, flags)

    async def authorized_ssh_keys_set(
        self, user: Text, keys: list[Text], flags: DomainAuthorizedSSHKeysSet | u32 = 0
    ) -> None:
        """Set, add or remove keys that may log in to the guest as a user."""
        await self._ask("authorized_ssh_keys_set", user, keys, flags)

    async def migrate_perform(
        self, cookie: Blob, uri: Text, flags: DomainMigrate | u64, dname: Text | None, resource: u64
    ) -> None:
        """Protocols 1 and 2, step 2: send the domain."""
        await self._ask("migrate_perform", cookie, uri, flags, dname, resource)

    async def migrate_set_max_downtime(self, downtime: u64, flags: u32 = 0) -> None:
        """How many ms it may stand still at the end of a migration."""
        await self._ask("migrate_set_max_downtime", downtime, flags)

    async def migrate_set_max_speed(
        self, bandwidth: u64, flags: DomainMigrateMaxSpeed | u32 = 0
    ) -> None:
        """How many MiB/s a migration may use."""
        await self._ask("migrate_set_max_speed", bandwidth, flags)

    async def migrate_begin3(
        self, xmlin: Text | None, flags: DomainMigrate | u64, dname: Text | None, resource: u64
    ) -> Begun:
        """Protocol 3, step 1: what the destination has to know."""
        return await self._ask("migrate_begin3", xmlin, flags, dname, resource)

    async def migrate_perform3(
        self,
        xmlin: Text | None,
        cookie_in: Blob,
        dconnuri: Text | None,
        uri: Text | None,
        flags: DomainMigrate | u64,
        dname: Text | None,
        resource: u64,
    ) -> Blob:
        """Protocol 3, step 3: send the domain; a cookie for the destination."""
        return await self._ask(
            "migrate_perform3", xmlin, cookie_in, dconnuri, uri, flags, dname, resource
        )

    async def migrate_confirm3(
        self, cookie_in: Blob, flags: DomainMigrate | u64, cancelled: i32
    ) -> None:
        """Protocol 3, step 5: let go of the domain, or keep it if ``cancelled``."""
        await self._ask("migrate_confirm3", cookie_in, flags, cancelled)

    async def migrate_get_max_speed(self, flags: DomainMigrateMaxSpeed | u32 = 0) -> u64:
        """How many MiB/s a migration may use."""
        return await self._ask("migrate_get_max_speed", flags)

    async def migrate_get_compression_cache(self, flags: u32 = 0) -> u64:
        """How many bytes a compressed migration may cache."""
        return await self._ask("migrate_get_compression_cache", flags)

    async def migrate_set_compression_cache(self, cacheSize: u64, flags: u32 = 0) -> None:
        """How many bytes a compressed migration may cache."""
        await self._ask("migrate_set_compression_cache", cacheSize, flags)

    async def migrate_begin3_params(
        self, params: TypedParams, flags: DomainMigrate | u32 = 0
    ) -> Begun:
        """Protocol 3 with parameters, step 1: what the destination has to know."""
        return await self._ask("migrate_begin3_params", params, flags)

    async def migrate_perform3_params(
        self,
        dconnuri: Text | None,
        params: TypedParams,
        cookie_in: Blob,
        flags: DomainMigrate | u32 = 0,
    ) -> Blob:
        """Protocol 3 with parameters, step 3: send the domain; a cookie for the destination."""
        return await self._ask("migrate_perform3_params", dconnuri, params, cookie_in, flags)

    async def migrate_confirm3_params(
        self, params: TypedParams, cookie_in: Blob, flags: DomainMigrate | u32, cancelled: i32
    ) -> None:
        """Protocol 3 with parameters, step 5: let go of the domain, or keep it if ``cancelled``."""
        await self._ask("migrate_confirm3_params", params, cookie_in, flags, cancelled)

    async def migrate_start_post_copy(self, flags: u32 = 0) -> None:
        """Let the destination run and fetch the rest of the memory as needed."""
        await self._ask("migrate_start_post_copy", flags)

    async def migrate_get_max_downtime(self, flags: u32 = 0) -> u64:
        """How many ms it may stand still at the end of a migration."""
        return await self._ask("migrate_get_max_downtime", flags)

    async def wait(
        self,
        condition: str | None = None,
        timeout: float | None = None,
        *,
        state: DomainState | str | None = None,
    ) -> bool:
        """Wait until it is in a state, or "domain-inactive", or "guest-agent-available".

        False if that has not come after so many seconds; None waits for ever.
        """
        from vsh.aio.waiting import wait

        return await wait(self, condition, timeout, state=state)
