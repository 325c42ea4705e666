"""Beginning jobs on the disks of a guest that runs: pull, commit, copy; and pivoting."""

from __future__ import annotations

import os

from vsh.drivers.qemu.blocks import bitmaps, images, jobs
from vsh.drivers.qemu.live_host import LiveHost
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.errors import (
    BlockCopyActive,
    ConfigUnsupported,
    InvalidArgument,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
)
from vsh.hypervisors.qemu.argv.block import add_layer
from vsh.hypervisors.qemu.argv.layer import Layer
from vsh.hypervisors.qemu.argv.plug import PlugLine
from vsh.qmp.value import integer, struct, structs, text
from vsh.xml.domain.devices.disk import Mirror
from vsh.xml.shared.image import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.state.record import Job
    from vsh.hypervisors.qemu.argv.plug import Step
    from vsh.xml.domain.devices.disk import Disk


_MADE_BY_QEMU = ("gluster", "rbd", "ssh", "nfs")
_OF_NODE = ("driver", "node-name", "read-only", "auto-read-only", "discard", "cache")
"""What a node is told that is nothing of the place that it is at."""


def new_job(guest: Guest, kind: str, disk: Disk, image: images.Image) -> Job:
    """A job that has not begun."""
    word = "commit" if kind == "active-commit" else kind
    return {
        **_blank(),
        "name": f"{word}-{disk.target}-{images.node_of(guest, image)}",
        "kind": kind,
        "target": str(disk.target),
    }


def whole(known: Job) -> Job:
    """A job of which that is known, by a process that may be older than some of the facts."""
    return {**_blank(), **known}


def _blank() -> Job:
    return {
        "name": "", "kind": "", "target": "", "state": "running", "problem": "",
        "top": 0, "base": 0, "mirror": 0, "bitmap": "", "shallow": False, "late": False,
        "delete": False,
        "closing": [], "deleting": [],
    }  # fmt: skip


def check_supported(disk: Disk) -> None:
    """Refuse disks that have no nodes.  Raises OperationUnsupported."""
    if disk.type == "vhostuser":
        raise OperationUnsupported(f"block jobs are not supported on disk '{disk.target}'")
    if disk.transient:
        raise OperationUnsupported(
            f"block jobs are not supported on transient disk '{disk.target}'"
        )


def relative(above: images.Image, below: images.Image) -> str:
    """How an image names one below it by a path that is not absolute.  Raises OperationInvalid."""
    from vsh.image.probe import head_of, probe

    try:
        written = probe(head_of(images.path_of(above))).backing
    except OSError:
        written = None
    if written is None or written.startswith("/") or "://" in written:
        raise OperationInvalid("can't keep relative backing relationship")
    folder = os.path.dirname(images.path_of(above))
    return os.path.relpath(images.path_of(below), folder)


def pull(
    hypervisor: Hypervisor,
    guest: Guest,
    path: str,
    base_name: str | None,
    speed: int,
    *,
    keep_relative: bool,
) -> None:
    """Begin to copy what is below a disk into it, down to a base."""
    disk = images.disk_named(guest.definition, path)
    jobs.check_free(guest, disk)
    check_supported(disk)
    base = images.lookup(disk, base_name, disk) if base_name else None
    backing = None
    if base is not None:
        backing = images.path_of(base)
        if keep_relative:
            backing = relative(images.images(disk)[1], base)
    job = new_job(guest, "pull", disk, disk)
    job["base"] = 0 if base is None else images.number_of(base)
    jobs.begin(hypervisor, guest, job, "block-stream", {
        "device": images.node_of(guest, disk),
        "base-node": None if base is None else images.node_of(guest, base),
        "backing-file": backing,
        "backing-mask-protocol": _masks(hypervisor, guest),
        "speed": speed or None,
    })  # fmt: skip


def _masks(hypervisor: Hypervisor, guest: Guest) -> bool | None:
    """Have the path of what is below written into an image, not the node that it is read by."""
    return hypervisor.capabilities(str(guest.definition.emulator)).masks_protocols or None


