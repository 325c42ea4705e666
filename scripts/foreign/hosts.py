"""The two hosts that a client is tried on: one where vshd runs, one where libvirtd does.

A host is a mount and a network namespace, in which the daemon listens where clients look for it:
what they are told is ``qemu:///system``, as everywhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "support"))

from private_libvirtd import PrivateLibvirtd

import vsh

if TYPE_CHECKING:
    from typing import Self

    from vsh import Connection

EMPTY = "/run /etc/libvirt /var/lib/vsh " + " ".join(
    f"/var/{folder}/libvirt" for folder in ("lib", "log", "cache")
)
# What a host has of its own; it lives until its input is closed.
HOST = f"""set -e
for folder in {EMPTY}; do mkdir -p $folder; mount -t tmpfs none $folder; done
mkdir -p /run/libvirt /run/lock /var/lib/libvirt/images
printf 'user = "root"\\ngroup = "root"\\n' > /etc/libvirt/qemu.conf
ip link set lo up
echo ready
exec cat
"""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE = 120


class Host:
    """A host that clients are run on; ``name`` says whose daemon is there."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def process(self) -> int:
        """A process that lives there."""
        raise NotImplementedError

    def run(
        self, command: list[str], folder: Path, extra: dict[str, str], patience: float = PATIENCE
    ) -> tuple[int, str]:
        """A client's status and all that it said.  Raises subprocess.TimeoutExpired."""
        environment = {
            "PATH": PATH, "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder), "GOCACHE": "/tmp/vsh-interop-go", "WHERE": self.name,
            "SHOTS": os.environ.get("SHOTS", ""), **extra,
        }  # fmt: skip
        done = subprocess.run(
            ["nsenter", f"--mount=/proc/{self.process()}/ns/mnt",
             f"--net=/proc/{self.process()}/ns/net", f"--wd={folder}", "unshare",
             "--pid", "--fork", "--kill-child", "--mount-proc", *command],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", timeout=patience,
        )  # fmt: skip
        return done.returncode, done.stdout

    def socket(self) -> str:
        """Where its daemon listens, from outside."""
        return f"/proc/{self.process()}/root/run/libvirt/libvirt-sock"

    def connect(self) -> Connection:
        """Look at the host from outside, and set its scene."""
        return vsh.connect(f"qemu+unix:///system?socket={self.socket()}")

    def clean(self) -> None:
        """Take away whatever a client left."""
        with self.connect() as connection:
            remove_guests(connection)
            for each in (*connection.list_all_networks(), *connection.list_all_storage_pools()):
                kept = each.is_persistent()
                if each.is_active():
                    each.destroy()
                if kept:
                    each.undefine()


def remove_guests(connection: Connection) -> None:
    """Take away all guests with what belongs to them, and all secrets."""
    for domain in connection.list_all_domains():
        kept = domain.is_persistent()
        if domain.is_active():
            domain.destroy()
        if kept:
            domain.undefine_flags(0x17)
    for secret in connection.list_all_secrets():
        secret.undefine()


class Ours(Host):
    """vshd, as it is started by whoever gives it no options."""

    name = "vshd"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        command = ["unshare", "--mount", "--net", "--propagation", "private", "sh", "-c", HOST]
        self._holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"ready\n":
            raise RuntimeError("no namespaces for a host")
        self.log = folder / "vshd.log"
        self.start()

    def start(self) -> None:
        """Start the daemon; it listens when this returns."""
        pid = self._holder.pid
        with self.log.open("ab") as log:
            self.daemon = subprocess.Popen(
                ["nsenter", f"--mount=/proc/{pid}/ns/mnt", f"--net=/proc/{pid}/ns/net",
                 "setpriv", "--pdeathsig", "TERM", str(Path(sys.executable).with_name("vshd"))],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "PATH": PATH},
            )  # fmt: skip
        until = time.monotonic() + 30
        while time.monotonic() < until and self.daemon.poll() is None:
            try:
                self.connect().close()
            except vsh.Error:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"vshd does not listen: {self.log.read_text(errors='replace')}")

    def process(self) -> int:
        return self._holder.pid

    def alive(self) -> bool:
        """Whether the daemon still runs."""
        return self.daemon.poll() is None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        if self.alive():
            self.clean()
            self.daemon.terminate()
            self.daemon.wait(30)
        self._holder.communicate()


class Theirs(Host):
    """Debian's libvirtd."""

    name = "libvirtd"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.daemon = PrivateLibvirtd()

    def process(self) -> int:
        return self.daemon.process

    def alive(self) -> bool:
        """Whether the daemon still runs."""
        return self.daemon.alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.daemon.stop()
