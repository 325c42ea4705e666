"""A vsh that is killed before every single write of an act on pools, volumes, secrets or devices.

The next opener finds what was before, or what comes after it, and nothing else; what others have
beside it is theirs.  Mounts and partitions: test_pool_types.py; networks and filters: theirs.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from killing import walk

import vsh
from vsh.drivers.host.node_device.assigning import Assigning
from vsh.drivers.host.volume import work
from vsh.drivers.qemu.hypervisor import Hypervisor
from vsh.errors import NoSecret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from made_up_host import Sys

    from vsh.api.connection import Connection
    from vsh.api.pool import Pool

UUID = "11111111-2222-4333-8444-555555555555"
SECRET = f"""<secret><uuid>{UUID}</uuid><description>{{}}</description>
<usage type='volume'><volume>/v</volume></usage></secret>"""
VOLUME = """<volume><name>{}</name><capacity>{}</capacity>
<target><format type='{}'/></target></volume>"""
SIZE = 1 << 20
LOCKED = f"""<volume><name>{{}}</name><capacity>{{}}</capacity><target><format type='raw'/>
<encryption format='luks'><secret type='passphrase' uuid='{UUID}'/></encryption>
</target></volume>"""


COPYING = """#!/bin/sh
case "$*" in *"create -f luks"*)
  for word; do path=$last last=$word; done
  exec cp {} "$path" ;;
esac
exec {} "$@"
"""


class World:
    """A root, and a folder with a file that is nobody's of ours."""

    def __init__(self, place: Path) -> None:
        self.root = place / "root"
        self.uri = f"qemu:///embed?root={self.root}"
        self.folder = place / "p"
        self.theirs = place / "theirs"
        self.theirs.write_text("theirs")
        self.xml = (
            f"<pool type='dir'><name>p</name><target><path>{self.folder}</path></target></pool>"
        )

    def check(self) -> None:
        """What is not ours is as it was."""
        assert self.theirs.read_text() == "theirs"
        other = self.folder / "other"
        assert not other.exists() or other.read_text() == "other"

    def with_pool(self) -> None:
        self.folder.mkdir()
        (self.folder / "other").write_text("other")
        with vsh.connect(self.uri) as connection:
            connection.storage_pool_define_xml(self.xml).create()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def of(connection: Connection) -> Pool:
    return connection.storage_pool_lookup_by_name("p")


def test_the_life_of_a_pool(world: World) -> None:
    def live(connection: Connection) -> None:
        pool = connection.storage_pool_define_xml(world.xml)
        pool.build()
        pool.create()
        pool.set_autostart(1)
        pool.destroy()
        pool.delete()
        pool.undefine()

    for _ in walk(world.uri, live):
        with vsh.connect(world.uri) as connection:
            world.check()
            for pool in connection.list_all_storage_pools():
                assert not pool.active or world.folder.is_dir()
                if pool.active:
                    pool.destroy()
                if world.folder.is_dir():
                    pool.delete()
                pool.undefine()
            assert not world.folder.is_dir() or not os.listdir(world.folder)


MAKING = {
    "raw": lambda pool: pool.vol_create_xml(VOLUME.format("new", SIZE, "raw")),
    "qcow2": lambda pool: pool.vol_create_xml(VOLUME.format("new", SIZE, "qcow2")),
    "folder": lambda pool: pool.vol_create_xml(VOLUME.format("new", 0, "dir")),
    "copy": lambda pool: pool.vol_create_xml_from(
        VOLUME.format("new", SIZE, "qcow2"), pool.vol_lookup_by_name("source")
    ),
}


