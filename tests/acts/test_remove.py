"""Removal of a domain and of what goes with it; what would be lost is not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import vsh
from vsh.acts.remove import (
    NotManaged,
    Removed,
    Stayed,
    Undefined,
    UnknownDisks,
    Wiped,
    Wiping,
    remove,
)
from vsh.errors import (
    InvalidArgument,
    NoStorageVolume,
    NoSupport,
    OperationFailed,
    OperationInvalid,
)
from vsh.words.domain.lifecycle import DomainUndefine

DISKS = """<domain><devices>
  <disk><source file='/a'/><target dev='vda'/></disk>
  <disk><source pool='p' volume='v'/><target dev='vdb'/></disk>
  <disk><target dev='hdc'/></disk>
  <disk><source file='/outside'/><target dev='vdd'/></disk>
</devices></domain>"""


class Volume:
    """A volume that takes notes; ``worn`` cannot be wiped."""

    def __init__(self, domain: Domain, name: str) -> None:
        self.domain = domain
        self.name = name

    def wipe(self, flags: int) -> None:
        if self.domain.worn:
            raise OperationFailed("worn out")
        self.domain.done.append(("wipe", self.name))

    def delete(self, flags: int) -> None:
        self.domain.done.append(("delete", self.name, flags))


class Domain:
    """A domain that takes notes: saved states, snapshots and old daemons at will."""

    name = "guest"

    def __init__(
        self, *, saved: int = 0, snapshots: int = 0, flags_known: bool = True, worn: bool = False
    ) -> None:
        self.saved = saved
        self.snapshots = snapshots
        self.flags_known = flags_known
        self.worn = worn
        self.active = 0
        self.done: list[Any] = []
        self.connection = SimpleNamespace(
            storage_vol_lookup_by_path=self._by_path,
            storage_pool_lookup_by_name=lambda pool: SimpleNamespace(
                vol_lookup_by_name=lambda name: Volume(self, f"{pool}/{name}")
            ),
        )

    def _by_path(self, path: str) -> Volume:
        if path == "/outside":
            raise NoStorageVolume(path)
        return Volume(self, path)

    def is_active(self) -> int:
        return self.active

    def has_managed_save_image(self, flags: int) -> int:
        return self.saved

    def snapshot_num(self, flags: int) -> int:
        if flags and not self.flags_known:
            raise NoSupport("virDomainSnapshotNum")
        return self.snapshots

    def undefine_flags(self, flags: int) -> None:
        if not self.flags_known:
            raise InvalidArgument("unsupported flags")
        self.done.append(flags)

    def undefine(self) -> None:
        self.done.append("undefine")

    def managed_save_remove(self, flags: int) -> None:
        self.done.append("remove saved")

    def get_xml_desc(self, flags: int) -> str:
        return DISKS


def removed(domain: Any, *values: Any, **options: Any) -> list[type]:
    return [type(note) for note in remove(domain, *values, **options)]


def test_what_is_not_there_is_not_asked_for() -> None:
    domain = Domain()
    asked = DomainUndefine.MANAGED_SAVE | DomainUndefine.SNAPSHOTS_METADATA | DomainUndefine.NVRAM
    assert removed(domain, asked) == [Undefined]
    assert domain.done == [DomainUndefine.NVRAM]


def test_a_saved_state_is_not_lost() -> None:
    domain = Domain(saved=1)
    with pytest.raises(OperationInvalid, match=r"^Refusing to undefine while domain managed save"):
        removed(domain)
    assert removed(domain, DomainUndefine.MANAGED_SAVE) == [Undefined]
    assert domain.done == [DomainUndefine.MANAGED_SAVE]


def test_snapshots_without_flags() -> None:
    with pytest.raises(OperationInvalid, match=r"^Refusing to undefine while 2 snapshots exist$"):
        removed(Domain(snapshots=2, flags_known=False))


def test_only_who_wants_it_asks_for_less() -> None:
    domain = Domain(flags_known=False)
    with pytest.raises(InvalidArgument) as failed:
        removed(domain, DomainUndefine.KEEP_TPM)
    assert failed.value.__notes__ == ["Failed to undefine domain 'guest'"]
    assert domain.done == []
    assert removed(domain, DomainUndefine.KEEP_TPM, lenient=True) == [Undefined]
    assert domain.done == ["undefine"]


def test_volumes_of_all_disks() -> None:
    domain: Any = Domain()
    notes = list(remove(domain, all_disks=True, wipe=True, volume_flags=4))
    assert [type(note) for note in notes] == [
        NotManaged, Undefined, Wiping, Wiped, Removed, Wiping, Wiped, Removed,
    ]  # fmt: skip
    assert notes[0].text == (
        "Storage volume 'vdd'(/outside) is not managed by libvirt. Remove it manually."
    )
    assert [note.text for note in notes[2:5]] == [
        "Wiping volume 'vda'(/a) ... ", "Done.", "Volume 'vda'(/a) removed.",
    ]  # fmt: skip
    assert domain.done == [
        0, ("wipe", "/a"), ("delete", "/a", 4), ("wipe", "p/v"), ("delete", "p/v", 4),
    ]  # fmt: skip


def test_volumes_of_some_disks() -> None:
    domain = Domain()
    assert removed(domain, disks=["vdb", "/a"]) == [Undefined, Removed, Removed]
    with pytest.raises(UnknownDisks) as failed:
        removed(domain, disks=["vda", "vdz", "vdy"])
    assert failed.value.words == ["vdz", "vdy"]


def test_a_domain_that_runs_keeps_its_volumes() -> None:
    domain = Domain()
    domain.active = 1
    with pytest.raises(OperationInvalid, match="only on stopped domains"):
        removed(domain, all_disks=True)
    assert domain.done == []


def test_removal_goes_on() -> None:
    domain: Any = Domain(worn=True)
    notes = list(remove(domain, disks=["vda", "vdb"], wipe=True))
    assert [type(note) for note in notes] == [Undefined, Wiping, Stayed, Wiping, Stayed]
    assert notes[2].error.__notes__ == ["Failed! Volume not removed."]
    assert domain.done == [0]


def test_on_the_test_driver() -> None:
    with vsh.connect("test:///default") as connection:
        domain = connection.domain("test")
        domain.destroy()
        assert removed(domain) == [Undefined]
        assert list(connection.list_all_domains(0)) == []
