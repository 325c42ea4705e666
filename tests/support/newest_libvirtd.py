"""A libvirtd 12.8.0 with QEMU 11.1.3 of one's own, where the tools that unpack them lie beside.

They are found as ``../shared/tools`` beside the checkout, as the corpora are.  The daemon lives in
a tree of its own: of this machine's files it sees one folder, by another name.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

TOOLS = Path(__file__).resolve().parents[3] / "shared" / "tools"
TREE = os.environ.get("LIBVIRTD_NEWEST_DIR") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "libvirtd-newest"
)
"""Where they are unpacked, once for all tests: not in the empty home that a test has."""
MODULES = Path("/usr/lib/x86_64-linux-gnu/qemu")
"""Where the QEMU that is installed here has its modules, and every QEMU of Debian's looks."""
INSIDE = "/share"
"""What the daemon calls its folder."""
OWN_EMULATOR = "/usr/bin/qemu-system-x86_64"
"""What the daemon calls its QEMU."""


def emulator(folder: Path) -> str:
    """A program in a folder that is QEMU 11.1.3: for <emulator>.

    A guest's QEMU has a home and a cache of its own, where the tool would not find what it runs;
    and modules of the QEMU that is installed here, which it cannot load, it must not find.
    """
    program, modules = folder / "qemu-system-x86_64", folder / "modules"
    modules.mkdir(exist_ok=True)
    tree = f"{TREE}/root/usr"
    library = f"{tree}/lib/x86_64-linux-gnu"
    for module in (*Path(library, "qemu").glob("*.so"), *MODULES.glob("*.so")):
        link, own = modules / module.name, module.is_relative_to(library)
        if not link.is_symlink():  # one that leads nowhere ends the search
            link.symlink_to(module if own else module.name)
    program.write_text(
        f"#!/bin/sh\nexport QEMU_MODULE_DIR='{modules}'\n"
        f"exec '{library}/ld-linux-x86-64.so.2' --library-path '{library}' "
        f"'{tree}/bin/qemu-system-x86_64' -L '{tree}/share/qemu' -L '{tree}/share/seabios' "
        '"$@"\n'
    )
    program.chmod(0o755)
    return str(program)


def as_root(root: Path) -> None:
    """Have the guests of a root run as we do: others may not see where that QEMU is unpacked."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "qemu.conf").write_text('user = "root"\ngroup = "root"\n')


def obstacle() -> str | None:
    """Why there can be no such daemon here, or None if there can."""
    if not (TOOLS / "libvirtd-newest").exists():
        return "no ../shared/tools beside the checkout: libvirtd 12.8.0 comes from there"
    if os.geteuid() != 0:
        return "a private libvirtd needs root (mount namespaces)"
    return None


class NewestLibvirtd:
    """One running daemon.  A context manager; ``stop`` ends it and its guests.

    uri     a connection URI of its QEMU driver, for virsh and vsh
    folder  the folder that the daemon sees as ``INSIDE``
    """

    def __init__(self, state: Path | None = None) -> None:
        """state  a folder with what there is below /etc/libvirt and /var/lib/libvirt already"""
        self._temporary = tempfile.TemporaryDirectory(prefix="vsh-newest-", dir="/tmp")
        place = Path(self._temporary.name)
        if state is not None:
            shutil.copytree(state, place / "state", symlinks=True)
        self._tool("up", str(place))
        self.uri = (place / "uri").read_text().strip()
        self.folder = place / "share"
        self.place = place

    def uri_of(self, scheme: str = "qemu", path: str = "/system") -> str:
        """The URI of one of the daemon's drivers."""
        return self.uri.replace("qemu+unix:///system", f"{scheme}+unix://{path}")

    def exec(self, *command: str) -> str:
        """What a program prints that runs where the daemon lives."""
        return self._tool("exec", str(self.place), *command)

    @contextlib.contextmanager
    def network(self) -> Iterator[None]:
        """The caller's thread, and what it starts, is in the daemon's network namespace."""
        library, new_network = ctypes.CDLL(None, use_errno=True), 0x40000000
        pid = (self.place / "pid").read_text().strip()
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        inside = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            if library.setns(inside, new_network) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            yield
        finally:
            library.setns(before, new_network)
            os.close(before)
            os.close(inside)

    def stop(self) -> None:
        self._tool("down", str(self.place))
        self._temporary.cleanup()

    def _tool(self, *words: str) -> str:
        done = subprocess.run(
            [TOOLS / "libvirtd-newest", *words],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LIBVIRTD_NEWEST_DIR": TREE},
        )
        if done.returncode != 0:
            raise RuntimeError(f"libvirtd-newest {' '.join(words)}: {done.stderr}")
        return done.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self.stop()
