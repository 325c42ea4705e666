"""Copying a disk to another image while its guest runs: begun, and undone where that fails."""

from __future__ import annotations

import errno
import os

from vsh.drivers.qemu.blocks import images, jobs, starting
from vsh.errors import ConfigUnsupported, InvalidArgument, NoSource, OperationInvalid, SystemFailure
from vsh.qmp.value import structs, text
from vsh.xml.domain.devices.disk import Mirror
from vsh.xml.shared.image import BackingStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.hypervisors.qemu.argv.plug import Step
    from vsh.qmp.value import Struct
    from vsh.xml.domain.devices.disk import Disk


_LOCAL = ("file", "block", "dir")


def copy(
    hypervisor: Hypervisor,
    guest: Guest,
    path: str,
    wanted: Disk,
    numbers: tuple[int, int, int],
    *,
    shallow: bool,
    reuse: bool,
    transient: bool,
    synchronous: bool,
) -> None:
    """Begin to copy a disk to another image, and to write to both then.

    numbers  bytes a second, and of a piece, and of what is under way
    """
    speed, granularity, buffer = numbers
    target = wanted.source
    if target is None or target.empty():
        raise NoSource.whole("missing source information for device")
    if wanted.type in _LOCAL and not str(target.path).startswith("/"):
        raise InvalidArgument("absolute path must be used as block copy target")
    disk = images.disk_named(guest.definition, path)
    jobs.check_free(guest, disk)
    starting.check_supported(disk)
    if not transient and guest.persistent:
        raise OperationInvalid("domain is not transient")
    below = disk.backing_store
    shallow = shallow and below is not None and below.type is not None
    given = wanted.backing_store is not None and wanted.backing_store.type is not None
    if given and not shallow:
        raise InvalidArgument(
            "backingStore of mirror can be specified only when shallow is requested"
        )
    if shallow and not reuse and wanted.driver_type == "raw":
        raise ConfigUnsupported(
            f"shallow copy of disk '{disk.target}' into a raw file is not possible"
        )
    existing = _check_target(wanted, disk, reuse=reuse)
    if wanted.driver_type is None:
        wanted.driver_type = disk.driver_type if not reuse else _probed(wanted)
    made = not existing and wanted.type == "file"
    facts: dict[str, object] = {"target": disk.target, "path": target.path, "made": made}
    hypervisor.state.begin_job(guest.uuid, "target", facts)
    try:
        if made:
            _touch(str(target.path))
        steps, number = _open_target(hypervisor, guest, disk, wanted, shallow=shallow, reuse=reuse)
        job = starting.new_job(guest, "copy", disk, disk)
        job["mirror"], job["shallow"], job["late"] = number, shallow, shallow and reuse
        target.index = number
        plain = wanted.type == "file"
        disk.mirror = Mirror(
            type=wanted.type,
            file=target.path if plain else None,
            format=wanted.driver_type if plain else None,
            format_type=wanted.driver_type,
            job="copy",
            source=target,
            backing_store=wanted.backing_store or (None if shallow else BackingStore()),
        )
        try:
            jobs.begin(hypervisor, guest, job, "blockdev-mirror", {
                "device": images.top_of(guest, disk), "target": images.node(guest, number),
                "replaces": images.node_of(guest, disk) if disk.throttle_filters else None,
                "speed": speed or None, "granularity": granularity or None,
                "buf-size": buffer or None, "sync": "top" if shallow else "full",
                "copy-mode": "write-blocking" if synchronous else None,
            })  # fmt: skip
        except BaseException:
            disk.mirror = None
            starting.close_steps(guest, steps)
            raise
    except BaseException:
        if made:
            images.remove_files([str(target.path)])
        hypervisor.guests.keep(guest)  # numbers of nodes are not used again
        raise
    finally:
        hypervisor.state.end_job(guest.uuid)


def resolve_target(guest: Guest, facts: Struct) -> None:
    """A vsh was killed while it began a copy: QEMU has begun it, or nothing of it is left."""
    run = guest.running
    known = {text(each["id"]) for each in structs(guest.ask("query-jobs"))}
    copies = [job for job in run.jobs.values() if job["kind"] == "copy"]
    job = next((job for job in copies if job["target"] == facts["target"]), None)
    if job is not None and job["name"] in known:
        return
    if job is not None:
        del run.jobs[job["name"]]
        disk = guest.definition.disk(text(facts["target"]))
        if disk is not None:
            disk.mirror = None
    images.close_path(guest, text(facts["path"]))
    if facts["made"]:
        images.remove_files([text(facts["path"])])


def _check_target(wanted: Disk, disk: Disk, *, reuse: bool) -> bool:
    """Whether there is something at a target.

    Raises SystemFailure, ConfigUnsupported, InvalidArgument.
    """
    import stat

    assert wanted.source is not None
    path = str(wanted.source.path)
    if wanted.type not in _LOCAL:
        return True
    try:
        found = os.stat(path)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise SystemFailure(
                f"unable to verify existence of block copy target: {error.strerror}"
            ) from None
        if reuse or wanted.type == "block":
            raise SystemFailure(
                f"missing destination file for disk {disk.target}: {path}: {error.strerror}"
            ) from None
        return False
    if wanted.type == "dir":
        reason = os.strerror(errno.ENOSYS)  # which is all that libvirt says of a folder
        raise SystemFailure(f"unable to stat block copy target '{path}': {reason}")
    if stat.S_ISBLK(found.st_mode):
        return True
    if found.st_size and not reuse:
        raise ConfigUnsupported(
            f"external destination file for disk {disk.target} already exists and is not a block "
            f"device: {path}"
        )
    if wanted.type == "block":
        raise InvalidArgument(
            f"blockdev flag requested for disk {disk.target}, but file '{path}' is not a block "
            "device"
        )
    return True


def _probed(wanted: Disk) -> str:
    from vsh.image.probe import head_of, probe

    assert wanted.source is not None
    try:
        return probe(head_of(str(wanted.source.path))).format
    except OSError:
        raise ConfigUnsupported("reused mirror destination format must be specified") from None


def _touch(path: str) -> None:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise SystemFailure(f"failed to create copy target: {error.strerror}") from None


def _open_target(
    hypervisor: Hypervisor, guest: Guest, disk: Disk, wanted: Disk, *, shallow: bool, reuse: bool
) -> tuple[list[Step], int]:
    """Have QEMU open a target, which is made an image first if it is none."""
    steps, number = starting.target_steps(hypervisor, guest, disk, wanted)
    backing = disk.backing_store if shallow and not reuse else None
    starting.open_new(guest, disk, wanted, steps, backing, make=not reuse)
    return steps, number
