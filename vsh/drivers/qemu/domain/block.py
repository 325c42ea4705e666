"""Disks of a guest: their numbers, sizes and errors."""

from __future__ import annotations

from vsh.api.domain import block
from vsh.api.domain.records import BlockInfo, BlockJobInfo, BlockStats, DiskError
from vsh.api.types import TypedParams
from vsh.drivers.qemu import statistics
from vsh.drivers.qemu.blocks import counters
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state import parameters
from vsh.errors import (
    ArgumentUnsupported,
    InternalError,
    InvalidArgument,
    OperationFailed,
    OperationUnsupported,
    Overflow,
    SystemFailure,
)
from vsh.qmp.value import structs, text
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
    DomainDiskErrorCode,
)
from vsh.words.parameter import TypedParameterFlags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.xml.domain.devices.disk import Disk

_IMPACT = DomainModificationImpact.LIVE | DomainModificationImpact.CONFIG
_REBASE = (
    DomainBlockRebase.SHALLOW
    | DomainBlockRebase.REUSE_EXT
    | DomainBlockRebase.COPY
    | DomainBlockRebase.COPY_RAW
    | DomainBlockRebase.RELATIVE
    | DomainBlockRebase.COPY_DEV
    | DomainBlockRebase.BANDWIDTH_BYTES
)
_MEBIBYTE = 1 << 20
_HIGHEST = (1 << 63) - 1
_ALL = (1 << 64) - 1
_ERRORS = {"failed": DomainDiskErrorCode.UNSPEC, "nospace": DomainDiskErrorCode.NO_SPACE}


