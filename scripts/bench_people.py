"""What a person waits for: the prompt, help, completion."""

from __future__ import annotations

import math
import os
import pty
import select
import statistics
import time
from typing import TYPE_CHECKING

import budgets
from bench_table import RUNS, Row, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench_table import Bench


def prompt(bench: Bench) -> Iterator[Row]:
    """From the start of the process to the echo of the first key."""
    peer, own = (
        [_first_key([program, "-c", "test:///default"]) for _ in range(RUNS + 1)][1:]
        for program in (bench.virsh, bench.vsh)
    )
    figures = [1000 * (ours - theirs) for theirs, ours in zip(peer, own, strict=True)]
    times = [shown(statistics.median(each)) for each in (peer, own)]
    yield Row(
        "the prompt, to the first key: more than virsh", figures, budgets.PROMPT, " ms", *times
    )


def help_and_completion(bench: Bench) -> Iterator[Row]:
    """Help, and what the completion of a shell runs at each TAB: they have no budget."""
    for words in ("help", "help domstate"):
        yield bench.same(f"`{words}`", math.inf, words.split(), rounds=5, alike=False)
    words = ["-c", "test:///default", "complete", "--", "domst"]
    yield bench.same("completion of `domst`", math.inf, words, rounds=5)


def _first_key(command: Sequence[str]) -> float:
    begun = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.environ.update(TERM="xterm", LC_ALL="C.UTF-8")
        os.execv(command[0], command)
    seen = b""
    typed = False
    while b"z" not in seen.rpartition(b"# ")[2] or not typed:
        if not select.select([terminal], [], [], 20)[0]:
            raise RuntimeError(f"{command[0]}: no prompt: {seen[-200:]!r}")
        seen += os.read(terminal, 65536)
        if not typed and b"# " in seen:
            os.write(terminal, b"z")
            typed = True
    taken = time.perf_counter() - begun
    os.write(terminal, b"\x15quit\r")
    os.waitpid(process, 0)
    os.close(terminal)
    return taken
