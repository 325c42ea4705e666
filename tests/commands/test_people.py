"""What people ask of a domain: its facts in groups, rates of its counters, parts of its document,
since when it runs; columns and short names of hosts of their own."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.commands.monitor._rates import _gained, _per_second, counts
from vsh.drivers import processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result
    from private_libvirtd import PrivateLibvirtd
    from tiny_guest import TinyGuest

    Run = Callable[..., Result]

TEST = ("-c", "test:///default")
PEOPLE = ("--format", "table", *TEST)


# -- dominfo ---------------------------------------------------------------------------------------


def test_dominfo_stands_in_groups(run: Run) -> None:
    lines = run(*PEOPLE, "snapshot-create-as test s; dominfo test").out.splitlines()
    heads = [line for line in lines if line[:1] not in ("", " ")][1:]
    assert heads == ["Identity", "State", "CPU", "Memory", "Devices", "Snapshots", "More"]
    assert lines[lines.index("Memory") + 1].split() == ["Max", "memory", "8", "GiB"]
    assert " Disks           vda  /guest/diskimage1" in lines
    assert " Interfaces      aa:bb:cc:dd:ee:ff  default  192.168.122.3" in lines
    assert " Snapshots       1" in lines


def test_dominfo_full_says_all_to_people_and_programs(run: Run) -> None:
    shown = run(*PEOPLE, "snapshot-create-as test s; dominfo test --full").out
    assert "vda  /guest/diskimage1  virtio  disk  1 TiB (1 TiB used)" in shown
    assert " Current         s" in shown
    assert "\n Other           memballoon  virtio" in shown
    data = json.loads(run("-o", "json", *TEST, "dominfo test --full").out)
    assert data["disks"][0]["target"] == "vda"
    assert data["interfaces"][0]["addresses"] == ["192.168.122.3"]
    assert (data["arch"], data["boot"], data["snapshots"]) == ("i686", ["hd"], 0)
    plain = run(*TEST, "dominfo test --full").out
    assert "Boot order:     hd\n" in plain
    assert run(*TEST, "dominfo test --full", program="virsh").status == 1


def test_facts_under_columns_have_no_headings(run: Run) -> None:
    assert run(*PEOPLE, "dominfo", "test", "--columns", "name,state").out == (
        " Name   test\n State  ● running\n"
    )


# -- domstats --diff -------------------------------------------------------------------------------


def test_only_what_grows_is_a_rate() -> None:
    growing = ("cpu.time", "vcpu.0.delay", "block.1.rd.bytes", "net.0.tx.pkts", "perf.cmt")
    assert all(map(counts, (*growing, "balloon.major_fault", "vcpu.0.exits.sum")))
    still = ("state.state", "balloon.current", "block.0.capacity", "vcpu.0.state", "vcpu.current")
    assert not any(map(counts, (*still, "dirtyrate.calc_start_time", "iothread.1.poll-max-ns")))


def test_a_rate_is_what_was_gained_in_a_second() -> None:
    before = {"net.0.name": "vnet0", "net.0.rx.bytes": 100, "net.0.tx.bytes": 500, "cpu.time": 5}
    after = before | {"net.0.rx.bytes": 2148, "net.0.tx.bytes": 9, "cpu.time": 10**9 + 5}
    gained = _gained(before, after, 2.0)
    assert gained == {"net.0.name": "vnet0", "net.0.rx.bytes": 1024.0, "cpu.time": 5e8}
    assert _per_second("net", "rx.bytes", 1024.0) == "1 KiB/s"
    assert _per_second("cpu", "time", 5e8) == "50%"
    assert _per_second("net", "rx.pkts", 2.5) == "2.5/s"
    assert _per_second("balloon", "swap_in", 2.0) == "2 KiB/s"


def test_nothing_that_counts_is_said(run: Run) -> None:
    assert run(*PEOPLE, "domstats --diff 1").out == "test: nothing is counted\n"


@pytest.mark.libvirtd
def test_rates_of_a_real_guest(
    run: Run, libvirtd: PrivateLibvirtd, tiny_guest: Callable[..., TinyGuest]
) -> None:
    tiny_guest(start=True)
    line = "domstats tiny --cpu-total --block --diff 1"
    (data,) = json.loads(run("-c", libvirtd.uri, "-o", "json", line).out)
    rates = {each["name"]: each["value"] for each in data["rates"]}
    assert 10**9 <= data["time_elapsed_ns"] < 20 * 10**9
    assert rates["block.0.rd.bytes"] == 0
    assert 0 <= rates["cpu.time"] < 20e9
    shown = run("-c", libvirtd.uri, "-o", "table", line).out
    assert "tiny: cpu\n" in shown
    assert "0 B/s" in shown


# -- since when ------------------------------------------------------------------------------------


@pytest.mark.libvirtd
def test_since_when_a_real_guest_runs_is_seen_on_this_machine(
    libvirtd: PrivateLibvirtd, tiny_guest: Callable[..., TinyGuest]
) -> None:
    begun = time.time()
    tiny_guest(start=True)
    tiny_guest("idle")
    with vsh.connect(libvirtd.uri) as connection:
        domains = [connection.domain("tiny"), connection.domain("idle")]
        running, idle = connection.driver.started(domains)
        assert running is not None
        assert begun - 2 <= running <= time.time() + 2
        assert idle is None
        connection.driver.on_this_host = False
        assert connection.driver.started(domains) == [None, None]


def test_other_processes_are_no_guests() -> None:
    assert processes.started(["00000000-0000-4000-8000-000000000000"]) == {}
    assert processes.started([]) == {}


def test_the_test_driver_knows_since_when() -> None:
    with vsh.connect("test:///default") as connection:
        domain = connection.domain("test")
        (first,) = connection.driver.started([domain])
        assert first is not None
        domain.destroy()
        assert connection.driver.started([domain]) == [None]
        domain.create()
        (second,) = connection.driver.started([domain])
        assert second is not None
        assert second >= first


# -- parts of documents ----------------------------------------------------------------------------


def test_a_section_of_a_document_with_the_numbers_of_its_lines(run: Run) -> None:
    whole = run(*TEST, "dumpxml test --lines").out.rstrip("\n").split("\n")
    assert whole[0].startswith(" 1  <domain type='test'")
    assert whole[-1] == f"{len(whole)}  </domain>"
    part = run(*TEST, "dumpxml test --section devices/disk --lines").out.rstrip("\n").split("\n")
    for line in (part[1], part[2]):
        number, text = line.split(maxsplit=1)
        assert whole[int(number) - 1].split(maxsplit=1)[1] == text.replace('"', "'")
    assert run(*TEST, "dumpxml test --section disk").out == (
        "".join(line.partition("  ")[2] + "\n" for line in part) + "\n"
    )
    nodes = json.loads(run(*TEST, "-o", "json", "dumpxml test --section interface").out)["nodes"]
    assert len(nodes) == 1
    assert nodes[0].startswith('<interface type="network">')


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("dumpxml test --section devices/disc", "hint: did you mean 'devices/disk'?"),
        ("dumpxml test --section intrface", "hint: did you mean 'devices/interface'?"),
        ("net-dumpxml default --section disk", "hint: it has name, uuid, forward, bridge, ip"),
        ("dumpxml test --section disk --xpath //disk", "--xpath and --section are mutually"),
    ],
)
def test_a_section_that_is_not_there(run: Run, line: str, message: str) -> None:
    done = run(*PEOPLE, line)
    assert (done.status, done.out) == (1, "")
    assert message in done.err


# -- settings --------------------------------------------------------------------------------------


@pytest.fixture
def settings(clean_environment: dict[str, str]) -> Path:
    """The user's file of settings."""
    file = Path(clean_environment["XDG_CONFIG_HOME"]) / "vsh" / "config.toml"
    file.parent.mkdir(parents=True)
    return file


