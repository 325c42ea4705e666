"""A guest with two disks in a root of its own, and what must be true of it after every kill."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from vsh.drivers.qemu import images

if TYPE_CHECKING:
    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain


class World:
    """A guest with two disks, and what must be true of it at any moment."""

    def __init__(self, root: str, tiny: TinyGuest) -> None:
        self.root = root
        self.folder = tiny.disks[0].parent
        self.bases = {str(path) for path in tiny.disks}
        uuid = "<uuid>5b3f6f0e-6f53-4d5c-8f0e-3c1d2b7a9e10</uuid>"
        usb = "<controller type='usb' model='{}'/>"
        self.xml = tiny.xml.replace("</name>", f"</name>{uuid}").replace(
            usb.format("none"), usb.format("qemu-xhci")
        )

    def domain(self, connection: Connection) -> Domain:
        return connection.domain_lookup_by_name("tiny")

    def check(self, connection: Connection) -> Domain | None:
        """What every opener must find."""
        path = self.root.partition("root=")[2]
        running = connection.list_all_domains(1)
        assert owners(path) == len(running), "a QEMU without an owner"
        found = [each for each in connection.list_all_domains(0) if each.name == "tiny"]
        if not found:
            return None
        domain = found[0]
        texts = [domain.get_xml_desc(0), domain.get_xml_desc(2)]
        snapshots = domain.list_all_snapshots()
        texts += [each.get_xml_desc() for each in snapshots]
        known = "".join(texts)
        for file in self.folder.iterdir():
            if file.name.startswith("tiny-") and str(file) not in self.bases:
                assert f"'{file}'" in known, f"{file} is of no definition"
        inside = {each.name for each in snapshots if "snapshot='internal'" in each.get_xml_desc()}
        for base in self.bases:
            has = {text["name"] for text in images.info(base).get("snapshots", [])}
            assert has == inside
        saves = list(Path(path, "save").iterdir())
        assert bool(domain.has_managed_save_image()) == bool(saves)
        if domain.is_active():
            assert not domain.has_managed_save_image()
            self._check_running(domain)
        return domain

    def _check_running(self, domain: Domain) -> None:
        live, planned = domain.get_xml_desc(0), domain.get_xml_desc(2)
        tops = [
            each["inserted"]["image"]["filename"]
            for each in asked(domain, "query-block")
            if each.get("inserted")
        ]
        assert sources(live) == tops
        # what runs and what is configured are two documents: a medium may be in one of them only
        assert [each for each in sources(planned) if ".iso" not in each] == [
            each for each in tops if ".iso" not in each
        ]
        nodes = [each["node-name"] for each in asked(domain, "query-named-block-nodes", flat=True)]
        named = [node for node in nodes if node.startswith("libvirt-")]
        if domain.get_job_info().type:  # a backup's images
            backed = domain.backup_get_xml_desc()
            live += "<source file='" * backed.count("<scratch file='")
        mirrored = live.count("<mirror ") - live.count("job='copy'")  # it is below the disk, too
        assert len(named) == 2 * (live.count("<source file='") - mirrored)


def owners(path: str) -> int:
    """How many QEMUs have their sockets below a root's folder."""
    return len(qemus(f"{path}/run"))


def qemus(folder: str) -> list[int]:
    """The QEMUs that have their sockets below a folder."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                words = Path("/proc", entry, "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if any(f"{folder}/".encode() in word for word in words):
                found.append(int(entry))
    return found


def asked(domain: Domain, command: str, **arguments: object) -> list[dict]:
    wanted = {"execute": command, "arguments": arguments}
    return json.loads(domain.monitor_command(json.dumps(wanted), 0))["return"]


def sources(document: str) -> list[str]:
    """The images that are written to, in a domain's document."""
    return [
        disk.partition("<source file='")[2].partition("'")[0]
        for disk in document.split("<disk ")[1:]
    ]
