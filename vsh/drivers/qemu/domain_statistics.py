"""The statistics of a guest by groups (virConnectGetAllDomainStats): libvirt's names in its order.

What a QEMU does not answer is left out, as is what cannot be read of images; a QEMU that hangs is
asked once and then no more.
"""

from __future__ import annotations

import os

from vsh.api.types import TypedParams
from vsh.drivers.qemu import statistics
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.qemu.outline import Counted
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import Error
from vsh.qmp.value import integer, struct, structs, text
from vsh.words.domain.statistics import DomainStatsTypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.monitor import Question
    from vsh.qmp.value import Struct, Value
    from vsh.xml.shared.image import BackingStore

PATIENCE = 5.0
"""Seconds that a QEMU has for each answer."""
AT_ONCE = 256
"""How many guests are asked before the answers of the first are taken in."""

_MEMORY = {
    0: "swap_in", 1: "swap_out", 2: "major_fault", 3: "minor_fault", 4: "unused", 5: "available",
    7: "rss", 8: "usable", 9: "last-update", 10: "disk_caches", 11: "hugetlb_pgalloc",
    12: "hugetlb_pgfail",
}  # fmt: skip
_NET = ("rx.bytes", "rx.pkts", "rx.errs", "rx.drop", "tx.bytes", "tx.pkts", "tx.errs", "tx.drop")
_FRONT = {
    "rd.reqs": "rd_operations", "rd.bytes": "rd_bytes", "rd.times": "rd_total_time_ns",
    "wr.reqs": "wr_operations", "wr.bytes": "wr_bytes", "wr.times": "wr_total_time_ns",
    "fl.reqs": "flush_operations", "fl.times": "flush_total_time_ns",
}  # fmt: skip
_LIMITS = {
    "request_alignment": "request-alignment",
    "discard_max": "max-discard", "discard_alignment": "discard-alignment",
    "write_zeroes_max": "max-write-zeroes", "write_zeroes_alignment": "write-zeroes-alignment",
    "transfer_optimal": "opt-transfer", "transfer_max": "max-transfer",
    "transfer_hw_max": "max-hw-transfer",
    "iov_max": "max-iov", "iov_hw_max": "max-hw-iov",
    "memory_alignment_minimal": "min-mem-alignment",
    "memory_alignment_optimal": "opt-mem-alignment",
}  # fmt: skip
_POLL = {"poll-max-ns": "ullong", "poll-grow": "uint", "poll-shrink": "uint", "poll-weight": "uint"}
_RATE_STATES = {"unstarted": 0, "measuring": 1, "measured": 2}
_KINDS = {"cumulative": "sum", "instant": "cur", "peak": "max"}


def questions(guest: Guest, groups: int) -> dict[tuple[str, str], Question]:
    """What groups ask of the QEMU of a guest in any case."""
    if guest.run is not None and guest.run.threads.known:
        groups &= ~_VCPU
    wanted: list[Question] = [
        (command, arguments) for group, command, arguments in _AHEAD if groups & group
    ]
    if groups & _BALLOON and (alias := guest.balloon[1]):
        wanted += [("query-balloon", None), statistics.balloon_question(alias)]
    return {(command, str(arguments)): (command, arguments) for command, arguments in wanted}


class Ended(Exception):
    """The guest has ended while it was asked."""