def commit(
    hypervisor: Hypervisor,
    guest: Guest,
    path: str,
    names: tuple[str | None, str | None],
    speed: int,
    *,
    shallow: bool,
    active: bool,
    keep_relative: bool,
    delete: bool,
) -> Job:
    """Begin to write what images have into one below; ``names`` are the base and the top."""
    base_name, top_name = names
    disk = images.disk_named(guest.definition, path)
    top: images.Image = disk
    if top_name and top_name != disk.target:
        top = images.lookup(disk, top_name)
    below = top.backing_store
    base: images.Image | None = None
    if base_name is None and shallow:
        base = below if below is not None and below.type is not None else None
    else:
        base = images.lookup(disk, base_name, top)
    if guest.run is None:
        raise OperationInvalid("domain is not running")
    check_supported(disk)
    if disk.empty():
        raise ConfigUnsupported(f"disk {disk.target} has no source file to be committed")
    jobs.check_free(guest, disk)
    if top is disk and not active:
        raise InvalidArgument(f"commit of '{disk.target}' active layer requires active flag")
    if top is not disk and active:
        raise InvalidArgument(f"active commit requested but '{images.path_of(top)}' is not active")
    if below is None or below.type is None or base is None:
        raise InvalidArgument(
            f"top '{images.path_of(top)}' in chain for '{images.path_of(disk)}' has no backing file"
        )
    if shallow and base is not below:
        raise InvalidArgument(
            f"base '{images.path_of(base)}' is not immediately below '{images.path_of(top)}' in "
            f"chain for '{images.path_of(disk)}'"
        )
    return begin_commit(
        hypervisor, guest, disk, top, base, speed, keep_relative=keep_relative, delete=delete
    )


def begin_commit(
    hypervisor: Hypervisor,
    guest: Guest,
    disk: Disk,
    top: images.Image,
    base: images.Image,
    speed: int,
    *,
    keep_relative: bool = False,
    delete: bool = False,
) -> Job:
    """Begin to commit a top that is above a base."""
    parent = images.parent_of(disk, top)
    backing = None
    if parent is not None:
        backing = relative(parent, base) if keep_relative else images.path_of(base)
    job = new_job(guest, "active-commit" if parent is None else "commit", disk, top)
    job["top"], job["base"] = images.number_of(top), images.number_of(base)
    job["delete"] = delete
    if parent is None:
        disk.mirror = Mirror(
            type=base.type, format_type=images.format_of(base), job="active-commit",
            source=_numbered(base),
        )  # fmt: skip
    try:
        jobs.begin(hypervisor, guest, job, "block-commit", {
            "device": images.top_of(guest, disk),
            "speed": speed,
            "top-node": images.node_of(guest, top),
            "base-node": images.node_of(guest, base),
            "backing-file": backing,
            "backing-mask-protocol": _masks(hypervisor, guest),
        })  # fmt: skip
    except BaseException:
        disk.mirror = None
        raise
    return job


def _numbered(image: images.Image) -> Source:
    """Where an image is, with the number of its nodes."""
    source = images.source_of(image).copy()
    source.index = images.number_of(image)
    return source


def open_new(
    guest: Guest,
    disk: Disk,
    wanted: Disk,
    steps: list[Step],
    backing: images.Image | None,
    *,
    make: bool,
) -> None:
    """Make an image of the size of a disk, and open it.  Raises CommandRefused, OperationFailed.

    backing  what it is to be on top of
    make     else it is an image already
    """
    from vsh.drivers.qemu.devices import plugging

    nodes = 1 if _is_read_itself(steps[-1]) else 2
    needed, (storage, *format) = steps[:-nodes], steps[-nodes:]
    size = virtual_size(guest, disk) if make else 0
    if make and wanted.source is not None and wanted.source.slices:
        raise OperationUnsupported("creation of images with slice type='storage' is not supported")
    try:
        plugging.execute(guest, needed)
        if make:
            _make_storage(guest, disk, wanted, storage, size)
        plugging.execute(guest, [storage])
        if make and wanted.driver_type not in (None, "raw"):
            node = storage.arguments["node-name"]
            options = {"driver": wanted.driver_type, "file": node, "size": size}
            if backing is not None and backing.source is not None:
                options["backing-file"] = images.path_of(backing)
                options["backing-fmt"] = images.format_of(backing)
            if wanted.driver_type == "qcow2":
                options["version"] = "v3"
            run_job(guest, "blockdev-create", f"create-{node}", {"options": options})
        plugging.execute(guest, format)
    except BaseException:
        close_steps(guest, steps[:-1])  # those that were not done are not there to be closed
        raise


def _make_storage(guest: Guest, disk: Disk, wanted: Disk, storage: Step, size: int) -> None:
    """Have QEMU make what an image is kept in: a file's size matters to raw ones alone."""
    source, raw = wanted.source, wanted.driver_type in (None, "raw")
    assert source is not None
    options: dict[str, object] = {"size": size if raw else 0}
    if wanted.type == "file" and raw:
        options |= {"driver": "file", "filename": images.path_of(wanted)}
    elif wanted.type == "network" and source.protocol in _MADE_BY_QEMU:
        place = {name: value for name, value in storage.arguments.items() if name not in _OF_NODE}
        options |= {"driver": source.protocol, "location": place}
    else:
        return
    run_job(guest, "blockdev-create", f"create-{disk.target}-file", {"options": options})


