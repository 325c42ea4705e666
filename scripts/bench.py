"""What the benchmarks share: a plain installation, interleaved timing, and the Markdown table.

A ratio is of medians of runs that took turns on the same machine in the same minute (A B A B ...),
so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/support"))  # what starts daemons and guests
ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb"}


def installed() -> Path:
    """The program of a plain installation: ``python3 -m venv``, ``pip install .``, nothing else.

    Of the system's own Python where there is one, with the pip that comes with it, and whatever
    that puts beside the package: a user has the same.  It has been started once, as on any second
    day.
    """
    system = Path("/usr/bin/python3")
    python = system if system.exists() else Path(sys.executable)
    folder = ROOT / "build" / "plain"
    own = folder / "bin" / "python"
    if not own.exists():
        subprocess.run([str(python), "-m", "venv", str(folder)], check=True)
        pip(own, "install", str(ROOT))
    pip(own, "install", "--force-reinstall", "--no-deps", str(ROOT))
    return folder / "bin" / "vsh"


def pip(python: Path, *words: str) -> None:
    command = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *words], check=True, stderr=subprocess.DEVNULL)


class Used(NamedTuple):
    """What a process has used, in seconds: of the clock, and of a processor."""

    wall: float
    cpu: float


def timed(command: Sequence[str], given: str | None = None) -> float:
    """Seconds that a command takes, as a whole process.  Raises if it fails."""
    return used(command, given).wall


def used(command: Sequence[str], given: str | None = None) -> Used:
    """What a command uses, as a whole process.  Raises if it fails."""
    with tempfile.TemporaryFile("w+") as source, tempfile.TemporaryFile() as sink:
        source.write(given or "")
        source.seek(0)
        with tempfile.TemporaryDirectory() as home:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            begun = time.perf_counter()
            done = subprocess.run(
                command, stdin=source, stdout=sink, stderr=subprocess.PIPE, env=environment(home)
            )
            taken = time.perf_counter() - begun
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Used(taken, cpu)


def answer(command: Sequence[str], given: str | None = None) -> str:
    """What a command says, without echoed prompts.  Raises if it fails or complains."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            command, input=given or "", capture_output=True, text=True, env=environment(home)
        )
    if done.returncode != 0 or done.stderr:
        raise RuntimeError(f"{' '.join(command)}: status {done.returncode}: {done.stderr[:500]}")
    lines = done.stdout.splitlines()
    return "\n".join(line for line in lines if not line.startswith("virsh # ")).strip()


def agree(one: Sequence[str], other: Sequence[str], given: str | None = None) -> None:
    """Raise unless both do the same job: a quick failure is not a good time.

    A script on standard input ends with status 0 whatever its commands did, so status says nothing.
    """
    first, second = answer(one, given), answer(other, given)
    if first != second:
        raise RuntimeError(f"{' '.join(other)}: {second[:300]!r}, not {first[:300]!r}")


def environment(home: str) -> dict[str, str]:
    return ENVIRONMENT | {"HOME": home, "XDG_CACHE_HOME": home, "XDG_RUNTIME_DIR": home}


def taking_turns(rounds: int, *actions: Callable[[], float]) -> list[list[float]]:
    """The times of each action, run in turn; a first round warms up and is not counted."""
    times: list[list[float]] = [[] for _ in actions]
    for turn in range(rounds + 1):
        for taken, action in zip(times, actions, strict=True):
            seconds = action()
            if turn:
                taken.append(seconds)
    return times


def spread(times: list[float]) -> str:
    """Median and range: "21.3 ms (20.1-25.0)"."""
    middle = statistics.median(times)
    unit, factor = ("s", 1.0) if middle >= 1 else ("ms", 1000.0)
    low, high = min(times) * factor, max(times) * factor
    return f"{middle * factor:.3g} {unit} ({low:.3g}-{high:.3g})"


def ratio(times: list[float], reference: list[float]) -> float:
    return statistics.median(times) / statistics.median(reference)


class Report:
    """A Markdown table, printed row by row; ``missed`` counts the rows over their budget."""

    def __init__(self, *columns: str) -> None:
        self.missed = 0
        self.row(*columns)
        self.row(*("---" for _ in columns))

    def row(self, *cells: str) -> None:
        print("| " + " | ".join(cells) + " |", flush=True)

    def verdict(self, value: float, budget: float, form: str = "{:.2f}x") -> str:
        """The value beside its budget, marked where it is over."""
        self.missed += value > budget
        text = f"{form.format(value)} (budget {form.format(budget)})"
        return text if value <= budget else f"**{text}**"


def pairs(program: Path, virsh: str, *words: str) -> Iterator[list[str]]:
    """The same command line for virsh and for vsh."""
    for one in (virsh, str(program)):
        yield [one, *words]


def finish(report: Report) -> None:
    if report.missed:
        print(f"{report.missed} over budget", file=sys.stderr)
    sys.exit(1 if report.missed else 0)
