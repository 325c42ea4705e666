"""A QEMU's answers to single questions, kept in a file: which were asked, and what it said.

``python tests/hypervisors/qemu/argv/answers.py`` asks the QEMU of this host for all documents again
and writes what the tests read: ``answers.json`` and each document's command line.  What it says is
to be compared with libvirt's before it is kept.  With the path of another QEMU it is that one's
turn, for the documents of the folder ``newest``.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from vsh.errors import Error
from vsh.hypervisors.qemu.argv import command_line
from vsh.hypervisors.qemu.argv.host import Host
from vsh.hypervisors.qemu.capabilities import Capabilities
from vsh.hypervisors.qemu.defaults import QemuDefaults
from vsh.hypervisors.qemu.emulator import asked
from vsh.hypervisors.qemu.probe import Probe
from vsh.hypervisors.qemu.starting import prepare
from vsh.xml.domain import Domain
from vsh.xml.engine import flags
from vsh.xml.engine.reader import read

HERE = Path(__file__).parent
NEWEST = HERE / "newest"  # of QEMU 11.1
DOCUMENTS = sorted((HERE / "documents").glob("*.xml"))
NEWER_DOCUMENTS = sorted((NEWEST / "documents").glob("*.xml"))
_QUESTIONS = (
    "has", "has_property", "object_property", "option", "command", "tpm", "default_of",
    "machine_names", "boards", "cpu_models", "expanded", "cpu_of_type", "host_cpu",
)  # fmt: skip
_FACTS = ("version", "newest", "arch", "kvm", "sgx", "sev_guest", "sev", "gic")
_FRAME = """<domain type='qemu'>
  <name>ref</name>
  <uuid>5c1cd1a2-6a4b-4d7e-9c0f-000000000001</uuid>
  <memory unit='MiB'>256</memory>
  <vcpu>2</vcpu>
  <os><type arch='x86_64' machine='{machine}'>hvm</type>{os}</os>
  {features}{before}
  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{devices}</devices>
</domain>
"""


def refusals(folder: Path = HERE.parent) -> list[tuple[str, str]]:
    """The documents of a folder's refusals.txt, and what libvirt says to each."""
    found = []
    for block in (folder / "refusals.txt").read_text(encoding="utf-8").split("\n\n"):
        place, part, error = block.strip().split("\n")
        place, _, machine = place.partition(" ")
        parts = {"os": "", "before": "", "devices": "", place: part}
        parts.setdefault("features", "<features><acpi/><apic/></features>")
        found.append((_FRAME.format(machine=machine or "q35", **parts), error))
    return found


class FixedHost(Host):
    """A host on which everything is where it usually is, and the time stands still."""

    hugepages = ((2048, "/dev/hugepages"),)
    hugepage_default = 2048
    render_node = "/dev/dri/renderD128"
    nbd_certificates = "/etc/pki/qemu"

    def now(self) -> int:
        return 1234567890

    def tpm(self, tpm: object) -> tuple[str, str]:
        return "3", "4"


def line_of(text: str, can: Capabilities) -> list[str]:
    """The command line of a document."""
    domain = read(text, Domain, flags=flags.INACTIVE)
    emulator = asked(can)
    QemuDefaults(emulator).complete(domain, flags=flags.INACTIVE)
    prepare(domain, can, emulator)
    return command_line(domain, can, FixedHost())


def shown(text: str, can: Capabilities) -> str:
    """The command line, or the error, one word a line."""
    try:
        return "\n".join(line_of(text, can)) + "\n"
    except Error as error:
        return f"error: {error}\n"


class Kept(Capabilities):
    """A QEMU of which only what was once asked is known."""

    def __init__(self, kept: dict[str, object]) -> None:
        super().__init__(lambda command, _arguments: kept[command])
        for name in _QUESTIONS:
            setattr(self, name, partial(self._said, name))
        self.kept = kept

    def _said(self, name: str, *arguments: object, **_words: object) -> object:
        return self.kept[_key(name, arguments)]

    version = property(lambda self: tuple(self.kept["version"]))
    arch = property(lambda self: self.kept["arch"])
    kvm = property(lambda self: self.kept["kvm"])
    sgx = property(lambda self: self.kept["sgx"])
    sev_guest = property(lambda self: self.kept["sev_guest"])
    sev = property(lambda self: tuple(self.kept["sev"]))
    gic = property(lambda self: tuple(self.kept["gic"]))


class Keeping(Capabilities):
    """A living QEMU whose answers are noted."""

    def __init__(self, probe: Probe) -> None:
        super().__init__(probe)
        self.kept: dict[str, object] = {
            name: getattr(Capabilities, name).fget(self) for name in _FACTS
        }
        for name in _QUESTIONS:
            setattr(self, name, partial(self._keep, name))
        self.kept["query-machines"] = self._once("query-machines")

    def _keep(self, name: str, *arguments: object, **words: object) -> object:
        said = getattr(Capabilities, name)(self, *arguments, **words)
        self.kept[_key(name, arguments)] = said
        return said


def _key(name: str, arguments: tuple[object, ...]) -> str:
    return " ".join([name, *map(str, arguments)])


def main() -> None:
    """Ask again."""
    program = sys.argv[1] if sys.argv[1:] else "/usr/bin/qemu-system-x86_64"
    folder, documents, refused = HERE, DOCUMENTS, refusals()
    if sys.argv[1:]:
        folder, documents, refused = NEWEST, NEWER_DOCUMENTS, refusals(NEWEST)
    with Probe(program, "tcg") as probe:
        can = Keeping(probe)
        for path in documents:
            path.with_suffix(".args").write_text(shown(path.read_text(), can))
        for document, _error in refused:
            shown(document, can)
    text = json.dumps(can.kept, indent=0, sort_keys=True)
    (folder / "answers.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
