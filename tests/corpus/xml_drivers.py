"""The corpus adapter's answers for guests of the drivers whose defaults are written apart."""

from __future__ import annotations

import os

from vsh.xml.engine import flags as F  # noqa: N812
from vsh.xml.engine.reader import read


def _settle_macs() -> None:
    """The addresses that libvirt's tests generate are all the same."""
    from vsh.xml.engine import values

    values.generate_mac = lambda prefix: ":".join(f"{n:02x}" for n in (*prefix, 0, 0, 0))


def text(question: dict, name: str) -> str:
    """One of the case's files."""
    with open(os.path.join(question["dir"], name), encoding="utf-8", errors="surrogateescape") as f:
        return f.read()


def qemu(question: dict) -> dict:
    """A guest of QEMU, read and written; its capabilities are what the case says."""
    from vsh.hypervisors.qemu.defaults import QemuDefaults
    from vsh.hypervisors.qemu.emulator import Emulator, modern
    from vsh.xml.domain import Domain

    _settle_macs()
    case = question["case"]
    known = case.get("qemu_caps") or {}
    gic = tuple(word[1:] for word in known.get("gic") or ())
    version = known.get("version")
    if version is None:
        emulator = Emulator(known.get("flags") or (), gic=gic)
    elif version == "latest":
        emulator = None
    else:
        emulator = modern(known["arch"], tuple(map(int, version.split("."))))
    defaults = QemuDefaults(emulator)
    defaults.channels = "/tmp/channel"  # the folder of the program that the data was made with
    flags = F.INACTIVE if question["mode"] != "active" else 0
    model = read(text(question, "in.xml"), Domain, flags=flags)
    if "abi-update" in (case.get("parse_flags") or ()):
        flags |= F.ABI_UPDATE
    defaults.complete(model, flags=flags)  # every case is validated, as a driver does
    return {"output": model.format(F.SECURE | (flags & F.INACTIVE))}


def bhyve(question: dict) -> dict:
    """A guest of bhyve, read and written."""
    from vsh.hypervisors.bhyve.defaults import BhyveDefaults
    from vsh.xml.domain import Domain

    _settle_macs()
    case = question["case"]
    known = case.get("bhyve_caps", ("AHCI32SLOT",))
    model = read(text(question, "in.xml"), Domain, flags=F.INACTIVE)
    BhyveDefaults(many_disks="AHCI32SLOT" in known).complete(model)
    return {"output": model.format(F.SECURE | F.INACTIVE)}


FAMILIES = {"qemu": qemu, "qemu-full": qemu, "bhyve": bhyve}