def target_steps(
    hypervisor: Hypervisor, guest: Guest, disk: Disk, wanted: Disk, below: str | None = None
) -> tuple[list[Step], int]:
    """The steps that open an image beside a disk's, its content last; and its number.

    below  the node that a qcow2 image is on; None: on nothing, whatever it says itself
    """
    run = guest.running
    assert wanted.source is not None
    can = hypervisor.capabilities(str(guest.definition.emulator))
    with LiveHost.of(hypervisor, guest) as host:
        line = PlugLine(guest.definition, can, host, disk, first=run.nodes)
        layer = Layer(line, wanted.type, wanted.source, wanted.driver_type, readonly=False)
        layer.discard = disk.discard
        layer.cache, layer.io = disk.cache, disk.io
        run.nodes = line.nodes  # what comes to nothing has had its number, too
        add_layer(line, layer, None)
        run.nodes = line.nodes
    top = line.steps[-1].arguments
    if top.get("driver") == "qcow2":
        top["backing"] = below
    return line.steps, layer.number


def _is_read_itself(top: Step) -> bool:
    """Whether the last step opens the file of an image that has no node for its format."""
    return str(top.arguments["node-name"]).endswith("-storage")


def run_job(guest: Guest, command: str, name: str, arguments: dict[str, object]) -> None:
    """A short job of QEMU's, waited for.  Raises OperationFailed with QEMU's words."""
    guest.ask(command, {**arguments, "job-id": name})
    problem = jobs.wait_and_dismiss(guest, name)
    if problem:
        raise OperationFailed(f"failed to format image: '{problem}'")


def virtual_size(guest: Guest, disk: Disk) -> int:
    """Bytes that a guest sees of a disk."""
    node = images.node_of(guest, disk)
    for each in structs(guest.ask("query-named-block-nodes", {"flat": True})):
        if text(each["node-name"]) == node:
            return integer(struct(each["image"])["virtual-size"])
    raise OperationFailed(f"failed to get disk capacity of disk '{disk.target}'")


def close_steps(guest: Guest, steps: list[Step]) -> None:
    from vsh.drivers.qemu.devices import plugging

    plugging.take_back(guest, [step.undo for step in reversed(steps) if step.undo is not None])


# ---- ending


def end(hypervisor: Hypervisor, guest: Guest, path: str, *, pivot: bool, wait: bool) -> None:
    """End the job of a disk; ``pivot``: by going over to what it made."""
    disk = images.disk_named(guest.definition, path)
    job = jobs.of_disk(guest, disk)
    if job is None:
        raise InvalidArgument(f"disk {disk.target} does not have an active block job")
    if job["state"] in ("aborting", "pivoting"):
        raise OperationInvalid(f"block job on disk '{disk.target}' is still being ended")
    if pivot:
        go_over(hypervisor, guest, disk, job)
    else:
        before, shown = job["state"], disk.mirror.ready if disk.mirror is not None else None
        job["state"] = "aborting"
        if disk.mirror is not None:
            disk.mirror.ready = "abort"
        hypervisor.guests.keep(guest)
        try:
            guest.ask("block-job-cancel", {"device": job["name"], "force": False})
        except CommandRefused:  # one that does not answer may yet do it
            job["state"] = before
            if disk.mirror is not None:
                disk.mirror.ready = shown
            raise
    if wait:
        jobs.wait(hypervisor, guest, job)
        if pivot and job["problem"]:
            raise OperationFailed(
                f"block job '{job['name']}' failed while pivoting: {job['problem']}"
            )


def go_over(hypervisor: Hypervisor, guest: Guest, disk: Disk, job: Job) -> None:
    """Go over to what a job made.  Raises BlockCopyActive, OperationInvalid."""
    if job["state"] != "ready":
        raise BlockCopyActive(f"block job '{job['name']}' not ready for pivot yet")
    if job["kind"] not in ("copy", "active-commit"):
        raise OperationInvalid(f"job type '{job['kind']}' does not support pivot")
    job["state"] = "pivoting"
    if disk.mirror is not None:
        disk.mirror.ready = "pivot"
    hypervisor.guests.keep(guest)
    if job["kind"] == "copy" and job["late"]:  # what was there already was opened alone
        below = disk.backing_store
        if below is not None and below.type is not None:
            guest.ask("blockdev-snapshot", {
                "node": images.node_of(guest, below), "overlay": images.node(guest, job["mirror"]),
            })  # fmt: skip
    bitmaps.record_writes(guest, disk, job["mirror"] or job["base"])
    guest.ask("job-complete", {"id": job["name"]})
