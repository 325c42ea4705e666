"""What goes with a domain's definition."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from vsh.cli.session import Session
from vsh.commands.domain._removal import Kept, forget, volumes_of
from vsh.errors import CommandError, InvalidArgument, NoStorageVolume, NoSupport, OperationFailed
from vsh.words.domain.lifecycle import DomainUndefine

DISKS = """<domain><devices>
  <disk><source file='/a'/><target dev='vda'/></disk>
  <disk><source pool='p' volume='v'/><target dev='vdb'/></disk>
  <disk><target dev='hdc'/></disk>
  <disk><source file='/outside'/><target dev='vdd'/></disk>
</devices></domain>"""


class Domain:
    """A domain that takes notes."""

    called = "guest"

    def __init__(self, *, saved: int = 0, snapshots: int = 0, flags_known: bool = True) -> None:
        self.saved = saved
        self.snapshots = snapshots
        self.flags_known = flags_known
        self.done: list[Any] = []
        self.connection = SimpleNamespace(
            storage_vol_lookup_by_path=self._by_path,
            storage_pool_lookup_by_name=lambda name: SimpleNamespace(
                vol_lookup_by_name=lambda volume: f"{name}/{volume}"
            ),
        )

    def _by_path(self, path: str) -> str:
        if path == "/outside":
            raise NoStorageVolume(path)
        return path

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


@pytest.fixture
def session() -> Session:
    made = Session("virsh")
    made.screen.out, made.screen.err = io.StringIO(), io.StringIO()
    return made


def test_what_is_not_there_is_not_asked_for(session: Session) -> None:
    domain = Domain()
    asked = DomainUndefine.MANAGED_SAVE | DomainUndefine.SNAPSHOTS_METADATA | DomainUndefine.NVRAM
    forget(session, domain, asked, Kept(domain))
    assert domain.done == [DomainUndefine.NVRAM]


def test_a_saved_state_is_not_lost(session: Session) -> None:
    domain = Domain(saved=1)
    with pytest.raises(CommandError, match="Refusing to undefine while domain managed save image"):
        forget(session, domain, 0, Kept(domain))
    forget(session, domain, DomainUndefine.MANAGED_SAVE, Kept(domain))
    assert domain.done == [DomainUndefine.MANAGED_SAVE]


def test_snapshots_without_flags(session: Session) -> None:
    domain = Domain(snapshots=2, flags_known=False)
    with pytest.raises(CommandError, match="Refusing to undefine while 2 snapshots exist"):
        forget(session, domain, 0, Kept(domain))


def test_only_virsh_forgets_what_was_asked(session: Session) -> None:
    domain = Domain(flags_known=False)
    forget(session, domain, DomainUndefine.KEEP_TPM, Kept(domain))
    assert domain.done == ["undefine"]
    session.program = "vsh"
    with pytest.raises(CommandError, match="Failed to undefine domain 'guest'"):
        forget(session, domain, DomainUndefine.KEEP_TPM, Kept(domain))
    assert domain.done == ["undefine"]


def test_volumes(session: Session) -> None:
    found = list(volumes_of(session, Domain(), None))
    assert [(volume.handle, volume.target) for volume in found] == [("/a", "vda"), ("p/v", "vdb")]
    assert session.screen.err.getvalue() == (
        "error: Storage volume 'vdd'(/outside) is not managed by libvirt. Remove it manually.\n"
    )
    assert [volume.source for volume in volumes_of(session, Domain(), "vdb,/a")] == ["/a", "v"]


def test_a_disk_that_is_not_there(session: Session) -> None:
    with pytest.raises(CommandError):
        list(volumes_of(session, Domain(), "vda,vdz"))
    assert session.screen.err.getvalue() == (
        "error: Volume 'vdz' was not found in domain's definition.\n"
    )


def test_removal_goes_on(session: Session) -> None:
    class Handle:
        def wipe(self, flags: int) -> None:
            raise OperationFailed("worn out")

        def delete(self, flags: int) -> None:
            raise AssertionError("not after a failed wipe")

    (volume, *_) = volumes_of(session, Domain(), "vda")
    volume.handle = Handle()
    session.screen.err = io.StringIO()
    texts = [document.text() for document in volume.remove(session, 0, wipe=True)]
    assert texts == ["Wiping volume 'vda'(/a) ... "]
    assert session.screen.err.getvalue() == (
        "error: Failed! Volume not removed.\nerror: operation failed: worn out\n"
    )
    assert session.status == 1
