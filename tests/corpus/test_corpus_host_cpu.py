"""The CPU of the hosts of recorded QEMUs: the model and features that libvirt reports."""

from __future__ import annotations

import json
import lzma
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from vsh.hypervisors.qemu.capabilities import Capabilities
from vsh.hypervisors.qemu.host_cpu import host_cpu
from vsh.hypervisors.qemu.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Counts

FLOOR = 21


def told(text: str) -> tuple[str | None, set[tuple[str, str]]] | None:
    """The host's CPU of a document of domain capabilities."""
    mode = ET.fromstring(text).find("cpu/mode[@name='host-model']")
    if mode is None or mode.get("supported") != "yes":
        return None
    features = {(f.get("policy", ""), f.get("name", "")) for f in mode.findall("feature")}
    return mode.findtext("model"), features


def test_host_cpus(corpus: Path, counts: Counts) -> None:
    equal = total = 0
    for line in (corpus / "qemu/domaincaps.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        wanted = told(case["out"]) if case["arch"] == "x86_64" and "out" in case else None
        path = corpus / f"qemu/replies/caps_{case['version']}.x86_64.replies.xz"
        if wanted is None or not path.exists():
            continue
        with lzma.open(path, "rt") as file:
            recording = Recording(file.read())
        kvm = case["domain"] == "kvm"
        can = Capabilities(recording if kvm else recording.emulation or recording)
        found = host_cpu(can, kvm=kvm, migratable=False)
        total += 1
        if found is not None:
            features = {(str(f.policy), str(f.name)) for f in found.features}
            equal += (found.model, features) == wanted
    counts.note("host CPUs of domain capabilities", equal, total, FLOOR)
    assert equal >= FLOOR
