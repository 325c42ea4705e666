"""The formats for programs: keys that say what they count, raw values, one value per command."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from vsh import lookup
from vsh.api import event as events
from vsh.api.domain import Domain
from vsh.api.event import by_word
from vsh.api.types import TypedParams
from vsh.cli.session import Session
from vsh.commands._waiting import follow
from vsh.commands.events._texts import FIELD_WORDS, domain_event_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"
POOL = "dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566"
VOLUME = {
    "name": "v1",
    "path": "/default-pool/v1",
    "type": "file",
    "capacity_bytes": 10485760,
    "allocation_bytes": 1048576,
    "key": "/default-pool/v1",
}
MADE = "vol-create-as default-pool v1 10M --allocation 1M"
WHOLE = {
    "list --all": [
        {
            "id": "1",
            "name": "test",
            "state": "running",
            "uuid": UUID,
            "persistent": True,
            "autostart": False,
            "title": None,
            "vcpus": 2,
            "memory_bytes": 2147483648,
            "max_memory_bytes": 8589934592,
        }
    ],
    "domstate test --reason": {"state": "running", "reason": "unknown"},
    "domblkinfo test --all": [
        {
            "target": "vda",
            "capacity_bytes": 1099506450432,
            "allocation_bytes": 1099511627776,
            "physical_bytes": 1099511627776,
        }
    ],
    "domiflist test": [
        {
            "interface": "testnet0",
            "type": "network",
            "source": "default",
            "model": None,
            "mac": "aa:bb:cc:dd:ee:ff",
        }
    ],
    "nodecpustats 0": {
        "user_ns": 9797400000,
        "kernel_ns": 34678723400000,
        "idle_ns": 87264900000,
        "iowait_ns": 763600000,
        "guest_ns": 1797400000,
    },
    "freecell --all": {
        "cells": [{"cell": 0, "free_bytes": 2097152}, {"cell": 1, "free_bytes": 4194304}],
        "free_bytes": 6291456,
    },
    "freepages 0 4": [{"cell": 0, "page_bytes": 4096, "free_pages": 7}],
    "net-info default": {
        "name": "default",
        "uuid": "dd8fe884-6c02-601e-7551-cca97df1c5df",
        "active": True,
        "persistent": True,
        "autostart": False,
        "bridge": "virbr0",
    },
    "pool-list --details": [
        {
            "name": "default-pool",
            "state": "running",
            "autostart": False,
            "persistent": True,
            "capacity_bytes": 107374182400,
            "allocation_bytes": 0,
            "available_bytes": 107374182400,
            "uuid": POOL,
            "active": True,
        }
    ],
    f"{MADE}; vol-list default-pool --details": [VOLUME],
    "nodedev-info computer": {
        "name": "computer",
        "parent": None,
        "active": True,
        "persistent": True,
        "autostart": None,
    },
    "net-autostart default": {
        "done": True,
        "message": "Network default marked as autostarted",
        "network": "default",
        "autostart": True,
    },
    "domid test": {"id": "1"},
    "emulatorpin test": {"affinity": [0, 1, 2, 3, 4, 5, 6, 7]},
    "vcpucount test": {
        "maximum_config": 2,
        "maximum_live": 2,
        "maximum_guest": None,
        "current_config": 2,
        "current_live": 2,
        "current_guest": None,
    },
    "memtune test": {
        "hard_limit_bytes": None,
        "soft_limit_bytes": None,
        "swap_hard_limit_bytes": None,
    },
    "numatune test": {"numa_mode": "strict", "numa_nodeset": None},
    "domiftune test testnet0": {
        "inbound_average_bytes_per_second": 0,
        "inbound_peak_bytes_per_second": 0,
        "inbound_burst_bytes": 0,
        "inbound_floor_bytes_per_second": 0,
        "outbound_average_bytes_per_second": 0,
        "outbound_peak_bytes_per_second": 0,
        "outbound_burst_bytes": 0,
    },
    "domfsinfo test": [
        {"mountpoint": "/", "name": "vda1", "type": "ext4", "targets": ["vda"]},
        {"mountpoint": "/boot", "name": "vda2", "type": "ext4", "targets": ["vda"]},
    ],
    "net-event --list": [{"event": "lifecycle"}, {"event": "metadata-change"}],
}
"""Each command's whole value; of several commands, that of the last."""
OTHERS = (
    "list --title",
    "dominfo test",
    "domblklist test --details",
    "domblklist test",
    "domblkinfo test vda",
    "domblkstat test vda",
    "domblkerror test",
    "domcontrol test",
    "domif-getlink test testnet0",
    "domifaddr test",
    "domifstat test testnet0",
    "blkdeviotune test vda",
    "blkiotune test",
    "cpu-stats test --total",
    "cpu-stats test --start 0",
    "domhostname test",
    "dommemstat test",
    "perf test",
    "schedinfo test",
    "vcpuinfo test",
    "vcpupin test",
    "domtime test",
    "hostname",
    "uri",
    "version --daemon",
    "nodeinfo",
    "nodecpumap",
    "nodecpustats --percent",
    "freecell",
    "freepages --all",
    "maxvcpus",
    "net-list --all --title",
    "iface-list --all",
    "nodedev-list --tree",
    "pool-list --all",
    "pool-info default-pool",
    f"{MADE}; vol-info v1 default-pool",
)
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z"
WORDS = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
SHOWN = re.compile(r"yes|no|enabled?|disabled?|-|N/A|[\d.]+ ?(%|s|ns|bytes|[KMGTPE]?i?B|MHz)")
SWITCHES = {"active", "autostart", "managed_save", "persistent", "security_enforcing"}


