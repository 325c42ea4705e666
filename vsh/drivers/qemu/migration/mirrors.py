"""Disks that are copied with a guest: written to the destination over NBD while it runs.

QEMU mirrors each disk; when all are alike and its CPUs stand still, the mirrors end, and only then
the rest of the memory goes.
"""

from __future__ import annotations

import contextlib
import time

from vsh.drivers.qemu import long_job
from vsh.drivers.qemu.blocks import jobs
from vsh.drivers.qemu.blocks.jobs import COMPLETED, FAILED, READY
from vsh.drivers.qemu.migration.credentials import OBJECT
from vsh.drivers.qemu.migration.settings import several
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.state.locks import Aside
from vsh.errors import InvalidArgument, OperationFailed
from vsh.hypervisors.qemu.argv.opened import USE
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import integer, struct, structs, text
from vsh.words.domain.block import DomainBlockJobType
from vsh.words.domain.migration import DomainMigrate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.migration.places import Disks
    from vsh.drivers.state.jobs import AsyncJob
    from vsh.qmp.value import Struct
    from vsh.xml.domain.devices.disk import Disk

PAUSE = 0.05
GONE = ("null", "")
ENDED = ("concluded", "null")
"""Statuses of jobs that do nothing any more."""
MEBIBYTE = 1 << 20


def chosen(guest: Guest, targets: list[str]) -> list[Disk]:
    """The disks to copy: those named, or all that can be written and are not shared.

    Raises InvalidArgument where there is no such disk.
    """
    disks = guest.definition.disks
    check_named(guest, targets)
    if targets:
        return [disk for disk in disks if disk.target in targets]
    return [
        disk
        for disk in disks
        if not disk.readonly and not disk.shareable and disk.device in ("disk", "lun")
        and disk.source is not None and (disk.source.path or disk.source.name)
    ]  # fmt: skip


def check_named(guest: Guest, targets: list[str]) -> None:
    """Whether a guest has disks of these names.  Raises InvalidArgument."""
    known = {disk.target for disk in guest.definition.disks}
    for target in targets:
        if target not in known:
            raise InvalidArgument(f"disk target {target} not found")


def nodes(guest: Guest) -> dict[str, Struct]:
    """What QEMU has in each device, by the device's alias."""
    found = {}
    for each in structs(guest.ask("query-block")):
        place = str(each.get("qdev") or "").split("/")
        name = next((p for p in reversed(place) if p and p != "virtio-backend"), "")
        if name and each.get("inserted") is not None:
            found[name] = struct(each["inserted"])
    return found


def sizes(guest: Guest, targets: list[str]) -> dict[str, int]:
    """The disks to copy, by their targets, with the sizes that the guest sees."""
    inserted = nodes(guest)
    found = {}
    for disk in chosen(guest, targets):
        image = struct(inserted.get(str(disk.alias), {}).get("image"))
        found[str(disk.target)] = integer(image.get("virtual-size"), 0)
    return found


class Manner:
    """How disks are copied.

    targets       the disks that were named; none: all that have to go along
    bandwidth     MiB a second, 0 for what the guest has as its limit
    shallow       without what is below the top image
    synchronous   a write of the guest's is done when the copy has it too
    find_zeroes   the targets of disks whose zeros are looked for and not sent
    zeroed        the targets of disks whose copies are all zeros before
    credentials   QEMU's object of certificates for the way, or None
    hostname      what the destination's certificate has to say, or None
    """

    def __init__(self, params: TypedParams, flags: int) -> None:
        self.targets = several(params, "migrate_disks")
        self.bandwidth = int(params.get("bandwidth", 0))
        self.shallow = bool(flags & DomainMigrate.NON_SHARED_INC)
        self.synchronous = bool(flags & DomainMigrate.NON_SHARED_SYNCHRONOUS_WRITES)
        self.find_zeroes = several(params, "migrate_disks_detect_zeroes")
        self.zeroed = several(params, "migrate_disks_target_zero")
        self.credentials = OBJECT if flags & DomainMigrate.TLS else None
        self.hostname = params.get("tls.destination")