class Block(QemuPart, answers=block):
    """Answers about disks."""

    def block_stats(self, domain: Domain, path: str) -> BlockStats:
        with self.guests.query(domain, active=True) as guest:
            found = counters.counted(guest, path)
            read, written = found["rd_operations"], found["wr_operations"]
            return BlockStats(read, found["rd_bytes"], written, found["wr_bytes"], -1)

    def block_stats_flags(self, domain: Domain, path: str, flags: int = 0) -> TypedParams:
        self.accept(flags, TypedParameterFlags.STRING_OKAY, "qemuDomainBlockStatsFlags")
        with self.guests.query(domain, active=True) as guest:
            found = counters.counted(guest, path)
            params = TypedParams()
            for name, own in counters.COUNTERS.items():
                params.set(name, "llong", found[own])
            return params

    def get_block_info(self, domain: Domain, path: str, flags: int = 0) -> BlockInfo:
        self.accept(flags, 0, "qemuDomainGetBlockInfo")
        with self.guests.query(domain) as guest:
            disk = statistics.disk(guest.definition, path)
            if disk is None:
                raise InvalidArgument(f"invalid path {path} not assigned to domain")
            if disk.type == "vhostuser":
                raise OperationUnsupported("block info is not supported for vhostuser disk")
            if disk.source is not None and disk.source.fdgroup:
                raise OperationUnsupported("block info is not supported for FD passed disk image")
            if disk.source is None or disk.source.empty():
                raise InvalidArgument(f"disk '{path}' does not currently have a source assigned")
            if not guest.active:
                capacity, allocation, physical = statistics.image_sizes(
                    str(disk.source.path), disk.driver_type
                )
                return BlockInfo(allocation, capacity, physical)
            blocks = statistics.Blocks(guest.ask)
            return counters.sizes(disk, blocks, counters.of_disk(disk, blocks))

    def get_disk_errors(self, domain: Domain, flags: int = 0) -> list[DiskError]:
        self.accept(flags, 0, "qemuDomainGetDiskErrors")
        with self.guests.query(domain, active=True) as guest:
            status = {
                statistics.alias_of(each): text(each.get("io-status"), "ok")
                for each in structs(guest.ask("query-block"))
            }
            found = []
            for disk in guest.definition.disks:
                code = _ERRORS.get(status.get(disk.alias or "", ""))
                if code is not None:
                    found.append(DiskError(disk.target, int(code)))
            return found

    def block_pull(self, domain: Domain, path: str, bandwidth: int, flags: int = 0) -> None:
        from vsh.drivers.qemu.blocks import starting

        self.accept(flags, DomainBlockPull.BANDWIDTH_BYTES, "qemuDomainBlockPull")
        with self.guests.modify(domain, active=True) as guest:
            speed = _speed(bandwidth, flags & DomainBlockPull.BANDWIDTH_BYTES)
            starting.pull(self.hypervisor, guest, path, None, speed, keep_relative=False)

    def block_rebase(
        self, domain: Domain, path: str, base: str | None, bandwidth: int, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu.blocks import starting

        self.accept(flags, _REBASE, "qemuDomainBlockRebase")
        speed = _speed(bandwidth, flags & DomainBlockRebase.BANDWIDTH_BYTES)
        relative = bool(flags & DomainBlockRebase.RELATIVE)
        if flags & DomainBlockRebase.COPY:
            if relative:
                raise ArgumentUnsupported("Relative backing during copy not supported yet")
            self._copy(domain, path, _destination(base, flags), (speed, 0, 0), flags & 3)
            return
        if relative and not base:
            raise InvalidArgument(
                "flag VIR_DOMAIN_BLOCK_REBASE_RELATIVE is valid only with non-null base"
            )
        with self.guests.modify(domain, active=True) as guest:
            starting.pull(self.hypervisor, guest, path, base, speed, keep_relative=relative)

    def block_commit(
        self,
        domain: Domain,
        path: str,
        base: str | None,
        top: str | None,
        bandwidth: int,
        flags: int = 0,
    ) -> None:
        from vsh.drivers.qemu.blocks import starting

        known = (
            DomainBlockCommit.SHALLOW
            | DomainBlockCommit.ACTIVE
            | DomainBlockCommit.RELATIVE
            | DomainBlockCommit.DELETE
            | DomainBlockCommit.BANDWIDTH_BYTES
        )
        self.accept(flags, known, "qemuDomainBlockCommit")
        with self.guests.modify(domain) as guest:
            starting.commit(
                self.hypervisor,
                guest,
                path,
                (base, top),
                _speed(bandwidth, flags & DomainBlockCommit.BANDWIDTH_BYTES),
                shallow=bool(flags & DomainBlockCommit.SHALLOW),
                active=bool(flags & DomainBlockCommit.ACTIVE),
                keep_relative=bool(flags & DomainBlockCommit.RELATIVE),
                delete=bool(flags & DomainBlockCommit.DELETE),
            )

    def block_copy(
        self, domain: Domain, path: str, destination: str, params: TypedParams, flags: int = 0
    ) -> None:
        known = (
            DomainBlockCopy.SHALLOW
            | DomainBlockCopy.REUSE_EXT
            | DomainBlockCopy.TRANSIENT_JOB
            | DomainBlockCopy.SYNCHRONOUS_WRITES
        )
        self.accept(flags, known, "qemuDomainBlockCopy")
        parameters.check(
            params, {"bandwidth": "ullong", "granularity": "uint", "buf-size": "ullong"}
        )
        speed, granularity, buffer = (
            int(params.get(name) or 0) for name in ("bandwidth", "granularity", "buf-size")
        )
        if granularity & (granularity - 1):
            raise InvalidArgument("granularity must be power of 2")
        self._copy(domain, path, _read(destination), (speed, granularity, buffer), flags)

    def _copy(
        self, domain: Domain, path: str, wanted: Disk, numbers: tuple[int, int, int], flags: int
    ) -> None:
        from vsh.drivers.qemu.blocks import copying

        with self.guests.modify(domain, active=True) as guest:
            copying.copy(
                self.hypervisor,
                guest,
                path,
                wanted,
                numbers,
                shallow=bool(flags & DomainBlockCopy.SHALLOW),
                reuse=bool(flags & DomainBlockCopy.REUSE_EXT),
                transient=bool(flags & DomainBlockCopy.TRANSIENT_JOB),
                synchronous=bool(flags & DomainBlockCopy.SYNCHRONOUS_WRITES),
            )

    def block_job_abort(self, domain: Domain, path: str, flags: int = 0) -> None:
        from vsh.drivers.qemu.blocks import starting

        known = DomainBlockJobAbort.ASYNC | DomainBlockJobAbort.PIVOT
        self.accept(flags, known, "qemuDomainBlockJobAbort")
        with self.guests.modify(domain, active=True) as guest:
            starting.end(
                self.hypervisor,
                guest,
                path,
                pivot=bool(flags & DomainBlockJobAbort.PIVOT),
                wait=not flags & DomainBlockJobAbort.ASYNC,
            )

    def get_block_job_info(self, domain: Domain, path: str, flags: int = 0) -> BlockJobInfo:
        from vsh.drivers.qemu.blocks import images, jobs

        self.accept(flags, DomainBlockJobInfo.BANDWIDTH_BYTES, "qemuDomainGetBlockJobInfo")
        with self.guests.query(domain, active=True) as guest:
            job = jobs.of_disk(guest, images.disk_named(guest.definition, path))
            if job is None:
                return BlockJobInfo(0, 0, 0, 0, 0)
            told = structs(guest.ask("query-block-jobs"))
            found = next((each for each in told if each["device"] == job["name"]), None)
            done, all, speed = (0, 1, 0) if found is None else jobs.progress(job, found)
            if not flags & DomainBlockJobInfo.BANDWIDTH_BYTES:
                speed = -(-speed // _MEBIBYTE)
            return BlockJobInfo(1, int(jobs.TYPES[job["kind"]]), speed, done, all)

    def block_job_set_speed(
        self, domain: Domain, path: str, bandwidth: int, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu.blocks import images, jobs

        self.accept(flags, DomainBlockJobSetSpeed.BANDWIDTH_BYTES, "qemuDomainBlockJobSetSpeed")
        speed = _speed(bandwidth, flags & DomainBlockJobSetSpeed.BANDWIDTH_BYTES)
        with self.guests.modify(domain, active=True) as guest:
            disk = images.disk_named(guest.definition, path)
            job = jobs.of_disk(guest, disk)
            if job is None:
                raise InvalidArgument(f"disk {disk.target} does not have an active block job")
            guest.ask("block-job-set-speed", {"device": job["name"], "speed": speed})

    def block_resize(self, domain: Domain, path: str, size: int, flags: int = 0) -> None:
        from vsh.drivers.qemu.blocks import images, slices, starting

        known = DomainBlockResize.BYTES | DomainBlockResize.CAPACITY | DomainBlockResize.EXTEND
        self.accept(flags, known, "qemuDomainBlockResize")
        if not flags & DomainBlockResize.BYTES and not flags & DomainBlockResize.CAPACITY:
            if size > _ALL // 1024:
                raise Overflow(f"size must be less than {_ALL // 1024}")
            size *= 1024
        with self.guests.modify(domain, active=True) as guest:
            disk = statistics.disk(guest.definition, path)
            if disk is None:
                raise InvalidArgument(f"disk '{path}' was not found in the domain config")
            if disk.type == "vhostuser":
                raise OperationUnsupported("block resize is not supported for vhostuser disk")
            if disk.empty() or disk.readonly:
                raise OperationUnsupported(f"can't resize empty or readonly disk '{disk.target}'")
            if flags & DomainBlockResize.CAPACITY:
                size = _size_on_host(disk)
            if disk.driver_type in ("qcow2", "qed"):
                size = -(-size // 512) * 512
            if flags & DomainBlockResize.EXTEND:
                present = starting.virtual_size(guest, disk)
                if size < present:
                    raise OperationFailed(
                        f"resize of '{disk.target}' would shrink it from '{present}' to '{size}' "
                        "bytes"
                    )
            if size > _HIGHEST:
                size = (size & _ALL) - _ALL - 1  # as libvirt says it: QEMU refuses what is negative
            sliced = disk.source is not None and bool(disk.source.slices)
            if sliced:
                slices.expand(self.hypervisor, guest, disk, size)
            guest.ask("block_resize", {"node-name": images.node_of(guest, disk), "size": size})
            if sliced:
                slices.forget(guest, disk)

    def set_block_threshold(self, domain: Domain, dev: str, threshold: int, flags: int = 0) -> None:
        from vsh.drivers.qemu.blocks import images

        self.accept(flags, 0, "qemuDomainSetBlockThreshold")
        with self.guests.modify(domain, active=True) as guest:
            disk, number = images.by_device(guest, dev)
            if disk.type == "vhostuser":
                raise OperationUnsupported(
                    "setting device threshold is not supported for vhostuser disk"
                )
            guest.ask(
                "block-set-write-threshold",
                {"node-name": f"libvirt-{number}-storage", "write-threshold": threshold},
            )
            if guest.run is not None:
                guest.run.thresholds.discard(f"{disk.target}[{number}]")
                guest.run.thresholds |= {dev} if "[" in dev else set()

    def block_peek(
        self, domain: Domain, path: str, offset: int, size: int, flags: int = 0
    ) -> bytes:
        from vsh.drivers.qemu.blocks import images

        self.accept(flags, 0, "qemuDomainBlockPeek")
        with self.guests.query(domain) as guest:
            disk = images.disk_named(guest.definition, path)
            if disk.type == "vhostuser":
                raise OperationUnsupported("peeking is not supported for vhostuser disk")
            if disk.driver_type not in (None, "raw"):
                raise OperationUnsupported(
                    f"peeking is only supported for disk with 'raw' format not '{disk.driver_type}'"
                )
            if disk.source is not None and disk.source.fdgroup:
                raise OperationUnsupported("peeking is not supported for FD passed images")
            if disk.type not in ("file", "block"):
                raise InternalError(
                    "storage file reading is not supported for storage type "
                    f"{disk.type} (protocol: none)"
                )
            return _peeked(path, images.path_of(disk), offset, size)

    def get_block_io_tune(
        self, domain: Domain, disk: str | None = None, flags: int = 0
    ) -> TypedParams:
        from vsh.drivers.qemu.blocks import tuning

        known = _IMPACT | TypedParameterFlags.STRING_OKAY
        self.accept(flags, known, "qemuDomainGetBlockIoTune")
        with self.guests.query(domain) as guest:
            if disk is None:  # who asks only how many there are names no disk
                guest.one(flags & _IMPACT)
                return tuning.shown({})
            return tuning.limits(guest, disk, flags & _IMPACT)

    def set_block_io_tune(
        self, domain: Domain, disk: str, params: TypedParams, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu.blocks import tuning

        self.accept(flags, _IMPACT, "qemuDomainSetBlockIoTune")
        tuning.check(params)
        with self.guests.modify(domain) as guest:
            tuning.change(self.hypervisor, guest, disk, params, flags)

    def set_throttle_group(
        self, domain: Domain, group: str, params: TypedParams, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu.blocks import groups, tuning

        self.accept(flags, _IMPACT, "qemuDomainSetThrottleGroup")
        tuning.check(params)
        with self.guests.modify(domain) as guest:
            groups.change(self.hypervisor, guest, group, params, flags)

    def del_throttle_group(self, domain: Domain, group: str | None = None, flags: int = 0) -> None:
        from vsh.drivers.qemu.blocks import groups

        self.accept(flags, _IMPACT, "qemuDomainDelThrottleGroup")
        with self.guests.modify(domain) as guest:
            groups.remove(self.hypervisor, guest, group or "", flags)


def _speed(bandwidth: int, bytes: int) -> int:
    """A limit in bytes a second.  Raises Overflow."""
    if bytes:
        return bandwidth
    if bandwidth > _HIGHEST >> 20:
        raise Overflow(f"bandwidth must be less than {_HIGHEST >> 20}")
    return bandwidth << 20


def _destination(base: str | None, flags: int) -> Disk:
    """Where a copy goes that is given by its path."""
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.shared.image import Source

    kind = "block" if flags & DomainBlockRebase.COPY_DEV else "file"
    source = Source(dev=base) if kind == "block" else Source(file=base)
    source.storage_type = kind
    format = "raw" if flags & DomainBlockRebase.COPY_RAW else None
    return Disk(type=kind, source=source, driver_type=format)


def _read(destination: str) -> Disk:
    """Where a copy goes that is given by a <disk>.  Raises Error."""
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.engine.flags import INACTIVE
    from vsh.xml.engine.reader import read

    return read(destination, Disk, flags=INACTIVE)


def _size_on_host(disk: Disk) -> int:
    """Bytes of the file or device that a raw disk fills.  Raises OperationUnsupported."""
    if disk.driver_type not in (None, "raw") or disk.type != "block" or disk.source is None:
        raise OperationUnsupported(
            "block resize to full capacity supported only with 'raw' or local block-based disks"
        )
    return statistics.on_disk(str(disk.source.path))


def _peeked(name: str, path: str, offset: int, size: int) -> bytes:
    import os

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise SystemFailure(f"Failed to open file '{path}': {error.strerror}") from None
    try:
        found = os.pread(descriptor, size, offset)
    finally:
        os.close(descriptor)
    if len(found) < size:
        raise InvalidArgument(
            f"'{name}' starting from {offset} has only {len(found)} bytes available"
        )
    return found
