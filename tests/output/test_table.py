"""The table format on real terminals: widths, colours, grounds, locales; units and signs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vsh.output.paint import Paint
from vsh.output.units import duration, human, size
from vsh.output.xml_colours import coloured

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal import Terminal

    Start = Callable[..., Terminal]

WORLD = f"test://{Path(__file__).parent.parent}/examples/world.xml"
PLAIN = {"PAGER": "cat"}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (1536 * 1024, "1.5 MiB"),
        (8 << 30, "8 GiB"),
        (150 << 40, "150 TiB"),
        (2**64 - 1, "16 EiB"),
    ],
)
def test_sizes(number: int, text: str) -> None:
    assert size(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (4.56, "4.6 s"),
        (61, "1 min"),
        (3600 * 3 + 120, "3 h 2 min"),
        (3600 * 7, "7 h"),
        (86400 + 3600 * 4, "1 d 4 h"),
        (86400 * 12, "12 d"),
    ],
)
def test_times(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_units_come_with_the_key() -> None:
    assert human("max_memory_bytes", 8 << 30, "8388608 KiB") == "8 GiB"
    assert human("capacity", 1 << 30, "1.00 GiB") == "1 GiB"
    assert human("cpus", 8, "8") == "8"
    assert human("state", "running", "running") == "running"
    assert human("idle", None, "-nan%") == "-"


def test_raw_values_stay_raw(run: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = run("-o", "json", "-c", WORLD, "dominfo", "web1")
    data = json.loads(out)
    assert data["name"] == "web1"
    assert "GiB" not in out


def test_a_listing_says_what_people_ask(terminal: Start) -> None:
    screen = terminal("-c", WORLD, "list --all", columns=100, env=PLAIN)
    assert screen.ended() == 0
    heads = ["Id", "Name", "State", "vCPU", "Memory", "CPU", "IP", "Snap", "Up"]
    assert screen.screen[0].split() == heads
    assert re.fullmatch(
        r"  1   web1   ● running       2    4 GiB     -   192\.168\.122\.\d+ +0 +\d+ s",
        screen.screen[1],
    )
    assert screen.screen[2].startswith("  -   db1    ○ shut off      2    8 GiB     -   - ")
    assert screen.screen[3].startswith("2 domains: 1 running, 1 off · 4 GiB of ")
    assert screen.look("● running")[0] == "green"


@pytest.mark.parametrize("columns", [30, 44, 60, 80, 200])
def test_names_are_never_cut_or_folded(terminal: Start, tmp_path: Path, columns: int) -> None:
    name = "a-rather-long-name-that-nobody-may-cut-in-two"
    (tmp_path / "d.xml").write_text(
        f"<domain type='test'><name>{name}</name><memory>9</memory>"
        "<os><type>hvm</type></os></domain>"
    )
    line = "define d.xml; list --all; net-list"
    screen = terminal("-q", "-c", WORLD, line, columns=columns, rows=60, env=PLAIN)
    assert screen.ended() == 0
    assert name in screen.raw.split("domains:")[0]
    if columns >= 60:
        row = next(row for row in screen.screen if name in row)
        assert len(row) <= columns
    if columns < 80:
        assert "hidden" in screen.text
    assert any(row.startswith(" default") for row in screen.screen)


def test_keys_of_json_may_be_columns_too(run: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = run("-c", "test:///default", "list", "--columns", "name,uuid", "--no-header")
    assert out == " test   6695eb01-f6a4-8304-79aa-97f2502e193f\n\n"
    _, out, _ = run("-c", "test:///default", "list", "--columns", "+uuid")
    assert out.splitlines()[0].split() == ["Id", "Name", "State", "UUID"]
    status, _, err = run("-c", "test:///default", "list", "--columns", "nope")
    assert (status, "no column 'nope'" in err) == (1, True)


def test_documents_stand_apart_and_titles_to_the_left(terminal: Start) -> None:
    line = "snapshot-create-as web1 s; snapshot-list web1; nodeinfo"
    screen = terminal("-c", WORLD, line, columns=80, env=PLAIN)
    assert screen.ended() == 0
    rows = screen.screen
    title = rows.index("Snapshots of web1")
    assert rows[title + 1].startswith(" Name ")
    assert rows[title + 3] == ""
    assert rows[title + 4].startswith(" CPU model")


def test_a_tree_has_ages_states_and_where_it_stands(terminal: Start) -> None:
    line = "snapshot-create-as web1 a; snapshot-create-as web1 b; snapshot-list web1 --tree"
    screen = terminal("-c", WORLD, line, env=PLAIN)
    assert screen.ended() == 0
    assert re.search(
        r"\na  running · int · \d+ s ago\n└── b  running · int · \d+ s ago   ← current", screen.text
    )


def test_the_flat_list_of_snapshots_has_the_same_marks(terminal: Start) -> None:
    line = "snapshot-create-as web1 a 'before it'; snapshot-create-as web1 b; snapshot-list web1"
    screen = terminal("-c", WORLD, line, env=PLAIN, columns=100)
    assert screen.ended() == 0
    heads = screen.screen[3].split()
    assert heads == ["Name", "State", "Kind", "Created", "Description"]
    row = r" a      ● running   int    \d{4}-\d\d-\d\d \d\d:\d\d  \d+ s ago   before it"
    assert re.fullmatch(row, screen.screen[4])
    assert re.fullmatch(r" b .* \d+ s ago   -             ← current", screen.screen[5])


@pytest.mark.parametrize("variable", ["LC_ALL", "NO_COLOR"])
def test_signs_and_colours_only_where_they_can_be_seen(terminal: Start, variable: str) -> None:
    value = {"LC_ALL": "C", "NO_COLOR": "1"}[variable]
    screen = terminal("-c", WORLD, "list", env={**PLAIN, variable: value})
    assert screen.ended() == 0
    if variable == "LC_ALL":
        assert "●" not in screen.text
        assert re.search(r"web1 +running", screen.text)
    else:
        assert "\x1b[" not in screen.raw


def test_names_are_letters_whatever_the_locale(terminal: Start) -> None:
    line = "snapshot-create-as web1 café; snapshot-list web1; snapshot-list web1 --tree; list --all"
    screen = terminal("-c", WORLD, line, env={**PLAIN, "LC_ALL": "C"}, columns=100)
    assert screen.ended() == 0
    assert screen.text.count("café") == 3
    assert screen.text.count("<- current") == 2
    assert "\\xff" not in screen.text
    assert "2 domains: 1 running, 1 off - 4 GiB of " in screen.text


def test_xml_is_readable_on_any_ground(terminal: Start) -> None:
    """Text has the terminal's own colour; nothing is white, black or from beyond the palette."""
    screen = terminal("-c", WORLD, "dumpxml web1", rows=120, columns=100, env=PLAIN)
    assert screen.ended() == 0
    for text in ("web1<", "6695eb01-f6a4", "hvm<"):
        assert screen.look(text) == ("default", "default")
    assert screen.look("'qcow2'") == ("green", "default")
    assert set(re.findall(r"\x1b\[([0-9;]*)m", screen.raw)) <= {"1", "0", "32", "36", "2"}


