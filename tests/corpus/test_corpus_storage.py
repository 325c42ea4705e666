"""The commands that make recorded pools and volumes, beside those that libvirt runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vsh.drivers.host.pool.commands import SAFE, activate, mount
from vsh.drivers.host.volume.image import Secrets, create
from vsh.errors import Error
from vsh.xml.engine.reader import read
from vsh.xml.storage.pool import BackedPool, StoragePool
from vsh.xml.storage.volume import StorageVolume

if TYPE_CHECKING:
    from pathlib import Path

    from tests.corpus.conftest import Counts


def cases(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def volume(text: str, pool: str, *, bare: bool = False) -> StorageVolume:
    """A volume as a pool has it; the recordings say which kind of pool makes it a device."""
    kind = read(pool, StoragePool).type
    if bare and "<capacity" not in text:
        text = text.replace("</volume>", "<capacity>0</capacity></volume>")
    found = read(text, StorageVolume, facts=kind)
    found.type = "block" if kind in ("logical", "disk", "iscsi", "scsi") else "file"
    return found


def test_volumes(corpus: Path, counts: Counts) -> None:
    found = cases(corpus / "qemu/vol-argv.jsonl")
    wrong = []
    for case in found:
        optional = case["optional_capacity"] or case["inputvol"] is not None
        source = None
        if case["inputvol"]:
            source = volume(case["inputvol"], case["inputpool"])
        try:
            made: Any = create(
                volume(case["vol"], case["pool"], bare=optional),
                source,
                Secrets("/path/to/secretFile", "/path/to/inputSecretFile"),
                preallocate="prealloc-metadata" in case["flags"],
            )
        except Error as error:
            made = str(error)
        if (made if isinstance(made, list) else None) != case.get("commands"):
            wrong.append((case["name"], made, case.get("commands")))
    counts.note("volume commands", len(found) - len(wrong), len(found), len(found))
    assert len(found) >= 23
    assert wrong == []


def test_pools(corpus: Path, counts: Counts) -> None:
    """The mounts are recorded twice: with what libvirt asks on Linux, and elsewhere without."""
    found = cases(corpus / "qemu/pool-argv.jsonl")
    wrong = []
    for case in found:
        pool = read(case["in"], BackedPool)
        if pool.type == "logical":
            made = [[activate(pool, on=True)]]
        else:
            made = [[mount(pool, SAFE)], [mount(pool, "")]]
        if case["commands"] not in made:
            wrong.append((case["name"], made, case["commands"]))
    counts.note("pool commands", len(found) - len(wrong), len(found), len(found))
    assert len(found) >= 7
    assert wrong == []