@pytest.mark.parametrize("what", MAKING)
def test_a_volume_is_made_wholly_or_not_at_all(world: World, what: str) -> None:
    world.with_pool()
    with vsh.connect(world.uri) as connection:
        of(connection).vol_create_xml(VOLUME.format("source", SIZE, "raw"))
    seen = set()
    for _ in walk(world.uri, lambda connection: MAKING[what](of(connection))):
        with vsh.connect(world.uri) as connection:
            world.check()
            listed = sorted(of(connection).list_volumes())
            assert listed == sorted(os.listdir(world.folder))
            assert set(listed) - {"new"} == {"other", "source"}
            seen.add("new" in listed)
            if "new" in listed:
                volume = of(connection).vol_lookup_by_name("new")
                assert volume.get_info().capacity == (0 if what == "folder" else SIZE)
                volume.delete()
    assert seen == {True, False}


CHANGING = {
    "resize": lambda pool: pool.vol_lookup_by_name("v").resize(2 * SIZE),
    "resize raw": lambda pool: pool.vol_lookup_by_name("r").resize(2 * SIZE),
    "wipe": lambda pool: pool.vol_lookup_by_name("r").wipe(),
    "refresh": lambda pool: pool.refresh(),
}


@pytest.mark.parametrize("what", CHANGING)
def test_a_volume_that_is_changed_stays_one(world: World, what: str) -> None:
    world.with_pool()
    forms = {"v": "qcow2", "r": "raw"}
    with vsh.connect(world.uri) as connection:
        for name, form in forms.items():
            of(connection).vol_create_xml(VOLUME.format(name, SIZE, form))
    for _ in walk(world.uri, lambda connection: CHANGING[what](of(connection))):
        with vsh.connect(world.uri) as connection:
            world.check()
            pool = of(connection)
            assert sorted(pool.list_volumes()) == ["other", "r", "v"]
            for name, form in forms.items():
                volume = pool.vol_lookup_by_name(name)
                assert volume.get_info().capacity in (SIZE, 2 * SIZE)
                assert f"<format type='{form}'/>" in volume.get_xml_desc()
                volume.delete()
                pool.vol_create_xml(VOLUME.format(name, SIZE, form))


