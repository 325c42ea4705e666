"""nbdkit: a file of a web, FTP or SSH server as a disk, by a program beside its QEMU (nbdkit(1)).

``storage_use_nbdkit`` of qemu.conf asks for it; where it is not installed, or has no plugin for the
protocol, QEMU opens the file itself.
"""

from __future__ import annotations

import os
import time

from vsh.drivers.host import programs
from vsh.drivers.qemu import companions
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.drivers.host.account import Account
    from vsh.drivers.host.process import Process
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.shared.encryption import Auth
    from vsh.xml.shared.image import Source

PLUGINS = {
    "http": "curl", "https": "curl", "ftp": "curl", "ftps": "curl", "tftp": "curl", "ssh": "ssh",
}  # fmt: skip
"""What serves a protocol."""
_PORTS = {"http": 80, "https": 443, "ftp": 21, "ftps": 990, "tftp": 69, "ssh": 22}
_STARTING = 10.0
"""Seconds that it has to listen."""


def usable(protocol: str | None) -> bool:
    """Whether it is here, with what serves a protocol."""
    plugin, program = PLUGINS.get(str(protocol)), programs.find("nbdkit")
    if plugin is None or program is None:
        return False
    told = programs.run([program, "--dump-config"], check=False) or ""
    known = dict(line.partition("=")[::2] for line in told.splitlines())
    return os.path.exists(f"{known.get('plugindir')}/nbdkit-{plugin}-plugin.so")


def log(hypervisor: Hypervisor, live: Definition, node: str) -> str:
    """Where it says what it does, for a block node of a guest."""
    return hypervisor.root / f"log/{live.name}-{node}-nbdkit.log"


class Serving:
    """One source to be served.

    readonly  nothing is to be written to it
    auth      who logs in; None: nobody
    secret    gives the password
    """

    def __init__(
        self, source: Source, auth: Auth | None, secret: Callable[[], bytes], *, readonly: bool
    ) -> None:
        self.source, self.auth, self.secret, self.readonly = source, auth, secret, readonly
        self._opened: list[int] = []

    def start(
        self, account: Account | None, log: str, folder: str, what: str
    ) -> tuple[str, Process]:
        """Run it; gives its socket and it.

        account  whom the guest's QEMU runs as
        folder   the guest's own
        what     the block node that it is for

        Raises InternalError, OperationUnsupported, NoSecret.
        """
        path = f"{folder}/nbdkit-{what}.socket"
        with Ignoring(FileNotFoundError):
            os.unlink(path)
        agent = self.source.identity_agentsock
        try:
            process = companions.start(
                list(self._command(path)),
                log,
                folder,
                what,
                descriptors=self._opened,
                before=companions.rights(account, "storage_use_nbdkit"),
                more={"SSH_AUTH_SOCK": agent} if agent else None,
            )
        finally:
            while self._opened:
                os.close(self._opened.pop())
        until = time.monotonic() + _STARTING
        while not os.path.exists(path):
            if not process.alive:
                raise InternalError(f"Could not start 'nbdkit': {companions.last_line(log)}")
            if time.monotonic() > until:
                process.kill()
                raise InternalError("nbdkit socket did not show up")
            time.sleep(0.002)
        return path, process

    def _command(self, path: str) -> Iterator[str]:
        yield programs.needed("nbdkit", "storage_use_nbdkit")
        yield from ("--unix", path, "--foreground")
        if self.readonly:
            yield "--readonly"
        source = self.source
        if source.readahead:
            yield from ("--filter", "readahead")
        if len(source.hosts) != 1:
            raise InternalError(f"protocol '{source.protocol}' accepts only one host")
        yield from self._ssh() if source.protocol == "ssh" else self._curl()

    def _curl(self) -> Iterator[str]:
        source, host = self.source, self.source.hosts[0]
        name = f"[{host.name}]" if ":" in (host.name or "") else host.name
        path = (source.name or "").lstrip("/")
        query = f"?{source.query}" if source.query else ""
        protocol = str(source.protocol)
        yield from ("curl", f"protocols={protocol}")
        yield f"url={protocol}://{name}:{host.port or _PORTS[protocol]}/{path}{query}"
        if self.auth is not None:
            yield f"user={self.auth.username}"
            yield f"password=-{self._passed(self.secret())}"
        if source.cookies:
            text = "; ".join(f"{each.name}={each.value}" for each in source.cookies)
            yield f"cookie=-{self._passed(text.encode())}"
        if source.ssl_verify is False:
            yield "sslverify=false"
        if source.timeout:
            yield f"timeout={source.timeout}"

    def _ssh(self) -> Iterator[str]:
        source, host = self.source, self.source.hosts[0]
        user = source.identity_username if self.auth is None else self.auth.username
        yield from ("ssh", f"host={host.name}", f"port={host.port or _PORTS['ssh']}")
        yield f"path={source.name}"
        if user:
            yield f"user={user}"
        if self.auth is not None and self.auth.secret is not None:
            yield f"password=-{self._passed(self.secret())}"
        if source.identity_keyfile:
            yield f"identity={source.identity_keyfile}"
        if source.known_hosts:
            yield f"known-hosts={source.known_hosts}"

    def _passed(self, value: bytes) -> int:
        """A descriptor that a secret is read from: it is on no command line and in no file."""
        reading, writing = os.pipe()
        self._opened.append(reading)
        try:
            os.write(writing, value)
        finally:
            os.close(writing)
        return reading