SAME_ROWS = (
    ("list --all", "list --all --name", "list --all --uuid", "list --all --title"),
    ("net-list", "net-list --name", "net-list --uuid", "net-list --title"),
    ("pool-list", "pool-list --name", "pool-list --uuid", "pool-list --details"),
    ("nodedev-list", "nodedev-list --tree"),
    (f"{MADE}; vol-list default-pool", f"{MADE}; vol-list default-pool --details"),
    (
        "snapshot-create-as test a; snapshot-create-as test b; snapshot-list test",
        "snapshot-create-as test a; snapshot-create-as test b; snapshot-list test --name",
        "snapshot-create-as test a; snapshot-create-as test b; snapshot-list test --tree",
        "snapshot-create-as test a; snapshot-create-as test b; snapshot-list test --parent",
        "snapshot-create-as test a; snapshot-create-as test b; snapshot-list test --parent --name",
    ),
    ("freecell", "freecell --all"),
    ("domblkinfo test vda", "domblkinfo test --all"),
)
"""Lines that tell programs the same keys: options are about what people see."""


@pytest.mark.parametrize("lines", SAME_ROWS, ids=lambda lines: lines[0].rpartition("; ")[2])
def test_one_shape_whatever_the_options(run: Callable[..., Any], lines: tuple[str, ...]) -> None:
    first, *others = (json.loads(told(run, line, "--format", "json")) for line in lines)
    for value in others:
        assert type(value) is type(first)
        for one, other in zip(value, first, strict=True):
            assert one == other or one.keys() == other.keys()


def told(run: Callable[..., Any], line: str, *options: str) -> str:
    """What the last command of a line prints."""
    before, _, _ = line.rpartition("; ")
    if before and "json" in options:  # a chain is one document
        done = run("-c", "test:///default", *options, line)
        assert (done.err, done.status) == ("", 0)
        return json.dumps(json.loads(done.out)[-1])
    outs = []
    for commands in (before, line) if before else (line,):
        done = run("-c", "test:///default", *options, commands)
        assert done.err == ""
        assert done.status == 0
        outs.append(done.out)
    return outs[-1].removeprefix(outs[0]) if before else outs[-1]


def pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Each key of a value, however deep, with what stands under it."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            for key, below in each.items():
                yield key, below
                yield from pairs(below)


@pytest.mark.parametrize("line", WHOLE)
def test_json(run: Callable[..., Any], line: str) -> None:
    assert json.loads(told(run, line, "--format", "json")) == WHOLE[line]


@pytest.mark.parametrize("line", WHOLE)
def test_yaml_has_the_same_values(run: Callable[..., Any], line: str) -> None:
    text = told(run, line, "--format", "yaml")
    assert text.startswith("---\n")
    assert yaml.safe_load(text) == WHOLE[line]


@pytest.mark.parametrize("line", WHOLE)
def test_csv_has_a_row_for_each(run: Callable[..., Any], line: str) -> None:
    value: Any = WHOLE[line]
    rows = value if isinstance(value, list) else [value]
    head, *lines = csv.reader(told(run, line, "--format", "csv").splitlines())
    assert head == list(rows[0])
    shown = [
        [
            ""
            if cell is None
            else json.dumps(cell)
            if isinstance(cell, (bool, list, dict))
            else str(cell)
            for cell in row.values()
        ]
        for row in rows
    ]
    assert lines == shown


