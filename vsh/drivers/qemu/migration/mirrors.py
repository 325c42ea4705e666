"""Disks that are copied with a guest: written to the destination over NBD while it runs.

QEMU mirrors each disk; when all are alike and its CPUs stand still, the mirrors end, and only then
the rest of the memory goes.
"""

from __future__ import annotations

import contextlib
import time

from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.state.locks import Aside
from vsh.errors import OperationAborted, OperationFailed, OperationInvalid
from vsh.qmp.value import integer, struct, structs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.state.jobs import AsyncJob
    from vsh.qmp.value import Struct
    from vsh.xml.domain.devices.disk import Disk

PAUSE = 0.05
MEBIBYTE = 1 << 20


def chosen(guest: Guest, targets: list[str]) -> list[Disk]:
    """The disks to copy: those named, or all that can be written and are not shared.

    Raises OperationInvalid where there is no such disk.
    """
    disks = guest.definition.disks
    for target in targets:
        if not any(disk.target == target for disk in disks):
            raise OperationInvalid(f"disk target '{target}' not found")
    if targets:
        return [disk for disk in disks if disk.target in targets]
    return [
        disk
        for disk in disks
        if not disk.readonly and not disk.shareable and disk.device in ("disk", "lun")
        and disk.source is not None and (disk.source.path or disk.source.name)
    ]  # fmt: skip


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


class Mirrors:
    """The copies of one guest's disks.

    host, port  where the destination's QEMU takes them
    """

    def __init__(self, guest: Guest, host: str, port: int) -> None:
        self.guest = guest
        self.host = host
        self.port = port
        self.jobs: dict[str, str] = {}  # the mirrors' names, and the disks' targets

    def start(self, targets: list[str], bandwidth: int, *, shallow: bool, job: AsyncJob) -> None:
        """Begin, and wait until each copy is like its disk.  Raises Error."""
        inserted = nodes(self.guest)
        for disk in chosen(self.guest, targets):
            name = f"drive-{disk.alias}"
            own, target = f"migration-{disk.target}-storage", f"migration-{disk.target}-format"
            server = {"type": "inet", "host": self.host, "port": str(self.port)}
            self.guest.ask(
                "blockdev-add",
                {"driver": "nbd", "server": server, "export": name, "node-name": own},
            )
            self.jobs[name] = str(disk.target)
            self.guest.ask("blockdev-add", {"driver": "raw", "file": own, "node-name": target})
            self.guest.ask(
                "blockdev-mirror",
                {
                    "job-id": name,
                    "device": str(inserted[str(disk.alias)]["node-name"]),
                    "target": target,
                    "sync": "top" if shallow else "full",
                    "speed": bandwidth * MEBIBYTE,
                },
            )
        while not self._alike():
            self.note(job)
            if job.stopping:
                raise OperationAborted(f"{job.name}: canceled by client")
            with Aside(self.guest.lock):
                time.sleep(PAUSE)

    def _alike(self) -> bool:
        found = {str(each["device"]): each for each in structs(self.guest.ask("query-block-jobs"))}
        for name, target in self.jobs.items():
            if name not in found:
                raise OperationFailed(f"migration of disk {target} failed")
        return all(found[name].get("ready") for name in self.jobs)

    def note(self, job: AsyncJob) -> None:
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
                job.progress = {
                    **job.progress, "disk_total": total, "disk_processed": done,
                    "disk_remaining": total - done,
                }  # fmt: skip

    def finish(self, job: AsyncJob) -> None:
        """End the copies, which are like the disks: the guest's CPUs stand still."""
        self.note(job)
        for name in self.jobs:
            self.guest.ask("block-job-cancel", {"device": name})
        self._until_gone()

    def cancel(self) -> None:
        """End the copies whatever they are like."""
        for name in self.jobs:
            with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
                self.guest.ask("block-job-cancel", {"device": name, "force": True})
        self._until_gone()

    def _until_gone(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            left = {str(each["device"]) for each in structs(self.guest.ask("query-block-jobs"))}
            if not left & set(self.jobs):
                break
            with Aside(self.guest.lock):
                time.sleep(PAUSE)
        for target in self.jobs.values():
            for part in ("format", "storage"):
                with contextlib.suppress(CommandRefused):
                    self.guest.ask("blockdev-del", {"node-name": f"migration-{target}-{part}"})
        self.jobs = {}
