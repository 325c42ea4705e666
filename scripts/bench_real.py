"""Real guests in this process, beside those of libvirtd."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bench_redefine
import budgets
from bench import answer, used
from bench_table import Row, against
from private_libvirtd import PrivateLibvirtd, obstacle
from tiny_guest import TinyGuest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench_table import Bench

DEFINED, RUNNING = 200, 30


def guests(bench: Bench) -> Iterator[Row]:
    """A real guest in this process."""
    if obstacle() is not None:
        return
    places, scripts = [], []
    root = f"qemu:///embed?root={bench.folder}/root"
    for program, uri in ((bench.virsh, bench.daemon.uri), (bench.vsh, root)):
        folder = bench.folder / Path(program).name  # each has its own disk, which QEMU locks
        folder.mkdir()
        places.append([program, "-q", "-c", uri])
        scripts.append(f"define {TinyGuest(folder, 'tiny').file}\nstart tiny\n")
    end = "destroy tiny\nundefine tiny\n"
    for place, script in zip(places, scripts, strict=True):
        answer(place, script + end)  # it does complain where anything fails
    yield against(
        "a tiny guest: defined, started, ended, embedded",
        budgets.TINY_GUEST,
        *(
            lambda place=place, script=script: used(place, script + end)
            for place, script in zip(places, scripts, strict=True)
        ),
    )
    for place, script in zip(places, scripts, strict=True):
        answer(place, script)
    try:
        yield against(
            "`domstate` of a running guest, embedded",
            budgets.RUNNING_GUEST,
            *(lambda place=place: used([*place, "domstate", "tiny"]) for place in places),
            rounds=7,
        )
    finally:
        for place in places:
            answer(place, end)


def fleet(bench: Bench) -> Iterator[Row]:
    """Two hundred guests, thirty of them running."""
    if obstacle() is not None:
        return
    places = []
    with PrivateLibvirtd() as theirs:
        root = f"qemu:///embed?root={bench.folder}/fleet"
        for program, uri in ((bench.virsh, theirs.uri), (bench.vsh, root)):
            folder = bench.folder / f"fleet-{Path(program).name}"
            folder.mkdir()
            place = [program, "-q", "-c", uri]
            places.append(place)
            files = [TinyGuest(folder, f"f{number}").file for number in range(DEFINED)]
            script = "".join(f"define {file}\n" for file in files)
            starts = "".join(f"start f{number}\n" for number in range(RUNNING))
            answer(place, script + starts)
        try:
            for words in (
                ["domstate", "f7"], ["list", "--all"], ["domstats", "--state", "--balloon"],
                ["domstats"],
            ):  # fmt: skip
                name = f"{DEFINED} guests, {RUNNING} running, embedded: `{' '.join(words)}`"
                yield against(
                    name,
                    budgets.FLEET,
                    *(lambda place=place, words=words: used([*place, *words]) for place in places),
                )
        finally:
            answer(places[1], "".join(f"destroy f{number}\n" for number in range(RUNNING)))


def redefine_embedded(bench: Bench) -> Iterator[Row]:
    """Chains of snapshots, embedded beside libvirtd."""
    if obstacle() is not None:
        return
    theirs = bench_redefine.Place("libvirtd", bench.daemon.uri, bench.folder / "redefine-libvirtd")
    root = f"qemu:///embed?root={bench.folder}/redefine"
    ours = bench_redefine.Place("embedded", root, bench.folder / "redefine-embedded")
    for times, how in ((1, "fresh"), (2, "over existing ones")):
        scripts = [place.lines(200, times=times) for place in (theirs, ours)]
        peer, own = [bench.virsh, *theirs.at], [bench.vsh, *ours.at]
        for command, script in ((peer, scripts[0]), (own, scripts[1])):
            answer(command, script)  # it complains where anything fails
        yield against(
            f"redefine of 200 snapshots, embedded, {how}",
            budgets.REDEFINE,
            lambda command=peer, script=scripts[0]: used(command, script),
            lambda command=own, script=scripts[1]: used(command, script),
        )
