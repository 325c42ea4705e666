"""What connections to one root share: its guests, what they tell, and what QEMU can do."""

from __future__ import annotations

import os
import select
from _thread import RLock

from vsh.drivers.host import cgroups
from vsh.drivers.host.process import Process
from vsh.drivers.qemu import happenings
from vsh.drivers.qemu.guest import Guest, Guests, Run
from vsh.drivers.qemu.monitor import Monitor, MonitorClosed, MonitorSilent
from vsh.drivers.qemu.root import Root
from vsh.drivers.qemu.state import State
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.bus import Bus
from vsh.errors import InternalError
from vsh.words.domain.state import DomainShutoffReason, DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.network.host import NetworkHost
    from vsh.drivers.host.node_device.assigning import Assigning
    from vsh.drivers.host.node_device.devices import Devices
    from vsh.drivers.host.node_device.watcher import DeviceWatcher
    from vsh.drivers.host.nwfilter.filters import FilterHost
    from vsh.drivers.host.pool.pools import Pools
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.drivers.qemu.probe import Probe
    from vsh.drivers.qemu.watcher import Watcher
    from vsh.drivers.state.record import Record
    from vsh.drivers.state.record import Run as KeptRun
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain as Definition

FIND_TIME = 2.0
"""Seconds that a QEMU which ran before has to say hello to who opens the root."""


