"""Guests that move, live or saved, to and from libvirtd 12.8.0; both sides have QEMU 11.1.3."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import newest_libvirtd
import pytest
from certificates import certify
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

import vsh
from vsh.api.types import TypedParams
from vsh.words.domain.migration import DomainMigrate as Flag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newest_libvirtd import NewestLibvirtd

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

pytestmark = pytest.mark.libvirtd
RUNNING, MIGRATED, RESTORED = 1, 2, 3
LIVE = Flag.LIVE | Flag.UNSAFE
STAYS = Flag.PERSIST_DEST | Flag.UNDEFINE_SOURCE
HERE = {"migrate_uri": "tcp://127.0.0.1"}


class Sides:
    """vshd and libvirtd: their connections, and how each names the guest's files and its QEMU."""

    def __init__(self, daemon: NewestLibvirtd, folder: Path) -> None:
        self.folder = daemon.folder / folder.name
        self.folder.mkdir()
        self.seen = f"{newest_libvirtd.INSIDE}/{folder.name}"
        self.emulator = newest_libvirtd.emulator(folder)
        (self.folder / "run").mkdir()
        newest_libvirtd.as_root(self.folder / "root")
        self.vshd = PrivateVshd(self.folder)
        self.vshd.start()
        self.ours = vsh.connect(self.vshd.uri())
        self.theirs = vsh.connect(daemon.uri)
        self.uri = f"qemu+unix:///system?socket={self.seen}/run/libvirt-sock"
        self.their_uri = daemon.uri

    def close(self) -> None:
        for domain in self.ours.list_all_domains(1):
            domain.destroy()
        self.ours.close()
        self.theirs.close()
        self.vshd.kill()

    def told(self, text: str, side: Connection) -> str:
        """A document, in one side's names."""
        names = (
            (str(self.folder), self.seen), (self.emulator, newest_libvirtd.OWN_EMULATOR),
        )  # fmt: skip
        for ours, theirs in names:
            text = text.replace(ours, theirs)
        for ours, theirs in names if side is self.ours else ():
            text = text.replace(theirs, ours)
        return text

    def move(self, domain: Domain, there: Connection, flags: int, **params: object) -> Domain:
        """Move a guest, whose files the destination has by other names; it runs there alone."""
        here = domain.connection
        words = {**params, "destination_xml": domain.get_xml_desc(8 | 2 | 1)}
        if flags & STAYS:
            words["persistent_xml"] = domain.get_xml_desc(8 | 2)
        old, new = words.pop("new_disk", (" ", " "))
        for name in ("destination_xml", "persistent_xml"):
            if name in words:
                words[name] = self.told(str(words[name]), there).replace(old, new)
        target: Connection | str = there
        if flags & Flag.PEER2PEER:
            target = self.uri if there is self.ours else self.their_uri
        here.migrate(domain, target, words, flags=LIVE | flags).wait()
        assert here.list_all_domains(1) == []
        moved = there.domains["tiny"]
        assert tuple(moved.get_state()) == (RUNNING, MIGRATED)
        if flags & STAYS:
            assert here.list_all_domains() == []
            assert moved.is_persistent() == 1
        return moved


@pytest.fixture
def sides(newest: NewestLibvirtd, tmp_path: Path) -> Iterator[Sides]:
    with newest.network():
        found = Sides(newest, tmp_path)
        try:
            yield found
        finally:
            found.close()


def guest(sides: Sides) -> Domain:
    """A guest that runs here."""
    tiny = TinyGuest(sides.folder, "tiny")
    domain = sides.ours.domain_define_xml(sides.told(tiny.xml, sides.ours))
    domain.create()
    tiny.wait_for()
    return domain


@pytest.mark.parametrize(
    ("flags", "params"),
    [
        (0, {}),
        (Flag.POSTCOPY, {"bandwidth": 100}),
        (Flag.PARALLEL, {"parallel.connections": 2, "compression": "zstd"}),
        (Flag.COMPRESSED | Flag.AUTO_CONVERGE, {"compression": "xbzrle"}),
    ],
)
def test_there_and_back(sides: Sides, flags: int, params: dict[str, object]) -> None:
    """What libvirt's client carries between the two daemons."""
    moved = sides.move(guest(sides), sides.theirs, STAYS | flags, **HERE, **params)
    numbers = moved.get_job_stats(1).params
    assert numbers["memory_total"] > numbers["memory_processed"] > 0
    back = sides.move(moved, sides.ours, STAYS | flags, **HERE, **params)
    numbers = back.get_job_stats(1).params
    assert numbers["memory_total"] > numbers["memory_processed"] > 0


def test_encrypted_with_its_disks(sides: Sides, newest: NewestLibvirtd) -> None:
    """The memory and the disks go by TLS; the copies are those of the disks."""
    system = Path((newest.place / "root").read_text().strip()) / "etc/pki/qemu"
    certify(sides.folder / "root/pki", system)
    domain = guest(sides)
    flags = Flag.TLS | Flag.NON_SHARED_DISK | Flag.NON_SHARED_SYNCHRONOUS_WRITES
    names = ["tiny-0.qcow2", "one.qcow2", "two.qcow2"]
    for there, old, new in zip((sides.theirs, sides.ours), names, names[1:], strict=False):
        command = ["qemu-img", "create", "-q", "-f", "qcow2", sides.folder / new, "1M"]
        subprocess.run(command, check=True)
        more = {"new_disk": (old, new), "migrate_disks": "vda"}
        domain = sides.move(domain, there, STAYS | flags, **HERE, **more)
    domain.destroy()
    command = ["qemu-img", "compare", sides.folder / names[0], sides.folder / names[2]]
    assert "Images are identical." in subprocess.run(command, capture_output=True, text=True).stdout


def test_between_the_daemons(sides: Sides) -> None:
    """Each talks to the other itself; through a tunnel no port is opened."""
    moved = sides.move(guest(sides), sides.theirs, Flag.PEER2PEER, **HERE)
    back = sides.move(moved, sides.ours, Flag.PEER2PEER | Flag.TUNNELLED)
    again = sides.move(back, sides.theirs, Flag.PEER2PEER | Flag.TUNNELLED)
    sides.move(again, sides.ours, Flag.PEER2PEER, **HERE)


@pytest.mark.parametrize(
    ("form", "channels"), [("raw", None), ("gzip", None), ("sparse", None), ("sparse", 2)]
)
def test_saved_there_and_back(sides: Sides, form: str, channels: int | None) -> None:
    """What one has saved the other restores, in every form that both can make."""
    domain, image = guest(sides), sides.folder / "image"
    for there in (sides.theirs, sides.ours):
        here = domain.connection
        text = sides.told(domain.get_xml_desc(8 | 2 | 1), there)
        params = TypedParams().set("file", "string", sides.told(str(image), here))
        params.set("image_format", "string", form)
        more = TypedParams().set("file", "string", sides.told(str(image), there))
        if channels is not None:
            params.set("parallel.channels", "int", channels)
            more.set("parallel.channels", "int", channels)
        domain.save_params(params)
        if here is sides.ours:  # libvirt looks for the QEMU that the image names
            here.domain_save_image_define_xml(str(image), text)
        else:
            more.set("dxml", "string", text)
        there.domain_restore_params(more)
        domain = there.domains["tiny"]
        assert tuple(domain.get_state()) == (RUNNING, RESTORED)
        image.unlink()
        if form == "sparse":  # the way that QEMU told its memory in was for that image only
            plain = sides.told(str(image), there)
            domain.save(plain)
            there.domain_restore(plain)
            image.unlink()
