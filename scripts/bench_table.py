"""One row of the table of all budgets, and what the subjects that make rows share."""

from __future__ import annotations

import math
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench import Used, agree, used
from private_libvirtd import PrivateLibvirtd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import ExitStack

RUNS = 3


class Row(NamedTuple):
    """One line of the table.

    figures  of the three runs, as the budget has them: ratios, seconds, calls
    budget   the most that is allowed, and its unit ("x", " s", " ms", " calls")
    peer     what the other took, in words; "" where there is none
    own      what vsh took, in words
    cpu      the ratio of processor time, where there is a peer
    medians  of the peer's times and of vsh's, in seconds, where there is a peer
    """

    name: str
    figures: list[float]
    budget: float
    unit: str
    peer: str = ""
    own: str = ""
    cpu: float | None = None
    medians: tuple[float, ...] = ()

    @property
    def missed(self) -> bool:
        """Whether it is over its budget in every run."""
        return min(self.figures) > self.budget

    def cells(self) -> list[str]:
        middle = statistics.median(self.figures)
        low, high = min(self.figures), max(self.figures)
        figure = f"{middle:.2f}{self.unit} ({low:.2f}-{high:.2f})"
        cpu = "" if self.cpu is None else f"{self.cpu:.2f}x"
        limit = "" if math.isinf(self.budget) else f"{self.budget:g}{self.unit}"
        return [
            self.name,
            self.peer,
            self.own,
            f"**{figure}**" if self.missed else figure,
            cpu,
            f"**{limit}: missed**" if self.missed else limit,
        ]


COLUMNS = ("what", "peer", "vsh", "vsh / peer (three runs)", "of CPU time", "at most")


def show(rows: Iterable[Row]) -> list[Row]:
    """Print a table, row by row as they come; gives the rows that are over their budget."""
    missed = []
    print("\n".join(head()), flush=True)
    for row in rows:
        print(line(row.cells()), flush=True)
        if row.missed:
            missed.append(row)
    return missed


def head() -> list[str]:
    """The first lines of the table."""
    return [line(COLUMNS), line(["---"] * len(COLUMNS))]


def shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def against(
    name: str, budget: float, peer: Callable[[], Used], own: Callable[[], Used], rounds: int = 1
) -> Row:
    """A row of ratios to a peer."""
    peer(), own()
    runs = [[(peer(), own()) for _ in range(rounds)] for _ in range(RUNS)]

    def middle(runs: list[list[tuple[Used, Used]]], side: int, what: str) -> float:
        return statistics.median(getattr(pair[side], what) for run in runs for pair in run)

    figures = [middle([run], 1, "wall") / middle([run], 0, "wall") for run in runs]
    cpu = middle(runs, 1, "cpu") / max(middle(runs, 0, "cpu"), 0.0001)
    times = (middle(runs, 0, "wall"), middle(runs, 1, "wall"))
    return Row(name, figures, budget, "x", *map(shown, times), cpu, times)


class Bench:
    """What the rows share: the two programs, a folder, a daemon that is started when needed."""

    def __init__(self, virsh: str, vsh: str, stack: ExitStack) -> None:
        self.virsh = virsh
        self.vsh = vsh
        self.stack = stack
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self._daemon: PrivateLibvirtd | None = None

    @property
    def daemon(self) -> PrivateLibvirtd:
        if self._daemon is None:
            self._daemon = self.stack.enter_context(PrivateLibvirtd())
        return self._daemon

    def same(
        self,
        name: str,
        budget: float,
        words: Sequence[str],
        given: str | None = None,
        rounds: int = 1,
        *,
        own: Sequence[str] = (),
        alike: bool = True,
    ) -> Row:
        """The same command line for both; ``own`` are options that only vsh has."""
        one, other = [self.virsh, *words], [self.vsh, *own, *words]
        if alike and not own:
            agree(one, other, given)
        return against(
            name, budget, lambda: used(one, given), lambda: used(other, given), rounds=rounds
        )


def line(cells: Sequence[str]) -> str:
    """A line of Markdown."""
    return "| " + " | ".join(cells) + " |"
