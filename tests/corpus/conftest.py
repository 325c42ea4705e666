"""Where the recorded corpus is, and the table of counts at the end of the run.

The corpus is what virsh and libvirt really do, recorded; it is not part of the project and stands
beside the checkout where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"


@dataclass
class Counts:
    """What the run found, a row for each group of transcripts or family of documents."""

    rows: list[tuple[str, int, int, int | None]] = field(default_factory=list)

    def note(self, name: str, passed: int, total: int, floor: int | None = None) -> None:
        self.rows.append((name, passed, total, floor))


COUNTS = pytest.StashKey[Counts]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[COUNTS] = Counts()


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Counts:
    return request.config.stash[COUNTS]


@pytest.fixture(scope="session")
def corpus() -> Path:
    if not CORPUS.is_dir():
        pytest.skip(f"no recorded corpus at {CORPUS}")
    return CORPUS


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    rows = config.stash[COUNTS].rows
    if not rows:
        return
    terminalreporter.section("corpus")
    for name, passed, total, floor in rows:
        share = f"{100 * passed / total:6.1f} %" if total else "      -"
        kept = "" if floor is None else f"   floor {floor}"
        terminalreporter.line(f"{name:28} {passed:5} / {total:5} {share}{kept}")
