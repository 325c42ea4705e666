"""Flags and enumerations have libvirt's values."""

from __future__ import annotations

import json
import pickle
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from vsh import lookup
from vsh.api.event import EVENTS
from vsh.errors import NUMBERS
from vsh.words import Flags
from vsh.words.domain.state import DomainState
from vsh.words.snapshot import SnapshotCreate

FOLDER = Path(__file__).parents[2].parent / "shared" / "protocol"
# Kept in errors.py, or without a use: aliases of virTypedParameterType, one reason of nothing.
ELSEWHERE = {
    "virErrorLevel",
    "virErrorDomain",
    "virErrorNumber",
    "virClientTransport",
    "virTypedParameterFlags",
    "virSchedParameterType",
    "virBlkioParameterType",
    "virMemoryParameterType",
    "virDomainPMSuspendedDiskReason",
}
FAMILIES = {
    "virDomainEventID": "domain",
    "virNetworkEventID": "network",
    "virStoragePoolEventID": "pool",
    "virNodeDeviceEventID": "node_device",
    "virSecretEventID": "secret",
}

present = pytest.mark.skipif(
    not FOLDER.exists(), reason="no ../shared/protocol beside the checkout"
)


def theirs() -> dict[str, dict[str, int]]:
    """libvirt's enumerations: what 9.0.0 has and what is newer."""
    found: dict[str, dict[str, int]] = {}
    for file in ("constants.json", "constants-newer.json"):
        for enum, members in json.loads((FOLDER / file).read_text())["enums"].items():
            found.setdefault(enum, {}).update(members)
    return found


def classes() -> list[Any]:
    found = []
    for package in ("vsh.words", "vsh.words.domain"):
        for name in ("__init__", *lookup.names(package)):
            module = import_module(f"{package}.{name.replace('-', '_')}".removesuffix(".__init__"))
            found += [
                value
                for value in vars(module).values()
                if isinstance(value, type) and value.__module__ == module.__name__
            ]
    return [cls for cls in found if cls.__module__ != "vsh.words"]


def ours() -> dict[str, int]:
    return {
        cls.prefix + name: getattr(cls, name)
        for cls in classes()
        for name in getattr(cls, "declared", ())
    }


@present
def test_every_constant_is_there_with_its_value() -> None:
    found = ours()
    for enum, members in theirs().items():
        if enum in ELSEWHERE or enum in FAMILIES:
            continue
        for name, value in members.items():
            if name.endswith(("_LAST", "_STAT_NR")) and not name.endswith("_ADD_LAST"):
                continue
            assert found.get(name) == value, (enum, name)


@present
def test_event_ids() -> None:
    enums = theirs()
    for enum, family in FAMILIES.items():
        ids = {event.id: event.word for event in EVENTS if event.family == family}
        for name, value in enums[enum].items():
            if not name.endswith("_LAST"):
                word = name.partition("_EVENT_ID_")[2].lower().replace("_", "-")
                assert ids[value].replace("pm-", "pm") == word, name


@present
def test_error_numbers() -> None:
    for name, number in theirs()["virErrorNumber"].items():
        if number and not name.endswith("_LAST"):
            assert NUMBERS[number][0] == name.removeprefix("VIR_ERR_").removeprefix("VIR_")


def test_every_class_says_what_it_is() -> None:
    assert len(classes()) > 140
    for cls in classes():
        assert cls.__doc__, cls
        assert cls.prefix.startswith("VIR_"), cls


def test_bits_are_single() -> None:
    for cls in classes():
        if issubclass(cls, Flags):
            for member in cls:
                single = member & (member - 1) == 0
                assert single or cls.__name__ == "DomainDirtyRateCalc", member


def test_a_member_is_a_number_with_a_name_and_a_word() -> None:
    idle = DomainState.BLOCKED
    assert (idle, idle.name, idle.word, idle.symbol) == (2, "BLOCKED", "idle", "VIR_DOMAIN_BLOCKED")
    assert DomainState(2) is idle
    assert DomainState["BLOCKED"] is idle
    assert (str(idle), repr(idle), f"{idle}", json.dumps(idle)) == (
        "2",
        "DomainState.BLOCKED",
        "2",
        "2",
    )
    assert [state.word for state in DomainState][:2] == ["no state", "running"]
    newer = DomainState(99)
    assert (newer, newer.name, newer.word, repr(newer)) == (99, "99", "unknown", "DomainState.99")
    with pytest.raises(KeyError):
        DomainState["prefix"]
    assert pickle.loads(pickle.dumps(idle)) is idle


def test_flags_are_joined() -> None:
    both = SnapshotCreate.REDEFINE | SnapshotCreate.CURRENT
    assert isinstance(both, SnapshotCreate)
    assert (both, both.name, list(both)) == (3, "REDEFINE|CURRENT", [1, 2])
    assert SnapshotCreate.CURRENT in both
    assert SnapshotCreate.HALT not in both
    assert both & ~SnapshotCreate.CURRENT is SnapshotCreate.REDEFINE
    assert both == 1 | SnapshotCreate.CURRENT
    assert not both & SnapshotCreate.HALT
    assert repr(SnapshotCreate(0)) == "SnapshotCreate.0"


def test_the_flags_of_a_redefine() -> None:
    assert SnapshotCreate.REDEFINE | SnapshotCreate.CURRENT == 3
    assert SnapshotCreate.REDEFINE.symbol == "VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE"