@pytest.mark.parametrize("line", [*WHOLE, *OTHERS])
def test_values_are_raw(run: Callable[..., Any], line: str) -> None:
    found = list(pairs(json.loads(told(run, line, "--format", "json"))))
    assert found
    for key, value in found:
        assert WORDS.fullmatch(key), key
        if isinstance(value, str):
            assert not SHOWN.fullmatch(value), (key, value)
        if key in ("id", "uuid"):
            assert value is None or isinstance(value, str), key
        if key in SWITCHES:
            assert value is None or isinstance(value, bool), key
        if key.endswith(("_bytes", "_ns", "_seconds")):
            assert value is None or isinstance(value, int), key


def test_events_of_perf_are_switches(run: Callable[..., Any]) -> None:
    counted = json.loads(told(run, "perf test", "--format", "json"))
    assert {"event": "cpu_cycles", "enabled": False} in counted
    assert {row["enabled"] for row in counted} == {False}


def test_times_of_each_cpu_are_rows(run: Callable[..., Any]) -> None:
    line = "cpu-stats test"
    each = total = json.loads(told(run, line, "--format", "json"))
    assert [row["cpu"] for row in each["cpus"]] == list(range(len(each["cpus"])))
    times = sum(row["cpu_time_ns"] for row in each["cpus"])
    assert total["total"]["cpu_time_ns"] == times


def test_numbers_of_memory_and_disks_say_what_they_count(run: Callable[..., Any]) -> None:
    memory = json.loads(told(run, "dommemstat test", "--format", "json"))
    assert memory["actual_bytes"] == 2147483648
    assert memory["major_fault"] == 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", memory["last_update"])
    disk = json.loads(told(run, "domblkstat test vda", "--format", "json"))
    assert disk["target"] == "vda"
    assert isinstance(disk["read_bytes"], int)


DEFINE = "; ".join(
    f"vol-create-as default-pool {name} {size}"
    for name, size in (("v10", "3M"), ("v9", "1M"), ("v1", "2M"))
)


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["v1", "v9", "v10"]),
        ("-name", ["v10", "v9", "v1"]),
        ("capacity_bytes", ["v9", "v1", "v10"]),
    ],
)
def test_sort_and_columns(run: Callable[..., Any], sort: str, names: list[str]) -> None:
    line = f"{DEFINE}; vol-list default-pool --details"
    options = ("--columns", "capacity_bytes,name", "--sort", sort)
    rows = json.loads(told(run, line, "--format", "json", *options))
    assert [row["name"] for row in rows] == names
    assert list(rows[0]) == ["capacity_bytes", "name"]


def test_plain_takes_the_same_columns(run: Callable[..., Any]) -> None:
    options = ("--format", "plain", "--columns", "name,capacity_bytes")
    assert told(run, "pool-list --details", *options) == (
        " Name           Capacity\n----------------------------\n default-pool   100.00 GiB\n\n"
    )


def test_without_a_header(run: Callable[..., Any]) -> None:
    out = told(run, "list --all", "--format", "csv", "--no-header")
    assert out == f"1,test,running,{UUID},true,false,,2,2147483648,8589934592\n"


def test_a_column_that_there_is_not(run: Callable[..., Any]) -> None:
    done = run("-c", "test:///default", "--format", "json", "--columns", "capasity", "pool-list")
    assert done.status == 1
    error = json.loads(done.err)["error"]
    assert error["message"] == (
        "--columns: no column 'capasity' in this listing: did you mean 'capacity_bytes'?"
    )
    assert error["hint"] == (
        "the columns are name, active, autostart, state, persistent, capacity_bytes, "
        "allocation_bytes, available_bytes, uuid"
    )


def test_an_error_is_a_value(run: Callable[..., Any]) -> None:
    done = run("-c", "test:///default", "--format", "json", "net-dhcp-leases default")
    assert (done.status, done.out) == (1, "")
    error = json.loads(done.err)["error"]
    assert (error["code"], error["name"]) == (3, "NO_SUPPORT")
    assert error["message"] == "Failed to get leases info for default"


# ---------------------------------------------------------------------------------------- streams


class Watch:
    """A watch that ends after the given events, as if time were up."""

    def __init__(self, *coming: Any) -> None:
        self.coming = list(coming)

    def next(self, timeout: float | None) -> Any:
        return self.coming.pop(0) if self.coming else None

    def close(self) -> bool:
        return True


def happening(word: str, *values: Any) -> Any:
    return by_word("domain", word)(Domain(None, "web", UUID, 1), *values)


