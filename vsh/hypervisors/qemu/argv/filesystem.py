"""Folders of the host in the guest: over 9p, or by a virtiofs daemon."""

from __future__ import annotations

from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.backend import Backend
from vsh.hypervisors.qemu.argv.chardev import add_chardev
from vsh.hypervisors.qemu.argv.properties import escape, nonzero
from vsh.hypervisors.qemu.argv.virtio import virtio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.xml.domain.devices.filesystem import FileSystem

_WHOLE_WORDS = (9, 0, 0)  # a QEMU that complains of options without a value
_SECURITY = {"mapped": "mapped", "passthrough": "passthrough", "squash": "none"}


def add_filesystems(line: Line) -> None:
    """All folders."""
    for folder in line.domain.filesystems:
        if folder.driver_type in (None, "path", "handle"):
            _plan9(line, folder)
        elif folder.driver_type == "virtiofs":
            _virtiofs(line, folder)
        elif folder.driver_type == "mtp":
            line.device({
                "driver": "usb-mtp", "id": line.alias(folder), "rootdir": folder.source_dir,
                "desc": folder.target, "readonly": bool(folder.readonly),
                **address_of(line, folder),
            })  # fmt: skip
        else:
            raise line.unhandled(f"<filesystem> with driver '{folder.driver_type}'")


def _plan9(line: Line, folder: FileSystem) -> None:
    alias = line.alias(folder)
    if folder.driver_type == "handle":
        words = ["handle"]
    else:
        words = ["local", f"security_model={_SECURITY[folder.accessmode or 'passthrough']}"]
        if folder.multidevs:
            words.append(f"multidevs={folder.multidevs}")
        for name in ("fmode", "dmode"):
            mode = getattr(folder, name)
            if mode:
                words.append(f"{name}={int(str(mode), 8):04o}")
    if folder.wrpolicy:
        words.append(f"writeout={folder.wrpolicy}")
    words += [f"id=fsdev-{alias}", f"path={escape(folder.source_dir or '')}"]
    if folder.readonly:
        words.append("readonly=on" if line.can.version >= _WHOLE_WORDS else "readonly")
    line.add("-fsdev", ",".join(words))
    line.zpci(folder)
    line.device({
        **virtio(line, folder, "virtio-9p"), "id": alias, "fsdev": f"fsdev-{alias}",
        "mount_tag": folder.target, **address_of(line, folder),
    })  # fmt: skip


def _virtiofs(line: Line, folder: FileSystem) -> None:
    alias = line.alias(folder)
    path = folder.source_socket or f"{line.folder}/{alias}-fs.sock"
    add_chardev(line, Backend("unix", f"chr-vu-{alias}", path=path, passed=False))
    line.zpci(folder)
    line.device({
        **virtio(line, folder, "vhost-user-fs"), "id": alias, "chardev": f"chr-vu-{alias}",
        "queue-size": nonzero(folder.queue), "tag": folder.target,
        "bootindex": line.boot.get(id(folder)), **address_of(line, folder),
    })  # fmt: skip
