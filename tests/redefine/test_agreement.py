"""The engine and the driver agree about the first problem of random documents, if there is one."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.errors import Error
from vsh.redefine.check import check
from vsh.redefine.kinds.checkpoint import CHECKPOINT
from vsh.redefine.kinds.snapshot import SNAPSHOT
from vsh.redefine.live import LiveTarget

if TYPE_CHECKING:
    from typing import Any

DOCUMENTS = 150
LOCATIONS = ("", "", "", "no", "internal", "external", "manual", "zz")
SOURCES = (
    "/>", "/>", "/>", "><source file='/x'/></disk>", "><source file='r'/></disk>",
    "><source dev='/x'/></disk>", "><driver type='qcow2'/></disk>", "><driver type='zz'/></disk>",
    "><snapshotDeleteInProgress/></disk>",
)  # fmt: skip
MEMORIES = (
    "", "", "", "", "<memory/>", "<memory snapshot='no'/>", "<memory snapshot='internal'/>",
    "<memory snapshot='external'/>", "<memory file='/m'/>", "<memory file='m'/>",
    "<memory snapshot='external' file='/m'/>", "<memory snapshot='no' file='/m'/>",
    "<memory snapshot='manual'/>", "<memory snapshot=''/>",
)  # fmt: skip
ODD = ("<active>1</active>", "<bogus/>", "text", "<!-- c -->", "<name>second</name>")
STATES = (
    "running", "running", "running", "shutoff", "shutoff", "paused", "disk-snapshot", "crashed",
    "nostate", "zz", "", None, " running",
)  # fmt: skip
NAMES = ("x", "x", "x", "a", "b", None, "", "a/b", ".q", "é")
TIMES = (1600000000, 1600000000, 1600000000, None, "z", 0, -1, " 5", "+5", "0x5", "9" * 20)


class Maker:
    """Documents at random, by a seed."""

    def __init__(self, build: Any, seed: int) -> None:
        self.build = build
        self.random = random.Random(seed)
        self.choice = self.random.choice

    def rarely(self, share: float) -> bool:
        return self.random.random() < share

    def domain(self) -> str:
        build, disk = self.build, self.build.DISK
        second = disk.replace("vda", "vdb").replace("image1", "image2")
        found: str = build.domain(
            uuid=self.choice([build.UUID] * 6 + [build.UUID[:-1] + "0"]),
            memory=self.choice([8388608] * 5 + [4]),
            vcpus=self.choice([2] * 5 + [3]),
            devices=self.choice(
                [
                    disk, disk, disk + second, "",
                    "<disk type='file' device='cdrom'><target dev='vda'/></disk>",
                    disk.replace("<disk ", "<disk snapshot='no' "),
                    disk.replace("<disk ", "<disk snapshot='external' "),
                ]
            ),
        )  # fmt: skip
        if self.rarely(0.15):
            stub = f"<domain><uuid>{build.UUID}</uuid></domain>"
            bad = found.replace("'test'>", "'zz'>", 1)
            return self.choice(["", stub, "<domain/>", bad, found.replace("<vcpu>2", "<vcpu>x")])
        return found

    def disk(self, kind: str) -> str:
        name = self.choice(["vda"] * 4 + ["vdb", "vdq", "/guest/diskimage1", "rel"])
        if kind == "checkpoint":
            what = self.choice(["", "", "", "no", "bitmap", "zz"])
            more = self.choice(["", "", "", " bitmap='b'", " size='1'"])
            return f"<disk name='{name}'" + (f" checkpoint='{what}'" if what else "") + more + "/>"
        where, sort = self.choice(LOCATIONS), self.choice(["", "", "", "file", "block", "dir"])
        head = f"<disk name='{name}'" + (f" snapshot='{where}'" if where else "")
        return head + (f" type='{sort}'" if sort else "") + self.choice(SOURCES)

    def document(self, kind: str) -> str:
        inside = ""
        if self.rarely(0.5):
            disks = [self.disk(kind) for _ in range(self.random.randint(0, 3))]
            inside = f"<disks>{''.join(disks)}</disks>"
        if kind == "snapshot":
            inside += self.choice(MEMORIES)
            if self.rarely(0.15):
                inside += f"<revertDisks>{self.disk(kind)}</revertDisks>"
        if self.rarely(0.1):
            inside += self.choice(ODD)
        values = {
            "created": self.choice(TIMES),
            "parent": self.choice([None, None, None, "a", "b", "x", "q", ""]),
            "inside": inside,
            "nested": self.domain(),
        }
        if kind == "snapshot":
            values["state"] = self.choice(STATES)
        make = self.build.snapshot if kind == "snapshot" else self.build.checkpoint
        text: str = make(self.choice(NAMES), **values)
        return self.spoilt(text) if self.rarely(0.15) else text

    def spoilt(self, text: str) -> str:
        """With some characters lost, doubled or put in."""
        for _ in range(self.random.randint(1, 3)):
            place = self.random.randrange(len(text))
            middle = self.choice(["", text[place] * 2, "<", "&", "'", "\0", "é", "\udc80"])
            text = text[:place] + middle + text[place + 1 :]
        return text


def answers(maker: Maker, kind: str) -> tuple[str, str | None, str | None]:
    """A document, and the first problem that the engine and then the driver have with it."""
    build = maker.build
    make = build.snapshot if kind == "snapshot" else build.checkpoint
    with vsh.connect("test:///default") as connection:
        domain = connection.domain("test")
        create = domain.snapshot_create_xml if kind == "snapshot" else domain.checkpoint_create_xml
        create(make("a"), 1)
        create(make("b", parent="a"), 1)
        if maker.rarely(0.3):
            create(make("x", parent="a"), 1)
        xml = maker.document(kind)
        flags = 1 | (maker.choice([0, 0, 0, 2, 512]) if kind == "snapshot" else 0)
        one = SNAPSHOT if kind == "snapshot" else CHECKPOINT
        checked = check(domain, one, LiveTarget(domain, one), xml, flags)
        found = [
            problem.error.message
            for problem in checked.problems
            if not problem.warning and problem.rule[0] != "E"
        ]
        try:
            create(xml, flags)
        except Error as error:
            return xml, found[0] if found else None, error.message
        return xml, found[0] if found else None, None


@pytest.mark.parametrize("kind", ["snapshot", "checkpoint"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_engine_and_driver_agree(build: Any, kind: str, seed: int) -> None:
    maker = Maker(build, seed)
    taken = 0
    for _ in range(DOCUMENTS):
        xml, ours, drivers = answers(maker, kind)
        assert ours == drivers, xml
        taken += drivers is None
    assert taken > 0
