"""Firmware: descriptions of what is installed, and which of it suits a guest.

A description is a JSON file of QEMU's own form.  Those of several folders count as one list, sorted
by the names of files; of two files of one name the later folder's counts, and an empty one says
that there is none.
"""

from __future__ import annotations

from vsh.errors import OperationFailed, XmlDetail
from vsh.qmp.value import struct, structs, text, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vsh.qmp.value import Struct
    from vsh.xml.domain import Domain

FOLDERS = ("/usr/share/qemu/firmware", "/etc/qemu/firmware")
NVRAM = "/var/lib/libvirt/qemu/nvram"
_INTERFACES = {"efi": "uefi", "bios": "bios"}
_SEV_ES = 4  # in the policy of encrypted memory


class Firmware:
    """One description.

    path      the firmware's file
    template  what a guest's variables start as, or None
    variables  the same of a guest whose variables are with QEMU (<varstore>), or None
    """

    def __init__(self, description: Struct) -> None:
        self.interfaces = texts(description["interface-types"])
        self.features = frozenset(texts(description["features"]))
        self.targets = [
            (text(target["architecture"]), texts(target["machines"]))
            for target in structs(description["targets"])
        ]
        mapping = struct(description["mapping"])
        self.flash = mapping["device"] == "flash"
        self.mode = text(mapping.get("mode"), "split")
        self.path = text((struct(mapping["executable"]) if self.flash else mapping)["filename"])
        template = struct(mapping.get("nvram-template"))
        self.template = text(template["filename"]) if template else None
        kept = struct(mapping.get("uefi-vars"))
        self.variables = text(kept["template"]) if kept else None

    def suits(self, domain: Domain) -> bool:
        """Whether a guest that leaves the choice to us can use it."""
        from fnmatch import fnmatchcase

        os = domain.os
        if _INTERFACES.get(str(os.firmware)) not in self.interfaces:
            return False
        if not any(
            arch == os.arch and any(fnmatchcase(str(os.machine), each) for each in machines)
            for arch, machines in self.targets
        ):
            return False
        for sleeps, feature in (
            (domain.suspend_to_mem, "acpi-s3"), (domain.suspend_to_disk, "acpi-s4"),
            (os.loader_secure, "requires-smm"),
        ):  # fmt: skip
            if sleeps and feature not in self.features:
                return False
        if any((f.name in self.features) != f.enabled for f in os.features):
            return False
        if (os.varstore is not None and not self.variables) or (os.nvram and not self.flash):
            return False
        if self.flash and self.mode != ("stateless" if os.loader_stateless else "split"):
            return False
        security = domain.launch_security
        if security is not None and security.type == "sev":
            secret = bool(int(security.policy or "0", 0) & _SEV_ES)
            return {"amd-sev", *(["amd-sev-es"] if secret else ())} <= self.features
        return True


def varstore_path(nvram: str, domain: Domain) -> str:
    """Where the variables of a guest are that QEMU keeps for its firmware.

    nvram  the folder of those that are in flash memory; it is beside that
    """
    return f"{nvram.rpartition('/')[0]}/varstore/{domain.name}.json"


def installed(folders: Iterable[Mapping[str, str]]) -> list[Firmware]:
    """The descriptions in folders, each a mapping of file names to texts; later ones count."""
    import json

    files: dict[str, str] = {}
    for folder in folders:
        files |= folder
    return [Firmware(json.loads(files[name])) for name in sorted(files) if files[name].strip()]


def read_folder(path: str) -> dict[str, str]:
    """The description files in a folder; none where there is no such folder."""
    from pathlib import Path

    folder = Path(path)
    if not folder.is_dir():
        return {}
    return {file.name: file.read_text() for file in sorted(folder.glob("*.json"))}


def settle(domain: Domain, folder: str) -> None:
    """What newer libvirt writes down about given firmware and its variables; ``folder`` has them.

    Raises XmlDetail.
    """
    from vsh.xml.domain.os import Nvram

    os = domain.os
    if os.firmware is not None or not os.loader:
        return
    os.loader_format = os.loader_format or "raw"
    if os.loader_type != "pflash" or not os.loader_readonly or os.loader_stateless:
        return
    if os.varstore is not None:
        raise XmlDetail("Only one of NVRAM/varstore can be used")
    nvram = os.nvram = os.nvram or Nvram()
    nvram.format = nvram.format or nvram.template_format or os.loader_format
    if nvram.template:
        nvram.template_format = nvram.template_format or os.loader_format
    if nvram.type is None:
        end = "qcow2" if nvram.format == "qcow2" else "fd"
        nvram.path = nvram.path or f"{folder}/{domain.name}_VARS.{end}"


def choose(domain: Domain, firmwares: list[Firmware], nvram: str = NVRAM) -> None:
    """Give a guest that asks for some kind of firmware the first that suits it.

    nvram  the folder for variables of guests that say nothing of them.  Raises OperationFailed.
    """
    from vsh.xml.domain.os import Nvram, Varstore

    os = domain.os
    path = f"{nvram}/{domain.name}_VARS.fd"
    if os.firmware is None:
        if os.loader_type == "pflash" and os.nvram is not None and os.nvram.type is None:
            os.nvram.path = os.nvram.path or path
        return
    found = next((each for each in firmwares if each.suits(domain)), None)
    if found is None:
        raise OperationFailed(f"Unable to find any firmware to satisfy '{os.firmware}'")
    os.loader = found.path
    os.loader_type = "pflash" if found.flash else "rom"
    if found.flash:
        os.loader_readonly = True
        if found.mode == "split":
            os.nvram = os.nvram or Nvram(template=found.template)
            if os.nvram.type is None:
                os.nvram.path = os.nvram.path or path
    if found.variables:
        os.varstore = os.varstore or Varstore()
        os.varstore.template = os.varstore.template or found.variables
        os.varstore.path = os.varstore.path or varstore_path(nvram, domain)
    if "requires-smm" in found.features:
        from vsh.xml.domain.features import Features, Smm

        domain.features = domain.features or Features()
        smm = domain.features.smm
        domain.features.smm = Smm(state=True, tseg=None if smm is None else smm.tseg)
        os.loader_secure = True
