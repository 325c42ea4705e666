"""A network namespace of a test's own, and others that stand for guests: links, a DHCP client.

The test's own thread goes into a new namespace, so that what it makes, and what programs that it
starts make, is seen by nobody else and gone with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET
_TOOLS = ("ip", "nft", "dnsmasq", "nsenter", "unshare", "busybox")
_GOT = """#!/bin/sh
[ "$1" = bound ] || exit 0
ip addr add $ip/$mask dev $interface
ip route add default via $router dev $interface
echo "$ip $router $dns"
"""


def obstacle() -> str | None:
    """Why there can be no such namespaces here, or None."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [name for name in _TOOLS if shutil.which(name, path=path) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


def sh(command: str, *, check: bool = True) -> str:
    """Run a line of shell where the test is; what it printed."""
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, f"{command}: {done.stderr}"
    return done.stdout


class OwnNetwork:
    """The test's namespace, entered; a context manager."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None, use_errno=True)
        self._before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        if self._library.unshare(_NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        self._others: list[Peer] = []
        sh("ip link set lo up")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        for peer in self._others:
            peer.close()
        if self._library.setns(self._before, _NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        os.close(self._before)

    def peer(self, name: str, bridge: str | None = None, mac: str | None = None) -> Peer:
        """Another namespace, with a cable to a bridge of ours (or to nothing: ``NAME`` is its end).

        It stands for a guest: its end of the cable is eth0.
        """
        found = Peer(name, bridge, mac)
        self._others.append(found)
        return found


class Peer:
    """A namespace beside the test's."""

    def __init__(self, name: str, bridge: str | None, mac: str | None) -> None:
        self.name = name
        self._keeper = subprocess.Popen(
            ["unshare", "-n", "sh", "-c", "ip link set lo up; echo; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._keeper.stdout is not None
        self._keeper.stdout.readline()
        pid = self._keeper.pid
        sh(f"ip link add {name} type veth peer name eth0 netns {pid}")
        if mac is not None:
            self.sh(f"ip link set eth0 address {mac}")
        self.sh("ip link set eth0 up")
        if bridge is not None:
            sh(f"ip link set {name} master {bridge}")
        sh(f"ip link set {name} up")

    def sh(self, command: str, *, check: bool = True) -> str:
        """Run a line of shell in it."""
        words = ["nsenter", f"--net=/proc/{self._keeper.pid}/ns/net", "sh", "-c", command]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not check, f"{self.name}: {command}: {done.stderr}"
        return done.stdout

    @contextlib.contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[str]]:
        """A program that runs in it, until the end of the block."""
        words = ["nsenter", f"--net=/proc/{self._keeper.pid}/ns/net", *command]
        pipe = subprocess.PIPE
        with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as program:
            try:
                yield program
            finally:
                program.kill()

    def lease(self, folder: Path) -> str:
        """Ask for an address and take it; the address."""
        script = folder / f"got-{self.name}"
        script.write_text(_GOT)
        script.chmod(0o755)
        said = self.sh(
            f"busybox udhcpc -f -q -n -t 20 -T 1 -i eth0 -x hostname:{self.name} -s {script}"
        )
        return said.split()[0]

    def lease6(self) -> str:
        """Ask for an IPv6 address and take it; the address."""
        script = Path(__file__).with_name("dhcp6_client.py")
        address = self.sh(f"{sys.executable} -ISB {script} eth0 {self.name}").strip()
        self.sh(f"ip addr add {address}/64 nodad dev eth0")
        return address

    def reaches(self, address: str) -> bool:
        """Whether an address answers."""
        return self.ask([address])() == [address]

    def ask(self, addresses: list[str]) -> Callable[[], list[str]]:
        """Ask addresses whether they are there; what is given says which of them answered."""
        line = " ".join(
            f"(busybox ping -c 1 -W 1 {each} >/dev/null && echo {each}) &" for each in addresses
        )
        words = ["nsenter", f"--net=/proc/{self._keeper.pid}/ns/net", "sh", "-c", f"{line} wait"]
        asking = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)

        def answers() -> list[str]:
            return asking.communicate()[0].split()

        return answers

    def close(self) -> None:
        """End it."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait()
        assert self._keeper.stdout is not None
        self._keeper.stdout.close()