EVENTS = (
    (
        happening("lifecycle", 5, 1),
        {"event": "lifecycle", "domain": "web", "change": "stopped", "detail": "destroyed"},
    ),
    (
        happening("disk-change", "/a", None, "cd0", 1),
        {
            "event": "disk-change",
            "domain": "web",
            "old_source": "/a",
            "new_source": None,
            "alias": "cd0",
            "reason": "dropped",
        },
    ),
    (
        happening("balloon-change", 1024),
        {"event": "balloon-change", "domain": "web", "actual_bytes": 1048576},
    ),
    (
        happening("nic-mac-change", "net0", "52:54:00:00:00:01", "52:54:00:00:00:02"),
        {
            "event": "nic-mac-change",
            "domain": "web",
            "alias": "net0",
            "old_mac": "52:54:00:00:00:01",
            "new_mac": "52:54:00:00:00:02",
        },
    ),
    (
        happening(
            "graphics",
            2,
            events.Address(0, "h", "1"),
            events.Address(2, "", "/s"),
            "none",
            [events.Identity("user", "me")],
        ),
        {
            "event": "graphics",
            "domain": "web",
            "phase": "disconnect",
            "local": {"family": "IPv4", "node": "h", "service": "1"},
            "remote": {"family": "unix", "node": "", "service": "/s"},
            "auth_scheme": "none",
            "subject": [{"type": "user", "name": "me"}],
        },
    ),
    (
        happening("tunable", TypedParams().set("cputune.vcpupin0", "string", "0-1")),
        {
            "event": "tunable",
            "domain": "web",
            "params": [{"name": "cputune.vcpupin0", "value": "0-1"}],
        },
    ),
)


def stream(format: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    session = Session()
    coming: Any = Watch(*(event for event, _ in EVENTS))
    documents = follow(
        session,
        coming,
        domain_event_text,
        timeout=None,
        loop=True,
        timestamp=False,
        words=FIELD_WORDS,
    )
    lookup.module("vsh.output", format).render_all(documents, session.screen)
    out, err = capsys.readouterr()
    return out, err


def without_time(value: dict[str, Any]) -> dict[str, Any]:
    return {key: value[key] for key in value if key not in ("time", "sequence", "uuid")}


def test_a_stream_of_json_has_a_line_for_each_event(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = stream("json", capsys)
    values = [json.loads(line) for line in out.splitlines()]
    assert [without_time(value) for value in values] == [data for _, data in EVENTS]
    assert [value["sequence"] for value in values] == list(range(1, len(EVENTS) + 1))
    assert {value["uuid"] for value in values} == {UUID}
    assert all(re.fullmatch(TIME, value["time"]) for value in values)
    ended = [json.loads(line) for line in err.splitlines()]
    assert ended == [{"outcome": "timed out"}, {"count": len(EVENTS)}]


def test_a_stream_of_yaml_has_a_document_for_each_event(capsys: pytest.CaptureFixture[str]) -> None:
    values = list(yaml.safe_load_all(stream("yaml", capsys)[0]))
    assert [without_time(value) for value in values] == [data for _, data in EVENTS]


def test_a_stream_of_csv_says_its_keys_when_they_change(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.reader(stream("csv", capsys)[0].splitlines()))
    assert rows[0] == ["sequence", "event", "time", "uuid", "domain", "change", "detail"]
    assert rows[1][:2] == ["1", "lifecycle"]
    assert rows[2][:5] == ["sequence", "event", "time", "uuid", "domain"]
    assert rows[3][1] == "disk-change"


def test_a_wait_in_which_nothing_happens(run: Callable[..., Any]) -> None:
    line = "event --event lifecycle --loop --timeout 1"
    done = run("-c", "test:///default", "--format", "json", line)
    assert done.status == 1
    assert done.out == ""
    assert [json.loads(each) for each in done.err.splitlines()] == [
        {"outcome": "timed out"},
        {"count": 0},
    ]


def test_statistics_are_in_the_words_of_all_data(run: Callable[..., Any]) -> None:
    for format, parse in (("json", json.loads), ("yaml", yaml.safe_load)):
        out = run("-c", "test:///default", "--format", format, "domstats --state").out
        named = {"name": "test", "uuid": UUID}
        assert parse(out) == [{**named, "state": "running", "reason": "unknown"}]
        out = run("-c", "test:///default", "--format", format, "domstats --state --raw").out
        assert parse(out) == [{**named, "raw": {"state.state": 1, "state.reason": 0}}]


@pytest.mark.parametrize("line", ["domif-getlink test", "capabilities --xpath"])
def test_bytes_that_are_no_utf8_name_nothing(run: Callable[..., Any], line: str) -> None:
    status, out, err = run("-q", "-c", "test:///default", *line.split(), "\udcff")
    assert (status, out) == (1, "")
    assert "internal error" not in err
