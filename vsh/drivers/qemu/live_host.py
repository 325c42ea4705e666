"""What is taken from this host for a guest that starts, or a device that is plugged in.

A QEMU that starts inherits what is opened for it; one that runs is sent it under a name.
"""

from __future__ import annotations

import os
import socket

from vsh.drivers.qemu import companions, display_ports
from vsh.drivers.qemu.devices import host_devices
from vsh.drivers.qemu.own_host import OwnHost, for_qemu
from vsh.drivers.qemu.startup_policy import Missing
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import ConfigUnsupported, SystemFailure
from vsh.hypervisors.qemu.argv.host import IOMMUFD, not_associated
from vsh.hypervisors.qemu.argv.server import beyond_qemu
from vsh.hypervisors.qemu.machine import is_modern
from vsh.xml.shared.encryption import SecretReference
from vsh.xml.shared.image import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from vsh.drivers.qemu.files import Files
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.filesystem import FileSystem
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.domain.devices.tpm import Tpm
    from vsh.xml.domain.devices.vsock import Vsock
    from vsh.xml.shared.encryption import Auth
    from vsh.xml.shared.image import BackingStore


KEY_FILE = "master-key.aes"


def _listening(folder: str, name: str) -> socket.socket:
    """A socket that listens in a folder, whose path may be longer than a socket's.

    Raises OSError.
    """
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        here = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            path = f"/proc/self/fd/{here}/{name}"
            with Ignoring(FileNotFoundError):
                os.unlink(path)
            found.bind(path)
        finally:
            os.close(here)
        found.listen(1)
    except BaseException:
        found.close()
        raise
    return found


