"""A host with a lot on it, for measuring what listings cost: domains, snapshots, volumes, disks."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from tiny_guest import DISK, make_disk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from private_libvirtd import PrivateLibvirtd

DOMAINS = 300
SNAPSHOTS = 40
VOLUMES = 200
POOLS = 10
NETWORKS = 20
DISKS = 26
DELAY = 0.025  # each way

DOMAIN = """\
<domain type='qemu'><name>{name}</name><uuid>{uuid}</uuid><title>Guest {name}</title>
<memory>16384</memory><os><type arch='x86_64'>hvm</type></os><devices>{disks}</devices></domain>
"""
SNAPSHOT = """\
<domainsnapshot><name>s{number}</name>{parent}<state>shutoff</state>
<creationTime>{time}</creationTime>{domain}</domainsnapshot>
"""
NETWORK = """\
<network><name>{}</name><forward mode='bridge'/><bridge name='none'/></network>
"""
LISTINGS = (
    "list --all",
    "list --all --title --managed-save",
    "snapshot-list guest000",
    "snapshot-list guest000 --tree",
    "vol-list pool0 --details",
    "pool-list --all --details",
    "net-list --all",
    "nodedev-list --tree",
    "iface-list --all",
    "domblkinfo disky --all",
    "domstats",
)
"""What is measured."""


def domain(name: str, number: int, disks: str = "") -> str:
    return DOMAIN.format(name=name, uuid=uuid.UUID(int=number + (1 << 100)), disks=disks)


def snapshot(number: int) -> str:
    parent = f"<parent><name>s{number - 1}</name></parent>" if number else ""
    time = 1_700_000_000 + 60 * number
    return SNAPSHOT.format(number=number, parent=parent, time=time, domain=domain("guest000", 0))


def populate(daemon: PrivateLibvirtd, *, domains: int = DOMAINS) -> None:
    """Define it all, by the real virsh."""
    images = daemon.folder / "images"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = [
            *_defining(folder, "define", (domain(f"guest{n:03}", n) for n in range(domains))),
            *_defining(
                folder,
                "snapshot-create guest000 --redefine",
                (snapshot(number) for number in range(SNAPSHOTS)),
            ),
            *_defining(folder, "net-define", (NETWORK.format(f"n{n}") for n in range(NETWORKS))),
            *_defining(folder, "define", [domain("disky", domains, _disks(images))]),
        ]
        for number in range(POOLS):
            target = images / f"p{number}"
            target.mkdir()
            script.append(f"pool-define-as pool{number} dir --target {target}")
        for number in range(VOLUMES):
            (images / "p0" / f"v{number:03}.img").write_bytes(bytes(512))
        script += [f"pool-start pool{number}" for number in range(POOLS)]
        daemon.virsh("; ".join(script))


def _defining(folder: Path, command: str, documents: Iterable[str]) -> Iterable[str]:
    for number, document in enumerate(documents):
        path = folder / f"{command.partition(' ')[0]}{len(document)}-{number}.xml"
        path.write_text(document)
        yield f"{command} {path}"


def _disks(folder: Path) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"[:DISKS]
    described = []
    for letter in letters:
        path = make_disk(folder / f"{letter}.qcow2")
        described.append(DISK.format(form="qcow2", path=path, target=f"vd{letter}", bus="virtio"))
    return "".join(described)