def test_a_locked_volume_is_made_and_grows_wholly_or_not(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Making a key takes QEMU's program seconds: the image is made once, and copied each time."""
    world.with_pool()
    with vsh.connect(world.uri) as connection:
        connection.secret_define_xml(SECRET.format("s")).set_value(b"word")
    program, image = tmp_path / "bin/qemu-img", tmp_path / "locked"
    work.run(
        ["qemu-img", "create", "-q", "-f", "luks", "--object", "secret,id=s,data=word",
         "-o", "key-secret=s,iter-time=10", str(image), str(SIZE)],
    )  # fmt: skip
    program.parent.mkdir()
    program.write_text(COPYING.format(image, shutil.which("qemu-img")))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")

    def live(connection: Connection) -> None:
        of(connection).vol_create_xml(LOCKED.format("v", SIZE)).resize(2 * SIZE)

    seen = set()
    for _ in walk(world.uri, live):
        with vsh.connect(world.uri) as connection:
            world.check()
            listed = of(connection).list_volumes()
            assert sorted(listed) == sorted(os.listdir(world.folder))
            seen.add(0)
            if "v" in listed:
                volume = of(connection).vol_lookup_by_name("v")
                seen.add(volume.get_info().capacity)
                assert "<encryption format='luks'>" in volume.get_xml_desc()
                volume.delete()
    assert seen == {0, SIZE, 2 * SIZE}


def test_a_volume_that_is_removed_or_written_to(world: World) -> None:
    world.with_pool()

    def work(connection: Connection) -> None:
        volume = of(connection).vol_create_xml(VOLUME.format("v", SIZE, "raw"))
        stream = connection.stream()
        volume.upload(stream, 0, 9)
        stream.send(b"nine bits")
        stream.finish()
        volume.delete()

    for _ in walk(world.uri, work):
        with vsh.connect(world.uri) as connection:
            world.check()
            listed = of(connection).list_volumes()
            assert sorted(listed) == sorted(os.listdir(world.folder))
            if "v" in listed:
                assert (world.folder / "v").stat().st_size == SIZE
                of(connection).vol_lookup_by_name("v").delete()


def test_the_life_of_a_secret(world: World) -> None:
    def live(connection: Connection) -> None:
        secret = connection.secret_define_xml(SECRET.format("one"))
        secret.set_value(b"first")
        secret.set_value(b"second")
        connection.secret_define_xml(SECRET.format("two"))
        secret.undefine()

    seen: set[bytes | None] = set()
    for _ in walk(world.uri, live):
        with vsh.connect(world.uri) as connection:
            world.check()
            for secret in connection.list_all_secrets():
                try:
                    value = secret.get_value()
                except NoSecret:
                    value = None
                assert value in (None, b"first", b"second")
                assert "two" not in secret.get_xml_desc() or value == b"second"
                seen.add(value)
        shutil.rmtree(world.root)  # with the key that the first value makes
    assert seen == {None, b"first", b"second"}


def test_half_a_volume_goes_even_if_nobody_asks_for_its_pool(world: World) -> None:
    world.with_pool()
    act = MAKING["folder"]
    for _ in walk(world.uri, lambda connection: act(of(connection))):
        with vsh.connect(world.uri) as connection:
            connection.list_all_domains()
            world.check()
            left = sorted(os.listdir(world.folder))
            assert left in (["new", "other"], ["other"])
            assert left == sorted(of(connection).list_volumes())
            if "new" in left:
                of(connection).vol_lookup_by_name("new").delete()


def kernel(plain: Callable[[str, str, str], None]) -> Callable[[str, str, str], None]:
    """What is written to a made-up /sys, and what a kernel does of it: what is probed is bound."""

    def write(path: str, text: str, what: str) -> None:
        if path.endswith("driver_override"):
            os.truncate(path, 0)
        plain(path, text, what)
        place = path.partition("drivers_probe")[0]
        if path.endswith("drivers_probe"):
            folder = f"{place}devices/{text}"
            with open(f"{folder}/driver_override", encoding="ascii") as file:
                wanted = file.read().strip() or "igb"
            os.unlink(f"{folder}/driver")
            os.symlink(f"{place}drivers/{wanted}", f"{folder}/driver")

    return write


@pytest.mark.parametrize("act", ["take", "give_back"])
def test_a_device_is_the_hosts_or_ours(
    world: World, sysfs: Sys, card: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """The machine is a made-up one: this one can give no device away."""
    monkeypatch.setattr(Hypervisor, "machine", str(sysfs.root))
    monkeypatch.setattr(Assigning, "_write", staticmethod(kernel(Assigning._write)))
    (sysfs.root / "sys/bus/pci/drivers/vfio-pci").mkdir()
    (sysfs.root / "sys/bus/pci/drivers/vfio-pci/unbind").touch()
    other = card.parent / "0000:02:11.0"
    before = {path.name: path.read_bytes() for path in other.iterdir() if path.is_file()}
    address, seen = "0000:02:10.7", set()

    def bound() -> str:
        return os.path.basename(os.readlink(card / "driver"))

    def prepare() -> None:
        with vsh.connect(world.uri) as connection:
            assigning = connection.driver.hypervisor.assigning
            if (bound() == "vfio-pci") != (act == "give_back"):
                (assigning.take if act == "give_back" else assigning.give_back)(address)

    prepare()
    for _ in walk(world.uri, lambda each: getattr(each.driver.hypervisor.assigning, act)(address)):
        with vsh.connect(world.uri) as connection:
            connection.list_all_domains()
            taken = [each.name for each in connection.driver.hypervisor.assigning.all()]
            assert taken == ([address] if bound() == "vfio-pci" else [])
            seen.add(bound())
        prepare()
    assert seen == {"igb", "vfio-pci"}
    assert before == {path.name: path.read_bytes() for path in other.iterdir() if path.is_file()}