class Gathering:
    """The statistics of one guest, which is held, as they come together.

    params   the values so far
    backing  whether images below those of the disks are shown, too
    groups   which are wanted
    root     the folder of the driver's root
    """

    def __init__(
        self, guest: Guest, groups: int, root: str, *, backing: bool, monitor: bool
    ) -> None:
        self.guest = guest
        self._root = root
        self.params = TypedParams()
        self.backing = backing
        self.groups = int(groups)
        self.answers = monitor and guest.run is not None and not guest.run.late
        self._run = guest.run
        self._sent: dict[tuple[str, str], str] = {}  # what was asked ahead, and its numbers
        self._counts: dict[str, list[Struct] | None] = {}  # what ``_counted`` has asked

    def begin(self) -> None:
        """Ask what will be needed, of a QEMU that is not known to hang, and wait for nothing.

        So all QEMUs work on their answers while those of the first are taken in.
        """
        run = self._run
        if not self.answers or run is None:
            return
        asked, run.asked = run.asked, {}
        wanted = questions(self.guest, self.groups)
        missing = {key: question for key, question in wanted.items() if key not in asked}
        self._sent = asked
        if missing:
            with Ignoring(MonitorClosed):
                ids = run.monitor.send_all(missing.values())
                self._sent |= zip(missing, ids, strict=True)

    def end(self) -> None:
        """What was asked and not taken in is not wanted any more."""
        if self._run is not None:
            for id in self._sent.values():
                self._run.monitor.forget(id)
        self._sent.clear()

    def ask(self, command: str, arguments: Mapping[str, object] | None = None) -> Value:
        """Ask the guest's QEMU.  Raises CommandRefused, MonitorClosed, MonitorSilent."""
        sent = self._sent.pop((command, str(arguments)), None)
        try:
            if sent is not None:
                answer = self.guest.answer(sent, command, PATIENCE)
            else:
                answer = self.guest.ask(command, arguments, timeout=PATIENCE)
        except (MonitorClosed, MonitorSilent):
            self.answers = False
            if self.guest.run is None:
                raise Ended from None
            raise
        if self.guest.run is not self._run:
            raise Ended
        return answer

    def gather(self) -> TypedParams:
        """All values of the groups; of a guest that ends meanwhile those that it has then."""
        if self.guest.run is not self._run:  # it has ended, or begun anew, since it was asked
            self.end()
            self._run = self.guest.run
            self.answers = self.answers and self._run is not None
        try:
            return self._gathered()
        except Ended:
            self.end()
            self.params, self.answers, self._run = TypedParams(), False, self.guest.run
            self._counts = {}
            return self._gathered()

    def _gathered(self) -> TypedParams:
        ran = self.guest.run is not None
        for group, add in _GROUPS:
            if self.groups & group:
                with Ignoring(CommandRefused, MonitorClosed, MonitorSilent):
                    add(self)
                if ran and self.guest.run is None:
                    raise Ended
        return self.params

    # ---- groups

    def state(self) -> None:
        self.params.set("state.state", "int", int(self.guest.state))
        self.params.set("state.reason", "int", int(self.guest.reason))

    def cpu(self) -> None:
        run = self.guest.run
        times = None if run is None else statistics.cpu_times(run.process.pid)
        for name, value in zip(("time", "user", "system"), times or (), strict=False):
            self.params.set(f"cpu.{name}", "ullong", value)
        if run is None:
            return
        self._shares("cachetune", "energytune")
        halted = self._counted("vcpu") if self.answers else None
        if halted is not None:
            for name in ("success", "fail"):
                spent = sum(integer(stats.get(f"halt_poll_{name}_ns"), 0) for stats in halted)
                self.params.set(f"cpu.haltpoll.{name}.time", "ullong", spent)

    def balloon(self) -> None:
        most, now, _ = self.guest.sizes()
        if now != most and not self.guest.balloon[0]:
            now = most
        self.params.set("balloon.current", "ullong", now)
        self.params.set("balloon.maximum", "ullong", most)
        if self.answers:
            for tag, value in statistics.memory(self.guest, self.ask):
                if tag in _MEMORY:
                    self.params.set(f"balloon.{_MEMORY[tag]}", "ullong", value)

    def vcpu(self) -> None:
        outline, run = self.guest.outline, self.guest.run
        self.params.set("vcpu.current", "uint", outline.now)
        self.params.set("vcpu.maximum", "uint", outline.most)
        if run is None or not self.answers:
            return
        process = run.process.pid
        from vsh.words.domain.cpu import VcpuState

        found = run.threads.places(self.ask)
        online = [number for number, place in enumerate(found) if place.online]
        if not all(found[number].thread for number in online):
            return
        counted = self._counted("vcpu") or []
        for place, number in enumerate(online):
            thread, prefix = found[number].thread, f"vcpu.{number}"
            try:
                spent = statistics.thread_times(process, thread)[0]
            except OSError:
                continue  # it has just been taken out
            wait, delay = statistics.thread_waits(process, thread)
            self.params.set(f"{prefix}.state", "int", int(VcpuState.RUNNING))
            for name, value in (("time", spent), ("wait", wait), ("delay", delay)):
                self.params.set(f"{prefix}.{name}", "ullong", value)
            if place < len(counted):
                self._add_counted(prefix, counted[place], "vcpu")

    def interface(self) -> None:
        if self.guest.run is None:
            return
        cards = self.guest.outline.cards
        self.params.set("net.count", "uint", len(cards))
        for number, (link, kind) in enumerate(cards):
            if not link:
                continue
            self.params.set(f"net.{number}.name", "string", link)
            found = statistics.interface(link, ours=statistics.counted_from_outside(kind))
            for name, value in zip(_NET, found or (), strict=False):
                self.params.set(f"net.{number}.{name}", "ullong", value)

    def block(self) -> None:
        blocks = None
        if self.answers:
            with Ignoring(CommandRefused, MonitorClosed, MonitorSilent):
                blocks = statistics.Blocks(self.ask)
        self.params.set("block.count", "uint", 0)
        number = 0
        for disk in self.guest.outline.disks:
            number += self._disk(disk, blocks, number)
        self.params["block.count"] = number

    def _disk(self, disk: Counted, blocks: statistics.Blocks | None, number: int) -> int:
        """One disk and, where they are wanted, the images below; how many records that makes."""
        top = None if blocks is None else blocks.devices.get(disk.alias or "")
        device = None if blocks is None or top is None else blocks.below_filters(top)
        path = disk.path
        self._image_name(disk, path, device, number)
        if self.guest.run is None and not disk.kind:
            return 1
        if self.guest.run is None:
            with Ignoring(Error):
                capacity, allocation, physical = statistics.image_sizes(str(path), disk.format)
                self._sizes(number, allocation or None, capacity, physical)
            return 1
        if top is None or device is None or blocks is None:
            return 1
        stats = struct(top["stats"])
        for name, own in _FRONT.items():
            if own in stats:
                self.params.set(f"block.{number}.{name}", "ullong", integer(stats[own]))
        if not disk.kind:
            return 1
        self._image(blocks, device, path, number)
        shown = 1
        below = struct(device.get("backing")) if self.backing else {}
        images = self._images(disk) if below else iter(())
        while below:
            image = next(images, None)
            path = "" if image is None or image.source is None else image.source.path or ""
            self._image_name(disk, path, below, number + shown)
            self._image(blocks, below, path, number + shown)
            shown += 1
            below = struct(below.get("backing"))
        return shown + (self._copies(disk, blocks, number + shown) if self.backing else 0)

    def _copies(self, disk: Counted, blocks: statistics.Blocks, number: int) -> int:
        """What a disk is copied to, and what a backup of it writes; how many records that makes."""
        run = self.guest.run
        if run is None or not (run.jobs or run.backup):
            return 0
        from vsh.drivers.qemu.blocks import images

        copies = images.copies(self.guest, disk.target)
        every = structs(self.ask("query-blockstats", {"query-nodes": True})) if copies else []
        nodes = {text(each.get("node-name"), ""): each for each in every}
        for place, (index, kind, path) in enumerate(copies, number):
            node = nodes.get(images.node(self.guest, index), {})
            copy = Counted(disk.target, kind, path, None, None)
            self._image_name(copy, path, node, place)
            if node:
                self._image(blocks, node, path, place)
        return len(copies)

    def _images(self, disk: Counted) -> Iterator[BackingStore]:
        """The images below a disk's, nearest first."""
        from vsh.drivers.qemu.blocks import chain

        own = statistics.disk(self.guest.definition, disk.target)
        return iter(()) if own is None else chain.layers(own)

    def _image_name(
        self, disk: Counted, path: str | None, device: Struct | None, number: int
    ) -> None:
        self.params.set(f"block.{number}.name", "string", disk.target)
        if path and disk.kind in ("file", "block", "dir"):
            self.params.set(f"block.{number}.path", "string", path)
        node = text((device or {}).get("node-name"), "").partition("-")
        index = node[2].partition("-")[0]
        if not disk.kind and self.guest.outline.modern and self.guest.run is not None:
            own = statistics.disk(self.guest.definition, disk.target)
            index = "" if own is None or own.source is None else str(own.source.index or "")
            node = ("libvirt", "", "")
        if node[0] == "libvirt" and index.isdecimal():
            self.params.set(f"block.{number}.backingIndex", "uint", int(index))

    def _image(
        self, blocks: statistics.Blocks, device: Struct, path: str | None, number: int
    ) -> None:
        capacity, taken = blocks.capacity(device)
        if not taken and path:
            with Ignoring(Error):
                taken = statistics.on_disk(path)
        self._sizes(number, blocks.highest(device) or 0, capacity, taken)
        threshold = blocks.threshold(device)
        if threshold:
            self.params.set(f"block.{number}.threshold", "ullong", threshold % (1 << 64))
        limits = blocks.limits(device)
        for name, own in _LIMITS.items():
            if own in limits:
                value = integer(limits[own])
                self.params.set(f"block.{number}.limits.{name}", "ullong", value)

    def _sizes(
        self, number: int, allocation: int | None, capacity: int, physical: int | None
    ) -> None:
        if allocation is not None:
            self.params.set(f"block.{number}.allocation", "ullong", allocation)
        if capacity:
            self.params.set(f"block.{number}.capacity", "ullong", capacity)
        if physical is not None:
            self.params.set(f"block.{number}.physical", "ullong", physical)

    def iothread(self) -> None:
        if not self.answers:
            return
        from vsh.drivers.qemu import threads

        found = threads.io_threads(self.ask)
        if not found:
            return
        self.params.set("iothread.count", "uint", len(found))
        for number, described in found.items():
            for name, kind in _POLL.items():
                if name in described:
                    self.params.set(f"iothread.{number}.{name}", kind, integer(described[name]))

    def dirty_rate(self) -> None:
        if not self.answers:
            return
        told = struct(self.ask("query-dirty-rate"))
        status = text(told["status"])
        self.params.set("dirtyrate.calc_status", "int", _RATE_STATES.get(status, 0))
        self.params.set("dirtyrate.calc_start_time", "llong", integer(told["start-time"]))
        self.params.set("dirtyrate.calc_period", "int", integer(told["calc-time"]))
        self.params.set("dirtyrate.calc_mode", "string", text(told.get("mode"), "page-sampling"))
        if status != "measured":
            return
        rate = integer(told.get("dirty-rate"), 0)
        self.params.set("dirtyrate.megabytes_per_second", "llong", rate)
        for each in structs(told.get("vcpu-dirty-rate")):
            name = f"dirtyrate.vcpu.{each['id']}.megabytes_per_second"
            self.params.set(name, "ullong", integer(each["dirty-rate"]))

    def machine(self) -> None:
        if self.answers:
            for stats in self._counted("vm") or ():
                self._add_counted("vm", stats, "vm")

    def performance(self) -> None:
        if self.guest.unread and self.groups == ALL_GROUPS:
            return  # it is not worth reading all documents
        from vsh.drivers.qemu import counters

        for name, value in counters.of(self.guest).items():
            self.params.set(f"perf.{name}", "ullong", value)

    def bandwidth(self) -> None:
        if self.guest.run is not None:
            self._shares("memorytune")

    def _shares(self, *kinds: str) -> None:
        if os.path.isdir(_SHARES):
            from vsh.drivers.qemu import shares

            shares.statistics(self._root, self.guest.definition, self.params, kinds)
        elif "cachetune" in kinds and not self.guest.outline.modern:
            self.params.set("cpu.cache.monitor.count", "uint", 0)

    # ---- what the kernel counts of KVM's guests (query-stats)

    def _counted(self, target: str) -> list[Struct] | None:
        """What is counted of the machine, or of each vCPU; None where QEMU cannot tell."""
        if target not in self._counts:
            try:
                answers = structs(self.ask("query-stats", {"target": target}))
            except CommandRefused:  # a QEMU before 7.1
                self._counts[target] = None
            else:
                self._counts[target] = [
                    {text(each["name"]): each["value"] for each in structs(answer["stats"])}
                    for answer in answers
                ]
        return self._counts[target]

    def _add_counted(self, prefix: str, stats: Struct, target: str) -> None:
        kinds: dict[str, str] = {}
        for provider in structs(self.ask("query-stats-schemas")):
            if provider["target"] == target:
                for each in structs(provider["stats"]):
                    kinds[text(each["name"])] = text(each.get("type"), "")
        for name, value in stats.items():
            kind = _KINDS.get(kinds.get(name, ""))
            if kind is not None and isinstance(value, int):
                boolean = isinstance(value, bool)
                self.params.set(
                    f"{prefix}.{name}.{kind}", "boolean" if boolean else "ullong", value
                )


