"""The dnsmasq of a network: its files, its process, telling it of changes, its leases."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import sys
import time

from vsh.drivers.host import programs
from vsh.drivers.host.network import dnsmasq, published
from vsh.drivers.host.process import Process, birth
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.host.network.networks import Network
    from vsh.xml.network import Network as Definition

_READABLE, _PASSABLE = 0o755, 0o711
_PATIENCE = 5.0  # seconds that a dnsmasq has to end when it is asked to
_FILES = ("conf", "hostsfile", "addnhosts", "pid")


def folder(root: str) -> str:
    """Where the files of all dnsmasqs of a root are."""
    return f"{root}/dnsmasq"


def check(root: str, definition: Definition) -> None:
    """Whether dnsmasq can do what a network wants.

    Raises ConfigUnsupported where it cannot, OperationUnsupported where it is not installed.
    """
    if dnsmasq.needed(definition):
        dnsmasq.configuration(definition, folder(root))
        programs.needed("dnsmasq", f"network '{definition.name}'")


def write(root: str, definition: Definition) -> list[str]:
    """Write a network's files; gives what will not work as it may be meant.

    Raises ConfigUnsupported where dnsmasq cannot do what the document wants.
    """
    if not definition.ips:
        return []
    place, name = folder(root), str(definition.name)
    found = dnsmasq.configuration(definition, place, f"{place}/{name}.pid")
    _make_folder(root)
    _put(f"{place}/{name}.conf", found.conf, 0o600)
    _put(f"{place}/{name}.hostsfile", found.hosts, 0o644)
    _put(f"{place}/{name}.addnhosts", found.names, 0o644)
    return found.warnings


def _make_folder(root: str) -> None:
    """The folder, which dnsmasq, being nobody, has to get at; nothing else of the root is open."""
    os.makedirs(folder(root), mode=_READABLE, exist_ok=True)
    os.chmod(folder(root), _READABLE)
    os.chmod(root, _PASSABLE)


def _put(path: str, text: str, mode: int) -> None:
    part = f"{path}.new"
    with open(part, "w", encoding="utf-8", opener=lambda p, flags: os.open(p, flags, mode)) as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    os.replace(part, path)


def start(root: str, definition: Definition) -> tuple[int, int] | None:
    """Run a network's dnsmasq: its number and birth; None where the network needs none.

    Raises InternalError with what dnsmasq says, OperationUnsupported where it is not installed.
    """
    if not dnsmasq.needed(definition):
        return None
    write(root, definition)
    place, name, bridge = folder(root), str(definition.name), str(definition.bridge)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(f"{place}/{name}.pid")
    command = [
        programs.needed("dnsmasq", f"network '{name}'"),
        f"--conf-file={place}/{name}.conf",
        "--leasefile-ro",
        f"--dhcp-script={_write_script(root)}",
    ]
    if not _open_to_all(place):
        # a folder above the root is closed to nobody, and dnsmasq has to read its files again
        command += ["--user=root", "--group=root"]
    programs.run(command, environment={"VIR_BRIDGE_NAME": bridge})
    number = _number(root, name)
    published.publish(root, bridge)
    for process in _reading(_word(root, definition)):
        if process.pid == number:
            return process.pid, process.birth
    raise InternalError(f"the dnsmasq of network '{name}' has ended as soon as it was started")


def _open_to_all(path: str) -> bool:
    while path != "/":
        if not os.stat(path).st_mode & 0o001:
            return False
        path = os.path.dirname(path)
    return True


def _write_script(root: str) -> str:
    """The program that dnsmasq tells of each lease; gives its path."""
    from vsh.drivers.host.network import lease_script

    path = f"{folder(root)}/lease-script"
    words = [sys.executable, "-IS", lease_script.__file__, folder(root)]
    _put(path, f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', 0o755)
    return path


def alive(root: str, network: Network) -> bool:
    """Whether a network's dnsmasq runs."""
    return network.daemon is not None and birth(network.daemon[0]) == network.daemon[1]


def stop(root: str, definition: Definition) -> None:
    """End a network's dnsmasq, and any other that reads its file."""
    config = _word(root, definition)
    until = time.monotonic() + _PATIENCE
    number = signal.SIGTERM
    while found := list(_reading(config)):
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)
        while time.monotonic() < until and any(process.alive for process in found):
            time.sleep(0.002)
        if any(process.alive for process in found):
            number = signal.SIGKILL
    published.withdraw(root, str(definition.bridge or ""))
    with contextlib.suppress(FileNotFoundError):
        os.unlink(f"{folder(root)}/{definition.name}.pid")


def _word(root: str, definition: Definition) -> bytes:
    """The word of its command line by which a network's dnsmasq is known."""
    return f"--conf-file={folder(root)}/{definition.name}.conf".encode()


def _reading(config: bytes) -> Iterator[Process]:
    """The processes that were started with that word.

    The number in the pid file is not enough: who was killed may not have lived to see it written.
    """
    for name in os.listdir("/proc"):
        if not name.isdecimal():
            continue
        with contextlib.suppress(OSError), open(f"/proc/{name}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
            born = birth(int(name))
            if config in words[1:] and words[0].endswith(b"dnsmasq") and born is not None:
                yield Process(int(name), born)


def refresh(root: str, network: Network) -> None:
    """Tell a dnsmasq that hosts and names have changed; start it where it has become needed."""
    definition = network.definition
    if not alive(root, network):
        network.daemon = start(root, definition)
        return
    write(root, definition)
    assert network.daemon is not None
    with contextlib.suppress(ProcessLookupError):
        os.kill(network.daemon[0], signal.SIGHUP)


def restart(root: str, network: Network) -> None:
    """Run a network's dnsmasq with another configuration.  Raises as ``start``."""
    stop(root, network.definition)
    network.daemon = None
    network.daemon = start(root, network.definition)


def forget(root: str, definition: Definition) -> None:
    """Remove the files of a network that is no more."""
    names = [f"{definition.name}.{kind}" for kind in _FILES]
    if definition.bridge:
        names += [f"{definition.bridge}.{kind}" for kind in ("status", "status.lock", "macs")]
    for name in names:
        with contextlib.suppress(OSError):
            os.unlink(f"{folder(root)}/{name}")


def _number(root: str, name: str) -> int | None:
    try:
        with open(f"{folder(root)}/{name}.pid", encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None