class Mirrors:
    """The copies of one guest's disks.

    place    where the destination's QEMU takes them
    counted  how many bytes there are to copy, and how many have been
    """

    def __init__(self, hypervisor: Hypervisor, guest: Guest, place: Disks, manner: Manner) -> None:
        self.hypervisor = hypervisor
        self.guest = guest
        self.place = place
        self.manner = manner
        self.counted = 0, 0
        self.jobs: dict[str, str] = {}  # the mirrors' names, and the disks' targets
        self.ready: set[str] = set()  # the names of those that are like their disks

    def start(self, job: AsyncJob) -> None:
        """Begin, and wait until each copy is like its disk.  Raises Error."""
        inserted = nodes(self.guest)
        for disk in chosen(self.guest, self.manner.targets):
            self._add(str(disk.target), f"drive-{disk.alias}", inserted[str(disk.alias)])
        while not self._alike():
            self.note()
            job.progress = long_job.migration({}, self.counted)
            job.go_on()
            with Aside(self.guest.lock):
                time.sleep(PAUSE)

    def _add(self, target: str, name: str, inserted: Struct) -> None:
        """One disk's copy: the node it is written to, and the mirror."""
        manner = self.manner
        own, top = f"migration-{target}-storage", f"migration-{target}-format"
        far: dict[str, object] = {
            "driver": "nbd", "server": self.place.address, "export": name, "node-name": own,
        }  # fmt: skip
        if manner.credentials is not None:
            far["tls-creds"] = manner.credentials
            if manner.hostname:
                far["tls-hostname"] = str(manner.hostname)
        files = self.guest.running.files
        if self.place.socket is not None and files is not None:
            files.lend([(self.place.socket, USE, own)])  # the destination's QEMU has made it
        if target in manner.find_zeroes:  # else zeros are written there, into blocks of their own
            far |= {"detect-zeroes": "unmap", "discard": "unmap"}
        self.guest.ask("blockdev-add", far)
        self.jobs[name] = target
        if is_modern(self.guest.definition):
            top = own
        else:
            self.guest.ask("blockdev-add", {"driver": "raw", "file": own, "node-name": top})
        mirror: dict[str, object] = {
            "job-id": name, "device": str(inserted["node-name"]), "target": top,
            "sync": "top" if manner.shallow else "full", "auto-dismiss": False,
            "speed": (manner.bandwidth or self.guest.bandwidth) * MEBIBYTE,
        }  # fmt: skip
        if manner.synchronous:
            mirror["copy-mode"] = "write-blocking"
        if target in manner.zeroed:
            mirror["target-is-zero"] = True
        self.guest.ask("blockdev-mirror", mirror)

    def _alike(self) -> bool:
        """Whether all are like their disks by now.  Raises OperationFailed."""
        found = statuses(self.guest)
        for name, target in list(self.jobs.items()):
            status, why = found.get(name, GONE)
            if status in ENDED:
                self._tell(_let_go(self.guest, name, self.jobs.pop(name)), FAILED)
                more = f": {why}" if why else ""
                raise OperationFailed(f"migration of disk {target} failed{more}")
            if status == "ready" and name not in self.ready:
                self.ready.add(name)
                self._tell(target, READY)
        return len(self.ready) == len(self.jobs)

    def _tell(self, target: str, status: int) -> None:
        jobs.tell(self.hypervisor, self.guest, target, DomainBlockJobType.COPY, status)

    def note(self) -> None:
        """Take down how far the copies are."""
        with contextlib.suppress(CommandRefused):
            own = [
                each
                for each in structs(self.guest.ask("query-block-jobs"))
                if each.get("device") in self.jobs
            ]
            total = sum(integer(each.get("len"), 0) for each in own)
            done = sum(integer(each.get("offset"), 0) for each in own)
            if total:
                self.counted = total, done

    def finish(self) -> None:
        """End the copies, which are like the disks: the guest's CPUs stand still."""
        self.note()
        for name in self.jobs:
            self.guest.ask("block-job-cancel", {"device": name})
        self._end_all(COMPLETED)

    def cancel(self) -> None:
        """End the copies whatever they are like."""
        _cancel(self.guest, self.jobs)
        self._end_all(FAILED)  # as libvirt calls what is ended by force

    def _end_all(self, status: int) -> None:
        """Wait until all that were told to end have; how they have is told."""
        for target in _until_gone(self.guest, self.jobs):
            self._tell(target, status)


def _cancel(guest: Guest, jobs: dict[str, str]) -> None:
    """Tell copies to end, by their names and the targets of their disks."""
    for name in jobs:
        with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
            guest.ask("block-job-cancel", {"device": name, "force": True})


def _until_gone(guest: Guest, jobs: dict[str, str]) -> Iterator[str]:
    """Let go of copies that were told to end, when each has: the targets of their disks."""
    until = time.monotonic() + 30
    while jobs and time.monotonic() < until:
        found = statuses(guest)
        for name in list(jobs):
            if found.get(name, GONE)[0] in ENDED:
                yield _let_go(guest, name, jobs.pop(name))
        if jobs:
            with Aside(guest.lock):
                time.sleep(PAUSE)


def _let_go(guest: Guest, name: str, target: str) -> str:
    """Forget a copy that has ended, and what it was written to; its disk's target."""
    with contextlib.suppress(CommandRefused):
        guest.ask("job-dismiss", {"id": name})
    for part in ("format", "storage"):
        with contextlib.suppress(CommandRefused):
            guest.ask("blockdev-del", {"node-name": f"migration-{target}-{part}"})
    return target


def statuses(guest: Guest) -> dict[str, tuple[str, str]]:
    """The jobs that QEMU has, by name: how far each is, and why it failed."""
    return {
        text(each["id"]): (text(each["status"]), text(each.get("error"), ""))
        for each in structs(guest.ask("query-jobs"))
    }


def end_left(guest: Guest) -> None:
    """End the copies that a keeper which was cut off had begun: they are of no use to anybody."""
    nodes = structs(guest.ask("query-named-block-nodes", {"flat": True}))
    names = {str(each["node-name"]) for each in nodes}
    own = {
        f"drive-{disk.alias}": str(disk.target)
        for disk in guest.definition.disks
        if f"migration-{disk.target}-storage" in names
    }
    _cancel(guest, own)
    for _ in _until_gone(guest, own):
        pass
