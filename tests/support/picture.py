"""All that can be known of a guest, its images and its QEMU, without what differs by itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from killed_guest import asked

from vsh.drivers.qemu import images
from vsh.errors import Error
from vsh.words.domain.block import DomainBlockJobType

if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

_BY_ITSELF = (
    (r"<domain type='(\w+)' id='\d+'", r"<domain type='\1'"),
    (r"<creationTime>\d+<", "<creationTime><"),
    (r" index='\d+'", ""),
    (r"<backingStore/>", ""),
    (r"domain-\d+-", "domain-"),
    (r"/dev/pts/\d+", "/dev/pts/"),
    (r" ready='\w+'", ""),
    (r"\.\d{10}(?=\W|$)", ".TIME"),  # in names of overlays
)
Picture = dict[str, object]


def picture(connection: Connection, folder: Path, root: Path, name: str) -> Picture:
    """What there is of a guest by a name, and in its folder and its root's."""
    found: Picture = {"kept": kept(root)}
    domains = {each.name: each for each in connection.list_all_domains(0)}
    found["names"] = sorted(domains)
    domain = domains.get(name)
    if domain is not None:
        settle(domain)
        found |= _of(domain)
    found["files"] = files(folder)
    return found


def _of(domain: Domain) -> Picture:
    found: Picture = {
        "state": domain.get_state().state,
        "persistent": domain.is_persistent(),
        "autostart": domain.get_autostart(),
        "saved": domain.has_managed_save_image(),
        "live": plain(domain.get_xml_desc(0)),
        "planned": plain(domain.get_xml_desc(2)),
        "snapshots": {
            each.name: (each.is_current, plain(each.get_xml_desc()))
            for each in domain.list_all_snapshots()
        },
        "checkpoints": {
            each.name: plain(each.get_xml_desc()) for each in domain.list_all_checkpoints()
        },
    }
    if domain.is_active():
        found["job"] = domain.get_job_info().type
        found["qemu"] = qemu(domain)
    return found


def plain(document: str) -> str:
    for pattern, instead in _BY_ITSELF:
        document = re.sub(pattern, instead, document)
    return document


def settle(domain: Domain) -> None:
    """Jobs that go on by themselves have come to their ends."""
    for target in ("vda", "vdb"):
        while domain.is_active():
            told = domain.get_block_job_info(target)
            ended = told.end and told.cur == told.end
            if not told.found or ended or told.type == DomainBlockJobType.BACKUP:
                break


def files(folder: Path) -> dict[str, object]:
    """The files of a folder but what serial ports wrote; of images what is in them."""
    found: dict[str, object] = {}
    for file in sorted(folder.rglob("*")):
        if (
            not file.is_file()
            or file.suffix == ".serial"
            or "root" in file.relative_to(folder).parts[:1]
        ):
            continue
        name = plain(str(file.relative_to(folder)))
        with file.open("rb") as opened:
            head = opened.read(4)
        if head != b"QFI\xfb":
            found[name] = file.stat().st_size if name.endswith(".raw") else True
            continue
        try:
            told = images.info(str(file))
        except Error as error:
            found[name] = str(error)
            continue
        data = told.get("format-specific", {}).get("data", {})
        found[name] = {
            "size": told["virtual-size"],
            "below": plain(told.get("full-backing-filename", "")),
            "inside": sorted(each["name"] for each in told.get("snapshots", ())),
            "bitmaps": sorted(
                each["name"] for each in data.get("bitmaps", ()) if "in-use" not in each["flags"]
            ),
        }
    return found


def kept(root: Path) -> list[str]:
    """What a root keeps of guests beside its state file."""
    return sorted(
        str(file.relative_to(root))
        for part in ("save", "nvram", "swtpm", "snapshot")
        for file in (root / part).rglob("*")
        if file.is_file()
    )


def qemu(domain: Domain) -> Picture:
    """What a guest's QEMU has of it."""
    nodes = asked(domain, "query-named-block-nodes", flat=True)
    own = [each for each in nodes if each["node-name"].startswith(("libvirt-", "migration-"))]
    return {
        "status": asked(domain, "query-status")["status"],
        "nodes": sorted(
            (each["drv"], plain(each["file"]), each["ro"], each["write_threshold"]) for each in own
        ),
        "bitmaps": sorted(x.get("name", "") for node in own for x in node.get("dirty-bitmaps", ())),
        "jobs": sorted((each["type"], each["status"]) for each in asked(domain, "query-jobs")),
        "exports": len(asked(domain, "query-block-exports")),
        "objects": sorted(each["name"] for each in asked(domain, "qom-list", path="/objects")),
        "devices": sorted(
            each["name"] for each in asked(domain, "qom-list", path="/machine/peripheral")
        ),
        "chardevs": sorted(each["label"] for each in asked(domain, "query-chardev")),
        "migration": asked(domain, "query-migrate").get("status") in ("active", "setup", "device"),
    }


def difference(one: object, other: object, place: str = "") -> str:
    """Where two pictures differ, for a person."""
    if one == other:
        return ""
    if isinstance(one, dict) and isinstance(other, dict):
        parts = [
            difference(one.get(key), other.get(key), f"{place}/{key}")
            for key in sorted(one.keys() | other.keys())
        ]
        return "".join(parts)
    if isinstance(one, tuple) and isinstance(other, tuple):
        one, other = list(one), list(other)
    if isinstance(one, list) and isinstance(other, list):
        one, other = ("\n".join(map(str, each)) for each in (one, other))
    if isinstance(one, str) and isinstance(other, str):
        import difflib

        lines = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)
        return "".join(f"{place}: {line}\n" for line in lines if line[:2] not in ("--", "++", "@@"))
    return f"{place}: {one} -> {other}\n"
