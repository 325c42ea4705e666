"""The table of the benchmarks: what counts as missed, and that it can be made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import bench  # noqa: E402 - the scripts are no package
import bench_all  # noqa: E402
import bench_table  # noqa: E402


@pytest.mark.parametrize(
    ("figures", "missed"),
    [([0.9, 0.95, 0.8], False), ([1.3, 1.2, 0.99], False), ([1.01, 1.3, 1.2], True)],
)
def test_a_budget_is_missed_where_every_run_is_over_it(figures: list[float], missed: bool) -> None:
    row = bench_table.Row("x", figures, 1.0, "x")
    assert row.missed is missed
    assert row.cells()[-1] == ("**1x: missed**" if missed else "1x")


def test_a_row_against_a_peer() -> None:
    """Ratios of medians, one for each run, and of processor time."""
    times = iter([bench.Used(9, 9)] + [bench.Used(wall, 1) for wall in (1, 2, 4)])
    row = bench_table.against("x", 2.0, lambda: bench.Used(2, 2), lambda: next(times))
    assert row.figures == [0.5, 1.0, 2.0]
    assert row.cpu == 0.5
    assert row.cells() == ["x", "2.00 s", "2.00 s", "1.00x (0.50-2.00)", "0.50x", "2x"]


def test_a_command_that_fails_is_no_time() -> None:
    with pytest.raises(RuntimeError, match="no-such-file"):
        bench.used(["/bin/cat", "/no-such-file"])
    with pytest.raises(RuntimeError):
        bench.agree(["/bin/echo", "a"], ["/bin/echo", "b"])


def test_every_detail_has_a_script() -> None:
    done = subprocess.run(
        [str(ROOT / "scripts/bench"), "all", "nothing"], capture_output=True, text=True
    )
    assert done.returncode == 1
    subjects = ", ".join(each.__name__ for each in bench_all.SUBJECTS)
    assert done.stderr.endswith(f"one of: {subjects}\n")


def test_the_page_is_what_the_table_writes() -> None:
    """docs/performance.md has the table's columns and nothing that was written by hand."""
    lines = bench_all.PAGE.read_text().splitlines()
    head = bench_all.HEAD.partition("{missed}")[0]
    assert "\n".join(lines).startswith(head)
    rows = [line for line in lines if line.startswith("|")]
    assert rows[0] == bench_table.head()[0]
    assert all(row.count("|") == rows[0].count("|") for row in rows)
    assert lines[lines.index(rows[0]) + len(rows) :] == []


def test_some_rows_of_the_page_are_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others stay; what is over its budget is explained where there is an explanation."""
    monkeypatch.setattr(bench_all, "PAGE", tmp_path / "page.md")
    slow = "vshd: `info()` by libvirt-python, 1 at a time"
    rows = [bench_table.Row(slow, [0.7] * 3, 0.5, "x"), bench_table.Row("b", [1.0] * 3, 2.0, "x")]
    text = bench_all.page(rows, "a machine, load 1.0, 2.0, 3.0", [])
    assert f"- {slow}: of a call's time most" in text
    bench_all.PAGE.write_text(text)
    again = bench_all.page([bench_table.Row(slow, [0.4] * 3, 0.5, "x")], "", ["daemon"])
    assert "Why budgets" not in again
    assert "Measured with: a machine, load 1.0, 2.0, 3.0; daemon again: load " in " ".join(
        again.split()
    )
    before, after = (
        [each for each in page.splitlines() if each[:1] == "|"] for page in (text, again)
    )
    assert (after[:2], after[3]) == (before[:2], before[3])
    assert after[2] == f"| {slow} |  |  | 0.40x (0.40-0.40) |  | 0.5x |"
