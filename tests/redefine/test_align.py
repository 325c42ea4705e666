"""How disks of snapshots and checkpoints are matched with a domain's: rules 37, 50 and 51, part by part."""

# ruff: noqa: E501  (documents and messages stand on one line)

from __future__ import annotations

from typing import Any

import pytest

from vsh.redefine.rules.checkpoint_disks import align_checkpoint, name_bitmaps
from vsh.redefine.rules.disks import align_snapshot, default_location
from vsh.xml.domain import Domain
from vsh.xml.engine.flags import REDEFINE
from vsh.xml.engine.reader import read
from vsh.xml.moment.checkpoint import DomainCheckpoint
from vsh.xml.moment.snapshot import DomainSnapshot

DISKS = {
    "vda": "<disk type='file' device='disk'><source file='/a.img'/><target dev='vda' bus='virtio'/></disk>",
    "vdb": "<disk type='file' device='disk'><source file='/b.qcow2'/><target dev='vdb' bus='virtio'/></disk>",
    "hdc": "<disk type='file' device='cdrom'><target dev='hdc' bus='ide'/></disk>",
    "vdd": "<disk type='block' device='disk' snapshot='no'><source dev='/dev/x'/><target dev='vdd' bus='virtio'/></disk>",
    "vde": "<disk type='block' device='disk'><source dev='/dev/y'/><target dev='vde' bus='virtio'/></disk>",
}


def domain(*names: str) -> str:
    """The text of a domain with some disks."""
    disks = "".join(DISKS[name] for name in names)
    return (
        "<domain type='test'><name>t</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>"
        f"<memory>1024</memory><os><type>hvm</type></os><devices>{disks}</devices></domain>"
    )


def snapshot(disks: str, *names: str, state: str = "shutoff", inside: str | None = None) -> Any:
    """A snapshot of a domain with some disks."""
    text = (
        f"<domainsnapshot><name>s</name><state>{state}</state><creationTime>1</creationTime>"
        f"<disks>{disks}</disks>{domain(*names) if inside is None else inside}</domainsnapshot>"
    )
    return read(text, DomainSnapshot, flags=REDEFINE)


def align(model: Any, existing: Any = None, **options: Any) -> list[str]:
    """What is wrong with a snapshot's disks, without the start that all messages have."""
    own = model.domain if model.domain is not None else existing
    found = list(align_snapshot(model, own, default_location(model), **options))
    assert all(error.rule.startswith("37") for error in found)
    return [str(error.error).partition(": ")[2] for error in found]


def wrong(model: Any) -> list[str]:
    """What is wrong with a checkpoint's disks."""
    found = list(align_checkpoint(model, model.domain))
    assert all(error.rule == "50" for error in found)
    return [str(error.error).partition(": ")[2] for error in found]


def test_missing_domain() -> None:
    model = snapshot("", inside="")
    assert align(model) == ["missing domain in snapshot"]
    existing = read(domain("vda"), Domain)
    assert align(model, existing) == []
    assert [disk.name for disk in model.disks] == ["vda"]


@pytest.mark.parametrize(
    ("disks", "text"),
    [
        (
            "<disk name='vda'/><disk name='vda'/><disk name='vda'/>",
            "too many disk snapshot requests for domain",
        ),
        ("<disk name='vdz'/>", "no disk named 'vdz'"),
        ("<disk name='vda'/><disk name='/a.img'/>", "disk '/a.img' specified twice"),
        ("<disk name='vda' snapshot='no'/>", "disk 'vda' must use snapshot mode 'internal'"),
    ],
)
def test_rule_37_internal(disks: str, text: str) -> None:
    assert align(snapshot(disks, "vda", "vdb"))[0] == text


def test_all_that_is_wrong_is_found() -> None:
    disks = "<disk name='vdq'/><disk name='vda' snapshot='external'/>"
    assert align(snapshot(disks, "vda", "vdb"), regular=None) == ["no disk named 'vdq'"]
    disks = "<disk name='vdq'/><disk name='vda'/><disk name='vda'/>"
    assert align(snapshot(disks, "vda", "vdb")) == [
        "too many disk snapshot requests for domain",
        "no disk named 'vdq'",
        "disk 'vda' specified twice",
    ]


def test_rule_37_file_needs_external() -> None:
    model = snapshot(
        "<disk name='vda' snapshot='internal'><source file='/x'/></disk>",
        "vda",
        state="disk-snapshot",
    )
    assert align(model) == ["file '/x' for disk 'vda' requires use of external snapshot mode"]