class Hypervisor:
    """One root, open.

    root     the folder
    state    its state file
    guests   its guests
    bus      where events are offered
    openers  how many connections are open
    cut_off  what a process that was killed was doing to guests: operation and facts, by UUID
    """

    def __init__(self, path: str) -> None:
        self.root = Root(path)
        self.lock = RLock()
        self.openers = 0
        self.bus = Bus()
        self._probes: dict[str, Probe] = {}
        self._capabilities: dict[str, Capabilities] = {}
        self.root.open()
        try:
            self.state = State(self.root / "state")
        except BaseException:
            self.root.close()
            raise
        self.guests = Guests("domain", self.state)
        self.guests.digest = self.digest
        self._pools: Pools | None = None
        self._watcher: Watcher | None = None
        self._network_host: NetworkHost | None = None
        self._secrets: Secrets | None = None
        self._assigning: Assigning | None = None
        self._filter_host: FilterHost | None = None
        self._device_watcher: DeviceWatcher | None = None
        self.cut_off = self.state.jobs()
        try:
            self._load()
        except BaseException:
            self.state.close()
            self.root.close()
            raise

    def watch(self) -> None:
        """From now on a thread hears what QEMUs tell, whether or not anybody asks."""
        from vsh.drivers.qemu.watcher import Watcher

        with self.lock:
            if self._watcher is None:
                watcher = self._watcher = Watcher(self)
                self.guests.look = watcher.look
                for guest in self.guests.all():
                    if guest.run is not None:
                        guest.run.monitor.told = watcher.look
                watcher.look()

    def watch_devices(self) -> None:
        """From now on it is told what becomes of the host's devices.  Raises OSError."""
        with self.lock:
            if self._device_watcher is None:
                from vsh.drivers.host.node_device.watcher import DeviceWatcher

                self._device_watcher = DeviceWatcher(self.node_devices, self.bus)

    def close(self) -> None:
        """Let go of everything; guests go on."""
        if self._device_watcher is not None:
            self._device_watcher.close()
        if self._watcher is not None:
            self.guests.look = None
            self._watcher.close()
        for probe in self._probes.values():
            probe.close()
        for guest in self.guests.all():
            if guest.run is not None:
                guest.run.monitor.close()
        self.state.close()
        self.root.close()

    @property
    def pools(self) -> Pools:
        """The storage pools of this root, read when they are first asked for."""
        with self.lock:
            if self._pools is None:
                from vsh.drivers.host.pool import pools

                found = pools.Pools("pool", self.state)
                found.vault = lambda: self.secrets
                for record, planned, live in self.state.load("pool"):
                    text, other = (
                        None if h is None else self.state.text(h) for h in (planned, live)
                    )
                    pool = pools.loaded(record, text or other or "", other)
                    pool.vault = found.vault
                    if pool.active or pool.persistent:
                        found.add(pool)
                self._pools = found
            return self._pools

    @property
    def network_host(self) -> NetworkHost:
        """The virtual networks of this root, read when they are first asked for."""
        with self.lock:
            if self._network_host is None:
                from vsh.drivers.host.network.host import NetworkHost

                found = NetworkHost(self.root.path, self.state, self.bus)
                found.load(self.state.load("network"), self.state.text)
                self._network_host = found
            return self._network_host

    @property
    def secrets(self) -> Secrets:
        """The secrets of this root, read when they are first asked for."""
        with self.lock:
            if self._secrets is None:
                from vsh.drivers.host.secret.secrets import Secret, Secrets
                from vsh.drivers.host.secret.vault import Vault

                found = Secrets("secret", self.state)
                found.vault = Vault(self.root.path)
                for record, planned, _ in self.state.load("secret"):
                    found.add(Secret.loaded(record, self.state.text(planned or "")))
                self._secrets = found
            return self._secrets

    @property
    def filter_host(self) -> FilterHost:
        """The network filters of this root, read when they are first asked for."""
        with self.lock:
            if self._filter_host is None:
                from vsh.drivers.host.nwfilter.filters import FilterHost

                self._filter_host = FilterHost(self.root.path, self.state).load(self.state.text)
            return self._filter_host

    @property
    def node_devices(self) -> Devices:
        """The devices of this machine."""
        from vsh.drivers.host.node_device.devices import Devices

        return Devices()

    @property
    def assigning(self) -> Assigning:
        """The PCI devices that were taken from the host; what was cut off is cleaned up."""
        with self.lock:
            if self._assigning is None:
                from vsh.drivers.host.node_device.assigning import Assigning, Taken

                found = Assigning("pci", self.state)
                found.root = ""
                for record, _, _ in self.state.load("pci"):
                    found.add(Taken.loaded(record))
                found.clean_up()
                self._assigning = found
            return self._assigning

    def capabilities(self, program: str) -> Capabilities:
        """What a QEMU program can do.  Raises InternalError where it is none."""
        from vsh.drivers.qemu.probe import Probe, kvm_usable
        from vsh.hypervisors.qemu.capabilities import Capabilities

        with self.lock:
            found = self._capabilities.get(program)
            if found is None:
                cache, helped = self.root / "cache", kvm_usable()
                probe = self._probes[program] = Probe(program, cache, kvm=helped)
                plain = None
                if helped:
                    plain = self._probes[f"{program} without KVM"] = Probe(
                        program, cache, kvm=False
                    )
                found = self._capabilities[program] = Capabilities(probe, plain)
            return found

    def emulator(self, program: str | None) -> Emulator | None:
        """What the defaults of documents assume of a program; None where it is not here."""
        from vsh.hypervisors.qemu.emulator import asked

        if program is None or not os.path.exists(program):
            return None
        return asked(self.capabilities(program))

    # ---- guests that were there before

    def _load(self) -> None:
        """The guests that the state file knows; their QEMUs are found again."""
        having = {**self.state.moment_counts("snapshot"), **self.state.moment_counts("checkpoint")}
        for record, planned, live in self.state.load("domain"):
            guest = self._loaded(record, planned, live)
            if guest.uuid in having:
                from vsh.drivers.qemu.moments import Stored

                guest.moments = Stored(self.state, guest.uuid)
            self.guests.add(guest)
            run, folder = record.facts.get("run"), record.facts.get("starting")
            with guest:
                if run is not None:
                    self._found_again(guest, run)
                elif folder is not None:
                    self._never_started(guest, folder)
                if guest.run is None and guest.uuid in self.cut_off and not guest.gone:
                    from vsh.drivers.qemu import cut_off

                    cut_off.resolve_resting(self, guest)
        self._clean_up()
        if self.state.unfinished("network"):
            self.network_host.look()  # to read them is to finish or undo what was begun

    def _loaded(self, record: Record, planned: str | None, live: str | None) -> Guest:
        def load(*, active: bool) -> tuple[Definition, Definition | None]:
            from vsh.drivers.qemu import definitions

            later = None if planned is None else definitions.loaded(self.state.text(planned))
            if later is not None and not active:
                return later, None
            if live is None:
                raise InternalError(f"the state file has no definition of {record.name}")
            running = definitions.loaded(self.state.text(live), live=True)
            definitions.mark_found(running, (record.facts["run"] or {}).get("given", {}))
            return running, later

        guest = Guest(record.name, record.uuid, load=load)
        facts = record.facts
        guest.persistent = record.persistent
        guest.autostart = record.autostart
        guest.autostart_once = facts["once"]
        guest.managed_save = facts["saved"]
        guest.taints = set(facts["taints"])
        guest.deprecations = facts.get("deprecations", [])
        guest.ended_job = facts.get("ended")
        guest.links = [(name, mac) for name, mac in facts.get("links", ())]
        guest.state, guest.reason = facts["state"], facts["reason"]
        maximum, current, vcpus = facts["sizes"]
        guest.facts = maximum, current, vcpus
        if "balloon" in facts:
            there, alias = facts["balloon"]
            guest.kept_balloon = there, alias
        return guest

    def _found_again(self, guest: Guest, kept: KeptRun) -> None:
        """A guest that ran when the state was kept: learn from its QEMU what happened meanwhile."""
        process = Process(kept["pid"], kept["birth"])
        monitor = Monitor(f"{kept['folder']}/monitor.sock")
        guest.id = kept["id"]
        guest.active = True
        self.guests.renumber(guest, guest.id)
        guest.run = Run(process, monitor, kept["folder"])
        guest.run.agent_timeout = kept.get("agent", guest.run.agent_timeout)
        guest.run.saving = kept.get("saving")
        guest.run.dumping = kept.get("dumping", False)
        guest.run.nodes = kept.get("nodes", 0)
        guest.run.unplugging = set(kept.get("unplugging", ()))
        backup = kept.get("backup")
        if backup is not None:
            from vsh.drivers.qemu.blocks.backups import Backup

            guest.run.backup = Backup.loaded(backup)
        guest.run.jobs = {job["name"]: job for job in kept.get("jobs", ())}
        guest.run.moving = kept.get("moving", "")
        try:
            if process.alive:
                monitor.open(FIND_TIME)
                self._catch_up(guest)
            else:
                self.ended(guest)
        except MonitorClosed:
            self.ended(guest)
        except MonitorSilent:
            guest.run.late = True  # it hangs: what was known of it stands

    def _catch_up(self, guest: Guest) -> None:
        status = guest.ask("query-status")
        assert isinstance(status, dict)
        if happenings.catch_up(guest, str(status["status"])):
            self.guests.keep(guest)
        if status["status"] in ("shutdown", "guest-panicked"):
            happenings.after_the_fact(self, guest, str(status["status"]))
        if guest.run is not None and (guest.run.unplugging or guest.uuid in self.cut_off):
            from vsh.drivers.qemu import cut_off

            cut_off.resolve(self, guest)
        if guest.run is not None and guest.run.jobs:
            from vsh.drivers.qemu.blocks import jobs

            jobs.catch_up(self, guest)
        if guest.run is not None and guest.run.moving:
            from vsh.drivers.qemu import migration

            migration.found_again(self, guest)
        if guest.run is not None and guest.run.saving is not None:
            from vsh.drivers.qemu import saved

            saved.found_again(self, guest)
        if guest.run is not None and guest.run.dumping:
            from vsh.drivers.qemu import dumps

            dumps.found_again(self, guest)

    def _look_again(self, guest: Guest, run: Run) -> None:
        """A QEMU that hung when it was found again: does it answer by now, has it ended?"""
        if not run.process.alive:
            self.ended(guest)
        elif run.monitor.fileno() >= 0:
            run.late = False
            with Ignoring(MonitorClosed, MonitorSilent):
                self._catch_up(guest)

    def _never_started(self, guest: Guest, folder: str) -> None:
        """A start that was cut off: the QEMU ends, and the guest is as before."""
        from vsh.drivers.qemu import cards

        self._end(folder)
        cards.give_up_all(self, guest)
        guest.starting, guest.links = None, []
        guest.state, guest.reason = DomainState.SHUTOFF, DomainShutoffReason.FAILED
        if guest.persistent:
            self.guests.keep(guest)
        else:
            self.guests.remove(guest)

    def _clean_up(self) -> None:
        """Folders of runs that no guest has: a QEMU there has no owner, and ends."""
        running = [guest for guest in self.guests.all() if guest.run is not None]
        known = {guest.run.folder for guest in running if guest.run is not None}
        cgroups.clean_up(self.root.path, {guest.uuid for guest in running})
        for name in os.listdir(self.root / "run"):
            folder = self.root / f"run/{name}"
            if folder not in known:
                self._end(folder)

    def _end(self, folder: str) -> None:
        """End the QEMU that has its sockets in a folder, if there is one, and remove the folder."""
        monitor = Monitor(f"{folder}/monitor.sock")
        with Ignoring(MonitorClosed, MonitorSilent):
            monitor.open(timeout=5)
            monitor.call("quit", timeout=5)
        monitor.close()
        import shutil

        from vsh.drivers.host.network import passt

        passt.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)

    # ---- what QEMUs tell

    def digest(self, guest: Guest) -> None:
        """Take note of what a guest's QEMU told; with the guest held."""
        run = guest.run
        if run is None:
            return
        if run.late:
            self._look_again(guest, run)
        for event in guest.told():
            happenings.took_place(self, guest, event)
            if guest.run is not run:
                return
        if run.monitor.closed:
            self.ended(guest)

    def ended(self, guest: Guest) -> None:
        """A guest's QEMU has ended by itself; with the guest held."""
        happenings.ended(self, guest)

    def pump(self, timeout: float | None) -> None:
        """Wait until some guest's QEMU tells something, and take note of it."""
        poll = select.poll()
        guests: dict[int, Guest] = {}
        for guest in self.guests.all():
            run = guest.run
            number = -1 if run is None else run.monitor.fileno()
            if number >= 0:
                guests[number] = guest
                poll.register(number, select.POLLIN)
            if run is not None and run.monitor.events:  # read with an answer, not looked at yet
                with guest:
                    if not guest.gone:
                        self.digest(guest)
                timeout = 0
        for number, _ in poll.poll(None if timeout is None else max(0, round(timeout * 1000))):
            guest = guests[number]
            with guest:
                if not guest.gone:
                    self.digest(guest)
