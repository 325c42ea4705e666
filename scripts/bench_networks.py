"""Listing 500 defined networks: virsh and vsh on vshd and in vsh's own process, beside a libvirtd.

Each peer is in a network namespace of its own, and all take turns.  The status is 1 where one of
them takes longer than virsh on libvirtd in each of three runs.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import budgets
from bench import installed, used
from bench_table import Bench, against, show
from own_network import OwnNetwork
from private_libvirtd import PrivateLibvirtd, obstacle, tool
from private_vshd import PrivateVshd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench_table import Row

NETWORKS, ROUNDS = 500, 5
DOCUMENT = """<network><name>net{0:03}</name><forward mode='nat'/><bridge name='b{0:03}'/>
<ip address='10.{1}.{2}.1' prefix='24'><dhcp><range start='10.{1}.{2}.2' end='10.{1}.{2}.99'/>
</dhcp></ip></network>"""


def rows(bench: Bench) -> Iterator[Row]:
    """A row for each peer."""
    with ExitStack() as stack:
        folder = bench.folder / "networks"
        (folder / "run").mkdir(parents=True)
        lines = []
        for number in range(NETWORKS):
            path = folder / f"{number}.xml"
            path.write_text(DOCUMENT.format(number, number // 200 + 1, number % 200))
            lines.append(f"net-define {path}\n")
        with OwnNetwork():
            theirs = [bench.virsh, "-q", "-c", stack.enter_context(PrivateLibvirtd()).uri]
            define(theirs, lines)
        with OwnNetwork():
            daemon = PrivateVshd(folder, program=Path(bench.vsh).with_name("vshd"))
            stack.callback(daemon.kill, 15)
            daemon.start()
            define([bench.virsh, "-q", "-c", daemon.uri()], lines)
        stack.enter_context(OwnNetwork())
        embedded = [bench.vsh, "-q", "-c", f"qemu:///embed?root={folder}/embedded"]
        define(embedded, lines)
        peers = {
            "virsh, vshd": [bench.virsh, "-q", "-c", daemon.uri()],
            "vsh, vshd": [bench.vsh, "-q", "-c", daemon.uri()],
            "vsh, embedded": embedded,
        }
        for name, own in peers.items():
            yield against(
                f"`net-list --all` of {NETWORKS} networks: {name}",
                budgets.HOST_LISTING,
                lambda: used([*theirs, "net-list", "--all"]),
                lambda own=own: used([*own, "net-list", "--all"]),
                rounds=ROUNDS,
            )


def main() -> None:
    if (reason := obstacle()) is not None:
        sys.exit(reason)
    virsh = tool("virsh") or sys.exit("virsh is not installed")
    with ExitStack() as stack:
        missed = show(rows(Bench(virsh, str(installed()), stack)))
    sys.exit(1 if missed else 0)


def define(command: list[str], lines: list[str]) -> None:
    """Define all networks in one batch."""
    subprocess.run(command, input="".join(lines), text=True, capture_output=True, check=True)


if __name__ == "__main__":
    main()