def test_order_names_and_defaults() -> None:
    model = snapshot("<disk name='/b.qcow2'/>", "vda", "vdb", "vdd", "hdc")
    assert align(model) == []
    assert [(disk.name, disk.snapshot) for disk in model.disks] == [
        ("vda", "internal"),
        ("vdb", "internal"),
        ("vdd", "no"),
        ("hdc", "no"),
    ]


def test_force_overrules_what_disks_say_of_themselves() -> None:
    model = snapshot("", "vda", "vdd", "hdc")
    assert list(align_snapshot(model, model.domain, "internal", force=True)) == []
    assert [disk.snapshot for disk in model.disks] == ["internal", "internal", "no"]


def test_a_domain_without_disks_skips_all() -> None:
    model = snapshot("")
    assert align(model) == []
    assert model.disks == []


def test_rule_37f_names_are_made_for_regular_files_only() -> None:
    def known(path: str) -> bool:
        return path == "/a.img"

    model = snapshot("", "vda", state="disk-snapshot")
    assert align(model, regular=known) == []
    assert (model.disks[0].snapshot, model.disks[0].source.path) == ("external", "/a.s")
    model = snapshot("", "vdb", "vde", state="disk-snapshot")
    refused = (
        "source for disk '{}' ({}) doesn't exist or is not a regular file; refusing to generate "
        "external snapshot name"
    )
    assert align(model, regular=known) == [
        refused.format("vdb", "/b.qcow2"),
        refused.format("vde", "/dev/y"),
    ]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("/a.img", "/a.s"),
        ("/a", "/a.s"),
        ("/d.d/a", "/d.d/a.s"),
        ("/a.b.c", "/a.b.s"),
        ("/.a", "/.s"),
    ],
)
def test_rule_37f_the_path(source: str, path: str) -> None:
    from vsh.redefine.rules.disks import external_path

    assert external_path(source, "s") == path


def test_rule_37f_what_no_path_can_be_made_for() -> None:
    model = snapshot("<disk name='vda' type='block'/>", "vda", "hdc", state="disk-snapshot")
    assert align(model, regular=lambda path: True) == [
        "cannot generate external snapshot name for disk 'vda' on a 'block' device"
    ]
    model = snapshot("<disk name='hdc' snapshot='external'/>", "hdc", state="disk-snapshot")
    assert align(model, regular=lambda path: True) == [
        "cannot generate external snapshot name for disk 'hdc' without source"
    ]


def test_rule_37f_collisions() -> None:
    model = snapshot(
        "<disk name='vda' snapshot='external'><source file='/b.s'/></disk>"
        "<disk name='vdb' snapshot='external'/>",
        "vda",
        "vdb",
    )
    assert align(model, regular=lambda path: True) == [
        "cannot generate external snapshot name for disk 'vdb': collision with disk 'vda'"
    ]


def checkpoint(disks: str, inside: str) -> Any:
    """A checkpoint to redefine."""
    text = f"<domaincheckpoint><name>c</name><creationTime>1</creationTime>{disks}{inside}</domaincheckpoint>"
    return read(text, DomainCheckpoint, flags=REDEFINE)


@pytest.mark.parametrize(
    ("disks", "names", "text"),
    [
        ("", (), "domain must have at least one disk to perform checkpoints"),
        (
            "<disk name='a'/><disk name='b'/>",
            ("vda",),
            "too many disk checkpoint requests for domain",
        ),
        ("<disk name='vdz'/>", ("vda",), "no disk named 'vdz'"),
        ("<disk name='vda'/><disk name='vda'/>", ("vda", "vdb"), "disk 'vda' specified twice"),
        ("<disk name='hdc'/>", ("vda", "hdc"), "disk 'hdc' is empty or readonly"),
    ],
)
def test_rule_50(disks: str, names: tuple[str, ...], text: str) -> None:
    body = f"<disks>{disks}</disks>" if disks else ""
    assert wrong(checkpoint(body, domain(*names)))[0] == text


def test_rule_50_bitmaps() -> None:
    model = checkpoint("", domain("vda", "hdc"))
    assert wrong(model) == []
    assert [(d.name, d.checkpoint, d.bitmap) for d in model.disks] == [
        ("vda", "bitmap", "c"),
        ("hdc", "no", None),
    ]
    model = checkpoint("<disks><disk name='vdb' bitmap='x'/></disks>", domain("vda", "vdb"))
    assert wrong(model) == []
    assert [(d.name, d.checkpoint, d.bitmap) for d in model.disks] == [
        ("vda", "no", None),
        ("vdb", "bitmap", "x"),
    ]


def test_rule_51_without_a_domain() -> None:
    model = checkpoint("<disks><disk name='any'/></disks>", "")
    name_bitmaps(model)
    assert [(d.name, d.bitmap) for d in model.disks] == [("any", "c")]