class LiveHost(OwnHost):
    """What is opened, and let go of when QEMU has it.

    files        those that its QEMU may open, and the account that it runs as; None: as we do
    incoming     the guest comes with a state of its own
    nodes        the highest number of a block node
    sockets      those that listen already, by the aliases of their devices
    beside       the programs that were started for it: see ``Run``
    takes        where the guest runs: called with a name and a descriptor that QEMU is to be sent
    """

    def __init__(
        self,
        hypervisor: Hypervisor,
        guest: Guest,
        number: int,
        live: Definition,
        files: Files | None,
    ) -> None:
        from vsh.drivers.qemu.cards import Taps

        super().__init__(hypervisor)
        self.number = number
        if not hypervisor.settings.memory_backing_dir:
            self.memory = f"{self.folder(live)}/ram"
        self._nbdkit = hypervisor.settings.storage_use_nbdkit
        self._guest, self._run, self._associated = guest, guest.run, guest.associated
        self.files, self.runs_as = files, None if files is None else files.account
        self.nodes = 0
        self.missing = Missing()
        self.incoming = False
        self.takes: Callable[[str, int], None] | None = None
        self._taps = Taps(hypervisor, guest)
        self._definition, self._starting = live, guest.starting
        self.sockets: dict[str, str] = {}
        self.beside: dict[str, tuple[str, int, int]] = {}
        self._listener: socket.socket | None = None
        self._opened: list[int] = []
        self._ports: set[int] = set()

    @classmethod
    def of(cls, hypervisor: Hypervisor, guest: Guest) -> Self:
        """The host of a guest that runs."""
        files = None if guest.run is None else guest.run.files
        return cls(hypervisor, guest, guest.id, guest.definition, files)

    @property
    def descriptors(self) -> list[int]:
        """What a QEMU that starts inherits."""
        own = [] if self._listener is None else [self._listener.fileno()]
        return own + self._taps.descriptors + self._opened

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.end()

    def identity(self, domain: Definition) -> str:
        return f"{self.number}-{str(domain.name)[:20]}"

    def monitor(self, domain: Definition) -> str:
        # it listens before QEMU is there, so that nobody has to wait for it
        self._listener = _listening(self.folder(domain), "monitor.sock")
        return f"fd={self._listener.fileno()}"

    def listener(self, name: str, path: str | None) -> str | None:
        if path is None:
            return None
        folder, file = os.path.split(path)
        try:
            listening = _listening(folder, file)
            if self.files is not None:
                self.files.own(path)
        except OSError as error:
            raise SystemFailure(
                f"Unable to bind to UNIX socket path '{path}': {error.strerror}"
            ) from None
        self._opened.append(listening.detach())
        self.sockets[name.removesuffix("-source")] = path
        return self._named(name, str(self._opened[-1]))

    def emptied(self, domain: Definition, disk: Disk, number: int) -> None:
        if is_modern(domain) and id(disk) not in self.missing.emptied:
            disk.source = Source(index=number)
        self.nodes = max(self.nodes, number)

    def left_out(self, disk: Disk | None) -> int:
        return self.missing.before.get(0 if disk is None else id(disk), 0)

    def numbered(self, image: Source | BackingStore, number: int) -> None:
        image.index = number
        self.nodes = max(self.nodes, number)

    def plain(self, number: int, node: str) -> None:
        from vsh.drivers.qemu.blocks import images

        if self._run is not None:
            images.plain(self._guest).setdefault(number, node)

    def tap(self, card: Interface, queues: int) -> tuple[list[str], list[str]]:
        descriptors, vhost = self._taps.make(self._definition, card, queues)
        return (
            [self._named(f"fd-{card.alias}{n or ''}", fd) for n, fd in enumerate(descriptors)],
            [self._named(f"vhostfd-{card.alias}{n or ''}", fd) for n, fd in enumerate(vhost)],
        )

    def passt(self, card: Interface, alias: str) -> str:
        from vsh.drivers.host.network import passt

        folder = self.folder(self._definition)
        before = companions.rights(self.runs_as, "passt")
        more = companions.environment(folder, alias)
        path = passt.start(card, f"{folder}/{alias}", before=before, more=more)
        found = companions.found(folder, alias, "passt")
        if found is not None:
            self.beside[alias] = found
        return path

    def tpm_socket(self, domain: Definition, tpm: Tpm) -> str:
        from vsh.drivers.qemu import tpm_program

        what = str(tpm.alias)
        path, process = tpm_program.start(
            self.hypervisor,
            self.runs_as,
            domain,
            tpm.backends[0],
            folder=self.folder(domain),
            what=what,
            incoming=self.incoming,
        )
        self.beside[what] = companions.kept(process, "swtpm")
        return path

    def group(self, name: str) -> tuple[list[int], bool]:
        found = self._associated.get(name)
        if found is None:
            raise not_associated(name)
        own = [os.dup(each) for each in found.descriptors]
        self._opened += own
        return own, found.writable

    def iommufd(self, group: str | None) -> str:
        if group is not None:
            return super().iommufd(group)
        super().iommufd(None)
        return self._named("iommufd0", self._open(IOMMUFD))

    def vfio(self, name: str) -> str:
        return self._named(f"vfio-{name}", self._open(host_devices.vfio(name)))

    def _open(self, path: str) -> str:
        """The descriptor of a file that QEMU is given open.  Raises SystemFailure."""
        try:
            self._opened.append(os.open(path, os.O_RDWR | os.O_CLOEXEC))
        except OSError as error:
            raise SystemFailure(f"cannot open '{path}': {error.strerror}") from None
        return str(self._opened[-1])

    def vdpa(self, path: str) -> int:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            raise SystemFailure(
                f"Unable to open '{path}' for vdpa device: {error.strerror}"
            ) from None
        self._opened.append(descriptor)
        return descriptor

    def serves(self, kind: str | None, source: Source) -> bool:
        if kind != "network" or not (self._nbdkit or beyond_qemu(source)):
            return False
        from vsh.drivers.qemu import disk_program

        return disk_program.usable(source.protocol)

    def nbdkit(self, source: Source, auth: Auth | None, node: str, *, readonly: bool) -> str:
        from vsh.drivers.qemu.disk_program import Serving, log

        live, secret = self._definition, None if auth is None else auth.secret
        serving = Serving(source, auth, lambda: self.value_of(secret), readonly=readonly)
        if self.files is not None:
            named = (source.identity_keyfile, source.known_hosts)
            self.files.lend([(path, "read", node) for path in named if path])
        place, own = log(self.hypervisor, live, node), self.folder(live)
        path, process = serving.start(self.runs_as, place, own, node)
        self.beside[node] = companions.kept(process, "nbdkit")
        if self._run is not None:
            self._run.beside[node] = self.beside[node]
        return path

    def reservations(self, disks: list[Disk]) -> bool:
        """Start what makes reservations for disks, if any needs it and it is not there yet.

        Gives whether it was started.
        """
        from vsh.drivers.qemu import reservations_program as program

        there = program.NAME in self.beside or (
            self._run is not None and program.NAME in self._run.beside
        )
        if there or not any(map(program.wanted, disks)):
            return False
        live = self._definition
        log = self.hypervisor.root / f"log/{live.name}-{program.NAME}.log"
        own = self.hypervisor.settings.pr_helper
        process = program.start(self.runs_as, log, self.folder(live), own)
        self.beside[program.NAME] = companions.kept(process, "qemu-pr-helper")
        return True

    def virtiofsd(self, folder: FileSystem) -> None:
        """Start what gives the guest a folder, where that is our affair."""
        from vsh.drivers.qemu import folder_program

        if folder_program.wanted(folder):
            live = self._definition
            process = folder_program.start(
                self.hypervisor, self.runs_as, live, folder, self.folder(live)
            )
            self.beside[str(folder.alias)] = companions.kept(process, "virtiofsd")

    def bus(self, domain: Definition, graphics: Graphics) -> str:
        from vsh.drivers.qemu import bus_program

        ours = (f"unix:path={self.guests}/domain-", "unix:path=/run/libvirt/qemu/dbus/")
        if not graphics.address or graphics.address.startswith(ours):  # or where it came from
            place, own = self.folder(domain), self.hypervisor.settings.dbus_daemon
            log = self.hypervisor.root / f"log/{domain.name}-dbus.log"
            graphics.address, process = bus_program.start(self.runs_as, log, place, own)
            self.beside[bus_program.NAME] = companions.kept(process, bus_program.PROGRAM)
        return graphics.address

    def rdp(self, domain: Definition, graphics: Graphics) -> None:
        from vsh.drivers.qemu import rdp_program

        if graphics.autoport:
            graphics.port = self._free_port(rdp_program.PORTS, "rdp")
        log = self.hypervisor.root / f"log/{domain.name}-qemu-rdp.log"
        process = rdp_program.start(
            self.runs_as, log, self.folder(domain), self.hypervisor.settings, domain, graphics
        )
        self.beside[rdp_program.NAME] = companions.kept(process, rdp_program.PROGRAM)

    def port(self, graphics: Graphics) -> int:
        port = int(graphics.port or 0)
        if graphics.type in ("vnc", "spice") and (graphics.autoport or port <= 0):
            port = self._free_port(self.hypervisor.settings.display_ports, "display")
            graphics.port = port
        return port

    def websocket(self, graphics: Graphics) -> int:
        socket = graphics.websocket or 0
        if socket < 0:
            among = self.hypervisor.settings.websocket_ports
            socket = graphics.websocket = self._free_port(among, "websocket")
        return socket

    def _free_port(self, among: range, kind: str) -> int:
        port = display_ports.take(among, kind)
        self._ports.add(port)
        return port

    def vsock(self, vsock: Vsock) -> tuple[int, str]:
        try:
            descriptor = os.open("/dev/vhost-vsock", os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            text = "unable to open vhost-vsock device"
            if is_modern(self._definition):
                raise SystemFailure(f"{text}: {error.strerror}") from None
            raise ConfigUnsupported(text) from None
        self._opened.append(descriptor)
        return vsock.cid or 3, self._named(f"vsockfd-{vsock.alias}", str(descriptor))

    def secret(self, name: str, wanted: SecretReference | str | None) -> dict[str, str]:
        value = self.value_of(wanted)
        folder = self._starting or self.folder(self._definition)
        with open(f"{folder}/{KEY_FILE}", "rb") as file:
            return for_qemu(file.read(), value)

    def _named(self, name: str, descriptor: str) -> str:
        """How QEMU is told of an open file: its number, or the name that it is sent under."""
        if self.takes is None:
            return descriptor
        self.takes(name, int(descriptor))
        return name

    def close(self) -> None:
        """Let go of what QEMU has now."""
        self._taps.close()
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        while self._opened:
            os.close(self._opened.pop())

    def end(self) -> None:
        """Let go of what only a QEMU that was starting needed, too: it listens, or never will."""
        self.close()
        display_ports.give_back(self._ports)