def test_colours_are_around_the_text_and_never_in_it() -> None:
    document = (
        "<?xml version='1.0'?>\n<!-- a > b -->\n<a b='1 > 2' c=\"x\">t &lt; <d/>\n"
        "<e\n f='2'/><![CDATA[<x>]]></a>\n<unfinished attr='"
    )
    painted = coloured(document, Paint(on=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == document
    assert coloured(document, Paint(on=False)) == document
    assert coloured(document, Paint(on=True), "none") == document


def test_errors_can_be_copied(terminal: Start) -> None:
    """A long error has no line breaks of ours: the terminal wraps it, and a copy is one line."""
    name = "x" * 70
    screen = terminal("-c", WORLD, f"domstate {name}", columns=40, env=PLAIN)
    assert screen.ended() == 1
    assert f"failed to get domain '{name}'\r\n" in screen.raw


def test_a_lost_connection_is_good_news_when_it_is_back(terminal: Start, libvirtd: object) -> None:
    screen = terminal("-c", libvirtd.uri, columns=150)  # type: ignore[attr-defined]
    screen.until(lambda t: t.line.endswith("# "), "a prompt")
    libvirtd.kill()  # type: ignore[attr-defined]
    libvirtd.start()  # type: ignore[attr-defined]
    screen.enter("uri").wait("note: reconnected to qemu")
    assert "error: Reconnected" not in screen.text


def test_settings_with_their_sources(terminal: Start, tmp_path: Path) -> None:
    home = tmp_path / "config"
    (home / "vsh").mkdir(parents=True)
    (home / "vsh" / "config.toml").write_text(
        'prompt = "{driver}> "\n[aliases]\nst = "domstate {1}"\n'
    )
    screen = terminal("-c", WORLD, columns=180, env={"XDG_CONFIG_HOME": str(home)})
    screen.prompt("test> ").enter("st web1").wait("\nrunning").prompt("test> ")
    screen.enter("set format json").prompt("test> ").enter("set format").wait('"chosen_by": "set"')
    screen.prompt("test> ").enter("set format table").prompt("test> ").enter("set toolbar maybe")
    screen.wait("toolbar takes true or false, not 'maybe'").prompt("test> ")
    screen.enter("set promt x").wait("did you mean 'prompt'?").prompt("test> ").enter("set")
    assert re.search(r"prompt +\{driver\}> +/.*config\.toml", screen.prompt("test> ").text)


def test_statistics_are_a_table_for_each_group(run: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = run("-o", "table", "-c", WORLD, "domstats", "web1", "--iothread")
    assert "web1: iothread" in out
    assert re.search(r"N +poll-max-ns +poll-grow", out)
    _, raw, _ = run("-o", "table", "-c", WORLD, "domstats", "web1", "--iothread", "--raw")
    assert "iothread.count=1" in raw
