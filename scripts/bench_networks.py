"""Listing 500 defined networks: virsh and vsh on vshd and in vsh's own process, beside a libvirtd.

Each peer is in a network namespace of its own.  Prints medians of whole processes, in seconds, and
how they compare with virsh on libvirtd.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent / "tests/support"))

from own_network import OwnNetwork
from private_libvirtd import PrivateLibvirtd
from private_vshd import PrivateVshd

if TYPE_CHECKING:
    from collections.abc import Iterator

VSH = str(Path(sys.executable).parent / "vsh")
NETWORKS, RUNS = 500, 7
DOCUMENT = """<network><name>net{0:03}</name><forward mode='nat'/><bridge name='b{0:03}'/>
<ip address='10.{1}.{2}.1' prefix='24'><dhcp><range start='10.{1}.{2}.2' end='10.{1}.{2}.99'/>
</dhcp></ip></network>"""


@contextmanager
def vshd(folder: Path) -> Iterator[str]:
    """A vshd; its URI."""
    daemon = PrivateVshd(folder)
    (folder / "run").mkdir()
    daemon.start()
    try:
        yield daemon.uri()
    finally:
        daemon.kill(15)


@contextmanager
def libvirtd() -> Iterator[str]:
    """A libvirtd; its URI."""
    with PrivateLibvirtd() as daemon:
        yield daemon.uri


def listed(program: str, uri: str) -> float:
    """Seconds that a listing takes."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        done = subprocess.run(
            [program, "-q", "-c", uri, "net-list", "--all"], capture_output=True, check=True
        )
        times.append(time.perf_counter() - began)
        assert done.stdout.count(b"\n") >= NETWORKS
    return statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lines = []
        for number in range(NETWORKS):
            path = folder / f"{number}.xml"
            path.write_text(DOCUMENT.format(number, number // 200 + 1, number % 200))
            lines.append(f"net-define {path}\n")
        found: dict[str, float] = {}
        with OwnNetwork(), libvirtd() as uri:
            define("virsh", uri, lines)
            found["virsh, libvirtd"] = listed("virsh", uri)
        with OwnNetwork(), vshd(folder) as uri:
            define("virsh", uri, lines)
            found["virsh, vshd"] = listed("virsh", uri)
            found["vsh, vshd"] = listed(VSH, uri)
        with OwnNetwork():
            uri = f"qemu:///embed?root={folder}/embedded"
            define(VSH, uri, lines)
            found["vsh, embedded"] = listed(VSH, uri)
    for name, seconds in found.items():
        print(f"{name:16} {seconds:.3f} s  {seconds / found['virsh, libvirtd']:.2f}x")


def define(program: str, uri: str, lines: list[str]) -> None:
    """Define all networks in one batch."""
    command = [program, "-q", "-c", uri]
    subprocess.run(command, input="".join(lines), text=True, capture_output=True, check=True)


if __name__ == "__main__":
    main()
