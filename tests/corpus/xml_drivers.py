"""The corpus adapter's answers for guests of the drivers whose defaults are written apart."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vsh.xml.engine import flags as F  # noqa: N812
from vsh.xml.engine.reader import read

if TYPE_CHECKING:
    from vsh.hypervisors.qemu.emulator import Emulator

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))


def _settle_chance() -> None:
    """What libvirt's tests generate is always the same."""
    from vsh.xml.engine import values

    values.generate_uuid = lambda: "00010203-0405-4607-8809-0a0b0c0d0e0f"
    values.generate_mac = lambda prefix: ":".join(f"{n:02x}" for n in (*prefix, 0, 0, 0))


def text(question: dict, name: str) -> str:
    """One of the case's files."""
    with open(os.path.join(question["dir"], name), encoding="utf-8", errors="surrogateescape") as f:
        return f.read()


def _emulator(folder: str, known: dict, system: str | None) -> Emulator | None:
    """What the QEMU of a case can do: its answers where they were recorded, else as of today."""
    import qemu_argv

    from vsh.hypervisors.qemu.emulator import Emulator, asked, modern

    version, arch = known.get("version"), known.get("arch")
    if version is None:
        gic = tuple(word[1:] for word in known.get("gic") or ())
        kinds = ("qemu", "kvm", "hvf") if system == "macos" else ("qemu", "kvm")
        return Emulator(known.get("flags") or (), gic=gic, kinds=kinds)
    replies = Path(folder).parents[2] / "qemu/replies"
    recorded = any(replies.glob(f"caps_*.{arch}.replies.xz"))
    number = qemu_argv.newest(replies, arch) if version == "latest" and recorded else version
    if (replies / f"caps_{number}.{arch}.replies.xz").exists():
        found = asked(qemu_argv.capabilities(replies, number, arch))
        if version == "latest":
            found.machines = {}  # boards keep the names that documents give them
        return found
    return None if version == "latest" else modern(arch, tuple(map(int, version.split("."))))


def qemu(question: dict) -> dict:
    """A guest of QEMU, read and written; its capabilities are what the case says."""
    from vsh.hypervisors.qemu.defaults import QemuDefaults
    from vsh.xml.domain import Domain

    _settle_chance()
    case = question["case"]
    known = case.get("qemu_caps") or {}
    defaults = QemuDefaults(_emulator(question["dir"], known, case.get("host_os")))
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

    _settle_chance()
    case = question["case"]
    known = case.get("bhyve_caps", ("AHCI32SLOT",))
    model = read(text(question, "in.xml"), Domain, flags=F.INACTIVE)
    BhyveDefaults(many_disks="AHCI32SLOT" in known).complete(model)
    return {"output": model.format(F.SECURE | F.INACTIVE)}


FAMILIES = {"qemu": qemu, "qemu-full": qemu, "bhyve": bhyve}
