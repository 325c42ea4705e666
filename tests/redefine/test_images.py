"""What images really have is compared with what a document says, before anything is sent (E41)."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.image.contents import look
from vsh.redefine.rules import every

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from tiny_guest import TinyGuest

DISK_ONLY = 16


def image_tool(*words: object) -> None:
    subprocess.run(["qemu-img", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


class Life:
    """A guest that is off in a root of its own, with snapshots whose metadata is forgotten."""

    def __init__(self, folder: Path, tiny: TinyGuest, run: Callable[..., Any]) -> None:
        self.uri = f"qemu:///embed?root={folder}/root"
        self.folder = folder
        self.tiny = tiny
        self._run = run
        with vsh.connect(self.uri) as connection:
            domain = connection.domain_define_xml(tiny.xml)
            for name, flags in (("inside", 0), ("outside", DISK_ONLY)):
                domain.snapshot_create_xml(
                    f"<domainsnapshot><name>{name}</name></domainsnapshot>", flags
                )
            for each in domain.list_all_snapshots():
                (folder / f"{each.name}.xml").write_text(each.get_xml_desc(1))
                each.delete(2)

    def __call__(self, *words: str) -> Any:
        return self._run("-c", self.uri, *words)

    def problems(self, name: str, *more: str) -> list[tuple[str, int, bool, str]]:
        """Rule, line, whether it is a warning, and message of all that is found."""
        done = self("--format", "json", "snapshot-create", "tiny", f"{name}.xml", "--redefine",
                    *more)  # fmt: skip
        found = [next(iter(json.loads(line).values())) for line in done.err.splitlines()]
        listed = [one for each in found for one in each.get("problems", [each])]
        return [
            (each["rule"], each["line"], each["mild"], each["message"])
            for each in listed if "rule" in each
        ]  # fmt: skip


@pytest.fixture
def life(tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Life:
    import shutil

    from tiny_guest import TinyGuest

    if shutil.which("qemu-system-x86_64") is None:
        pytest.skip("no qemu-system-x86_64 here")
    monkeypatch.chdir(tmp_path)
    return Life(tmp_path, TinyGuest(tmp_path, "tiny"), run)


def test_nothing_is_said_of_what_is_right(life: Life) -> None:
    for name in ("inside", "outside"):
        done = life("snapshot-create", "tiny", f"{name}.xml", "--redefine")
        assert (done.status, done.err) == (0, "")


def lost_overlay(life: Life) -> None:
    os.unlink(life.folder / "tiny-0.outside")


def lost_image(life: Life) -> None:
    os.unlink(life.tiny.disks[0])


def other_format(life: Life) -> None:
    life.tiny.disks[0].write_bytes(bytes(1 << 20))


def other_base(life: Life) -> None:
    image_tool("create", "-q", "-f", "qcow2", "other.qcow2", "1M")
    image_tool("rebase", "-u", "-b", "other.qcow2", "-F", "qcow2", "tiny-0.outside")


def no_base(life: Life) -> None:
    image_tool("create", "-q", "-f", "qcow2", "tiny-0.outside", "1M")


def smaller(life: Life) -> None:
    image_tool("resize", "-q", "tiny-0.qcow2", "2M")


def gap(life: Life) -> None:
    image_tool("rebase", "-u", "-b", f"{life.folder}/gone", "-F", "raw", "tiny-0.qcow2")


def other_snapshot(life: Life) -> None:
    image_tool("snapshot", "-d", "inside", "tiny-0.qcow2")
    image_tool("snapshot", "-c", "another", "tiny-0.qcow2")


def without_any(life: Life) -> None:
    image_tool("snapshot", "-d", "inside", "tiny-0.qcow2")


def without_memory(life: Life) -> None:
    path = life.folder / "inside.xml"
    text = path.read_text().replace("<state>shutoff", "<state>running")
    path.write_text(text.replace("<memory snapshot='no'/>", "<memory snapshot='internal'/>"))


def other_time(life: Life) -> None:
    path = life.folder / "inside.xml"
    head, _, rest = path.read_text().partition("<creationTime>")
    path.write_text(f"{head}<creationTime>12{rest[rest.index('</') :]}")


CASES = [
    ("outside", lost_overlay, "E41-image", False, "tiny-0.outside' of disk 'vda' is missing"),
    ("outside", lost_image, "E41-image", False, "tiny-0.qcow2' of disk 'vda' is missing"),
    ("inside", lost_image, "E41-image", False, "tiny-0.qcow2' of disk 'vda' is missing"),
    ("inside", other_format, "E41-format", False, "is raw, not qcow2"),
    ("outside", other_base, "E41-chain", False, "is on top of '.*other.qcow2', not of '.*tiny"),
    ("outside", no_base, "E41-chain", False, "is no overlay: nothing is below it"),
    ("outside", smaller, "E41-chain", False, "has 1048576 bytes, fewer than the 2097152 of"),
    ("inside", gap, "E41-chain", False, "gone', which is below '.*' of disk 'vda', is missing"),
    ("inside", other_snapshot, "E41-inside", False, "has no snapshot 'inside'"),
    ("inside", without_any, "E41-inside", True, "has no snapshot 'inside'"),
    ("inside", without_memory, "E41-inside", False, "the images have no memory in snapshot"),
    ("inside", other_time, "E41-inside", True, "is of another time than its creationTime"),
]


def test_what_is_wrong_is_found_before(life: Life) -> None:
    kept = {path: path.read_bytes() for path in life.folder.iterdir() if path.is_file()}
    for name, change, rule, mild, words in CASES:
        change(life)
        _check(life, name, rule, words, mild=mild)
        life("snapshot-delete", "tiny", name, "--metadata")
        for path, content in kept.items():
            path.write_bytes(content)


def _check(life: Life, name: str, rule: str, words: str, *, mild: bool) -> None:
    [found] = [each for each in life.problems(name) if each[0] == rule]
    assert found[2] == mild
    assert found[1] is not None
    assert re.search(words, found[3]), found
    assert every()[rule].hint
    listed = life("snapshot-list", "tiny", "--name").out.split()
    assert listed == ([name] if mild else [])
    if not mild:  # who knows better can have it, and is told
        done = life("snapshot-create", "tiny", f"{name}.xml", "--redefine", "--lenient")
        assert done.status == 0
        assert re.search(words, done.err)


def test_memory_that_is_gone_or_cut_off(life: Life) -> None:
    text = (life.folder / "outside.xml").read_text().replace("<state>shutoff", "<state>running")
    memory = life.folder / "memory"
    head, _, rest = text.partition("</creationTime>\n")
    rest = rest[rest.index("  <disks>") :]
    (life.folder / "memory.xml").write_text(
        f"{head}</creationTime>\n  <memory snapshot='external' file='{memory}'/>\n{rest}"
    )
    for content, words in (
        (None, "is missing"), (b"LibvirtQemudPart", "was never completed"),
        (b"something else at all", "is no saved memory"), (b"LibvirtQemudSave", ""),
    ):  # fmt: skip
        if content is not None:
            memory.write_bytes(content)
        found = [each for each in life.problems("memory") if each[0] == "E41-memory"]
        assert bool(found) == bool(words)
        assert not found or found[0][3].endswith(words)


def test_an_import_names_what_is_left_in_the_images(life: Life) -> None:
    image_tool("snapshot", "-c", "left", "tiny-0.qcow2")
    done = life("snapshot-import", "tiny", "inside.xml", "outside.xml")
    assert done.status == 0
    assert "tiny-0.qcow2' has snapshots without metadata: left (" in done.err


def test_bitmaps_of_a_guest_that_is_off(life: Life) -> None:
    image = "tiny-0.outside"
    with vsh.connect(life.uri) as connection:
        own = connection.domain_lookup_by_name("tiny").get_xml_desc(3)
    (life.folder / "point.xml").write_text(
        "<domaincheckpoint>\n<name>point</name><creationTime>1600000000</creationTime>"
        f"<disks>\n<disk name='vda' checkpoint='bitmap' bitmap='point'/></disks>{own}"
        "</domaincheckpoint>\n"
    )

    def found() -> str:
        done = life("checkpoint-create", "tiny", "point.xml", "--redefine")
        return "" if done.status == 0 else str(done.err)

    assert "missing or broken bitmap 'point' for disk 'vda': '" in found()
    image_tool("bitmap", "--add", "--disable", image, "point")
    assert "it does not record in '" in found()
    image_tool("bitmap", "--enable", image, "point")
    assert found() == ""
    with (life.folder / image).open("r+b") as file:  # as if its writer had been killed
        file.seek(88)
        file.write(bytes(8))
    assert "it was not closed properly in '" in found()


def test_damaged_images_are_not_judged(tmp_path: Path) -> None:
    """What cannot be made out is no reason to refuse anything."""
    path = tmp_path / "image"
    image_tool("create", "-q", "-f", "qcow2", path, "1M")
    image_tool("snapshot", "-c", "one", path)
    assert look(str(path)) is not None
    content = bytearray(path.read_bytes())
    content[64:72] = b"\x00\x00\x00\x00\xff\xff\xff\xff"
    path.write_bytes(content)
    assert look(str(path)) is None
    with pytest.raises(FileNotFoundError):
        look(f"{path}/below")
