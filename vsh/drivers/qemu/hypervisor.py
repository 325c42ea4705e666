"""What connections to one root share: its guests, what they tell, and what QEMU can do."""

from __future__ import annotations

import os
from _thread import RLock

from vsh.drivers.qemu.guest import Guest
from vsh.drivers.qemu.guests import Guests
from vsh.drivers.qemu.root import Root
from vsh.drivers.qemu.state import State
from vsh.drivers.state.bus import Bus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.host.interface_tools.definitions import InterfaceDefinitions
    from vsh.drivers.host.lending import Lending
    from vsh.drivers.host.network.host import NetworkHost
    from vsh.drivers.host.node_device.assigning import Assigning
    from vsh.drivers.host.node_device.devices import Devices
    from vsh.drivers.host.node_device.watcher import DeviceWatcher
    from vsh.drivers.host.nwfilter.filters import FilterHost
    from vsh.drivers.host.pool.pools import Pools
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.drivers.qemu.files import Files
    from vsh.drivers.qemu.monitor import Questions
    from vsh.drivers.qemu.probe import Probe
    from vsh.drivers.qemu.settings import Settings
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain as Definition


class Hypervisor:
    """One root, open.

    root     the folder
    state    its state file
    bus      where events are offered
    openers  how many connections are open
    cut_off  what a process that was killed was doing to guests: operation and facts, by UUID
    lost     what QEMUs said that ended while their guests were coming in, by the guests' names
    ahead    gives what else to ask the QEMU of a guest when it is found again, so that it wakes but
             once: its run has in ``asked`` what to know the answers by
    machine  what stands before /sys, where PCI devices are; "" is this machine
    """

    machine = ""

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
        self.ahead: Callable[[Guest], Questions] | None = None
        self._guests: Guests | None = None
        self._found = False  # all guests are there, and their QEMUs
        self._pools: Pools | None = None
        self._network_host: NetworkHost | None = None
        self._secrets: Secrets | None = None
        self._assigning: Assigning | None = None
        self._filter_host: FilterHost | None = None
        self._interfaces: InterfaceDefinitions | None = None
        self._settings: Settings | None = None
        self._lending: Lending | None = None
        self._device_watcher: DeviceWatcher | None = None
        self.cut_off = self.state.jobs()
        self.lost: dict[str, str] = {}

    @property
    def guests(self) -> Guests:
        """The guests of this root: they and their QEMUs are found when they are first asked for."""
        if self._found and self._guests is not None:
            return self._guests
        with self.lock:
            if self._guests is None:
                self._guests = Guests("domain", self.state)
                self._guests.digest = self.digest
                self._guests.most_queued = lambda: self.settings.max_queued
                self._guests.doubt, self._guests.doubted = self.state.doubt, self.state.doubted
                try:
                    self.find(self._guests)
                except BaseException:
                    self._guests = None
                    raise
                self._found = True
            return self._guests

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
        for probe in self._probes.values():
            probe.close()
        for guest in () if self._guests is None else self._guests.as_known():
            if guest.run is not None:
                guest.run.monitor.close()
                guest.run.close_descriptors()
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
                    pool = pools.loaded(record, self.state.reader(planned), self.state.reader(live))
                    pool.vault = found.vault
                    if pool.active or pool.persistent:
                        found.add(pool)
                    if record.facts.get("step") or record.facts.get("making"):
                        found.keep(pool)  # what was undone is not undone again
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
                if any(each.active or each.step is not None for each in found.networks.all()):
                    from vsh.drivers.host.network import life

                    life.settle(found)
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
    def settings(self) -> Settings:
        """What qemu.conf says, read when it is first asked for.  Raises OpenFailed, ConfSyntax."""
        with self.lock:
            if self._settings is None:
                from vsh.drivers.qemu import settings

                self._settings = settings.load(self.root.path)
            return self._settings

    @property
    def lending(self) -> Lending | None:
        """The files that the user has whom QEMU runs as; None where QEMU runs as we do."""
        with self.lock:
            if self._lending is None and os.geteuid() == 0:
                from vsh.drivers.host.lending import Lending, Lent

                account = self.settings.account()
                if account is not None:
                    found = Lending(account, self.state, remember=self.settings.remember_owner)
                    for record, _, _ in self.state.load("lent"):
                        found.add(Lent.loaded(record))
                    self._lending = found
            return self._lending

    def files(self, guest: Guest, live: Definition | None = None) -> Files | None:
        """The files that a guest's QEMU may open; None where QEMU runs as we do.

        live  the definition of its run; None: the guest's own
        """
        if os.geteuid() != 0:
            return None
        from vsh.drivers.qemu.files import Files

        def lending() -> Lending:
            found = self.lending
            assert found is not None
            return found

        return Files(
            guest.uuid,
            lambda: live or guest.definition,
            lending,
            lambda: self.settings,
            root=self.root.path,
        )

    @property
    def filter_host(self) -> FilterHost:
        """The network filters of this root, read when they are first asked for."""
        with self.lock:
            if self._filter_host is None:
                from vsh.drivers.host.nwfilter.filters import FilterHost

                self._filter_host = FilterHost(self.root.path, self.state).load(self.state.text)
            return self._filter_host

    @property
    def interfaces(self) -> InterfaceDefinitions:
        """The interfaces that were defined here, read when they are first asked for."""
        with self.lock:
            if self._interfaces is None:
                from vsh.drivers.host.interface_tools.definitions import InterfaceDefinitions

                self._interfaces = InterfaceDefinitions(self.state).load(self.state.text)
            return self._interfaces

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
                found.root = self.machine
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
                found.rdp = found.emulation.rdp = self._has_rdp
            return found

    def _is_pooled(self, name: str) -> bool:
        """Whether a network's cards are devices of the host."""
        network = self.network_host.networks.named(name)
        return network is not None and network.definition.mode == "hostdev"

    def _has_rdp(self) -> bool:
        from vsh.drivers.qemu import rdp_program

        return rdp_program.is_there(self.settings)

    def emulator(self, program: str | None) -> Emulator | None:
        """What the defaults of documents assume of a program; None where it is not here."""
        from vsh.hypervisors.qemu.emulator import asked

        if program is None or not os.path.exists(program):
            return None
        found = asked(self.capabilities(program))
        found.sounding = self.settings.sounding
        found.pooled = self._is_pooled
        return found

    # ---- guests, and what their QEMUs tell: see ``attending``

    def find(self, guests: Guests) -> None:
        """Fill in the guests that were there before, and find their QEMUs again."""
        raise NotImplementedError

    def digest(self, guest: Guest) -> None:
        """Take note of what a guest's QEMU told; with the guest held."""
        raise NotImplementedError

    def ended(self, guest: Guest) -> None:
        """A guest's QEMU has ended by itself; with the guest held."""
        raise NotImplementedError

    def pump(self, timeout: float | None) -> None:
        """Wait until some guest's QEMU tells something, and take note of it."""
        raise NotImplementedError

    def watch(self) -> None:
        """From now on a thread hears what QEMUs tell, whether or not anybody asks."""
        raise NotImplementedError