def test_the_columns_of_a_listing_are_the_users(run: Run, settings: Path) -> None:
    settings.write_text('columns.list = ["name", "memory", "uuid"]\ncolumns.net-list = "name"\n')
    shown = run(*PEOPLE, "list; net-list; list --columns id; list --wide").out.split("\n\n")
    assert shown[0].splitlines()[0].split() == ["Name", "Memory", "UUID"]
    assert shown[1].splitlines() == [" Name", " default"]
    assert shown[2].splitlines() == [" Id", "  1"]
    assert shown[3].split()[:3] == ["Id", "Name", "State"]
    assert run(*TEST, "list").out.split()[:3] == ["Id", "Name", "State"]  # scripts see virsh's
    settings.write_text('columns.list = ["size"]\n')
    err = run(*PEOPLE, "list").err
    assert "columns.list: no column 'size' in this listing" in err
    settings.write_text("columns.list = [1]\n")
    assert "columns takes a table of lists of words" in run(*PEOPLE, "list").err


def test_hosts_have_short_names(run: Run, settings: Path) -> None:
    settings.write_text('[hosts]\nlab = "test:///default"\n')
    assert run("-c", "lab", "uri").out == "test:///default\n\n"
    assert run("-q", "connect lab; uri").out == "test:///default\n"
    done = run("-o", "table", "-c", "laab", "uri")
    assert done.err.endswith("hint: did you mean 'lab'?\n")
    done = run("-o", "table", "-c", "qmeu:///session", "uri")
    assert done.err.endswith("hint: did you mean 'qemu:///session'?\n")
    breaks = " \t\n\"'@><=;|&(:"
    typed = run("-q", "complete", "--shell", "bash", "--", "vsh -c la", breaks, "9", "80").out
    assert "lab" in typed.split()
    line = "vsh -c lab domstate t"
    assert "test" in run("-q", "complete", "--shell", "bash", "--", line, breaks, "9", "80").out
    done = run("-c", "lab", "uri", program="virsh")
    assert done.status == 1  # virsh has no such settings


def test_the_escape_character_is_a_setting(run: Run, settings: Path) -> None:
    settings.write_text('escape = "^x"\n')
    assert '"value": "^x"' in run("-o", "json", "set escape").out
    settings.write_text('escape = "ab"\n')
    done = run("set escape")
    assert done.status == 1
    assert f"{settings}: Invalid string 'ab' for escape sequence" in done.err


def test_tables_of_settings_are_chosen_by_entry(run: Run) -> None:
    line = "set hosts.x test:///default; set hosts.x; connect x; uri; set hosts.x ''; set hosts.x"
    assert run("-q", line).out.split() == ["test:///default", "test:///default", "-"]
    line = "set columns.list name,state; list --no-header; set columns x"
    done = run(*PEOPLE, line)
    assert done.out == " test   ● running\n"
    assert "hint: set columns.NAME VALUE" in done.err
    done = run(*PEOPLE, "set columns.lst name")
    assert done.status == 1
    assert "columns.lst: there is no command 'lst'" in done.err
    assert "did you mean 'list'?" in done.err