_SHARES = "/sys/fs/resctrl/info"
(_STATE, _CPU, _BALLOON, _VCPU, _INTERFACE, _BLOCK, _PERF, _IOTHREAD, _BANDWIDTH, _DIRTYRATE,
 _VM) = (int(group) for group in DomainStatsTypes)  # fmt: skip
_AHEAD: tuple[tuple[int, str, Mapping[str, object] | None], ...] = (
    (_CPU, "query-stats", {"target": "vcpu"}),
    (_VCPU, "query-hotpluggable-cpus", None),
    (_VCPU, "query-cpus-fast", None),
    (_BLOCK, "query-blockstats", None),
    (_BLOCK, "query-named-block-nodes", None),
    (_IOTHREAD, "query-iothreads", None),
    (_DIRTYRATE, "query-dirty-rate", None),
    (_VM, "query-stats", {"target": "vm"}),
)
"""What each group asks in any case."""

_GROUPS: tuple[tuple[int, Callable[[Gathering], None]], ...] = (
    (_STATE, Gathering.state),
    (_CPU, Gathering.cpu),
    (_BALLOON, Gathering.balloon),
    (_VCPU, Gathering.vcpu),
    (_INTERFACE, Gathering.interface),
    (_BLOCK, Gathering.block),
    (_PERF, Gathering.performance),
    (_IOTHREAD, Gathering.iothread),
    (_BANDWIDTH, Gathering.bandwidth),
    (_DIRTYRATE, Gathering.dirty_rate),
    (_VM, Gathering.machine),
)
ALL_GROUPS = sum(group for group, _ in _GROUPS)
