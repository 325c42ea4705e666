"""How disks of snapshots and checkpoints are matched with a domain's: rules 37, 50 and 51."""

# ruff: noqa: E501  (documents and messages stand on one line)

from __future__ import annotations

from typing import Any

import pytest

from vsh.redefine.align import align_checkpoint, align_snapshot, default_location, name_bitmaps
from vsh.xml.checkpoint import DomainCheckpoint
from vsh.xml.domain import Domain
from vsh.xml.domain.defaults import Defaults
from vsh.xml.flags import REDEFINE, SKIP_VALIDATE
from vsh.xml.reader import read
from vsh.xml.snapshot import DomainSnapshot

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
    model = read(text, DomainSnapshot, flags=REDEFINE)
    if model.domain is not None:
        model.domain.complete(Defaults(), flags=SKIP_VALIDATE)
    return model


def align(model: Any, existing: Any = None, **options: Any) -> list[Any]:
    """What is wrong with a snapshot's disks; matched with its own domain or the existing one."""
    domain = model.domain or existing
    return list(align_snapshot(model, domain, default_location(model), **options))


def texts(errors: list[Any]) -> list[str]:
    """What the errors say, without the start that all of them have."""
    assert all(error.rule[:2] in ("37", "50") for error in errors)
    return [str(error).partition(": ")[2] for error in errors]


def test_missing_domain() -> None:
    model = snapshot("", inside="")
    assert texts(align(model)) == ["missing domain in snapshot"]
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
    assert texts(align(snapshot(disks, "vda", "vdb")))[0] == text


def test_rule_37_file_needs_external() -> None:
    model = snapshot(
        "<disk name='vda' snapshot='internal'><source file='/x'/></disk>",
        "vda",
        state="disk-snapshot",
    )
    assert texts(align(model)) == [
        "file '/x' for disk 'vda' requires use of external snapshot mode"
    ]


def test_order_names_and_defaults() -> None:
    model = snapshot("<disk name='/b.qcow2'/>", "vda", "vdb", "hdc", "vdd")
    assert align(model) == []
    assert [(disk.name, disk.snapshot) for disk in model.disks] == [
        ("vda", "internal"),
        ("vdb", "internal"),
        ("vdd", "no"),
        ("hdc", "no"),
    ]


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
    assert texts(align(model, regular=known)) == [
        (
            "source for disk 'vdb' (/b.qcow2) doesn't exist or is not a regular file; refusing to "
            "generate external snapshot name"
        ),
        (
            "source for disk 'vde' (/dev/y) doesn't exist or is not a regular file; refusing to "
            "generate external snapshot name"
        ),
    ]


def test_rule_37f_collisions() -> None:
    model = snapshot(
        "<disk name='vda' snapshot='external'><source file='/b.s'/></disk>"
        "<disk name='vdb' snapshot='external'/>",
        "vda",
        "vdb",
    )
    assert texts(align(model, regular=lambda path: True)) == [
        "cannot generate external snapshot name for disk 'vdb': collision with disk 'vda'"
    ]


def checkpoint(disks: str, inside: str) -> Any:
    """A checkpoint to redefine."""
    text = f"<domaincheckpoint><name>c</name><creationTime>1</creationTime>{disks}{inside}</domaincheckpoint>"
    model = read(text, DomainCheckpoint, flags=REDEFINE)
    if model.domain is not None:
        model.domain.complete(Defaults(), flags=SKIP_VALIDATE)
    return model


def checked(model: Any) -> list[Any]:
    """What is wrong with a checkpoint's disks, its domain's where it has one."""
    if model.domain is None:
        name_bitmaps(model)
        return []
    return list(align_checkpoint(model, model.domain))


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
    assert texts(checked(checkpoint(body, domain(*names))))[0] == text


def test_rule_50_bitmaps() -> None:
    model = checkpoint("", domain("vda", "hdc"))
    assert checked(model) == []
    assert [(d.name, d.checkpoint, d.bitmap) for d in model.disks] == [
        ("vda", "bitmap", "c"),
        ("hdc", "no", None),
    ]
    model = checkpoint("<disks><disk name='vdb' bitmap='x'/></disks>", domain("vda", "vdb"))
    assert checked(model) == []
    assert [(d.name, d.checkpoint, d.bitmap) for d in model.disks] == [
        ("vda", "no", None),
        ("vdb", "bitmap", "x"),
    ]


def test_rule_51_without_a_domain() -> None:
    model = checkpoint("<disks><disk name='any'/></disks>", "")
    assert checked(model) == []
    assert [(d.name, d.bitmap) for d in model.disks] == [("any", "c")]
