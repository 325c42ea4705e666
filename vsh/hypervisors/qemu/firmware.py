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
    from vsh.xml.domain.os import Nvram, Os

FOLDERS = ("/usr/share/qemu/firmware", "/etc/qemu/firmware")
NVRAM = "/var/lib/libvirt/qemu/nvram"
_INTERFACES = {"efi": "uefi", "bios": "bios"}
_OF_LOADER = {"rom": "bios", "pflash": "efi"}
_SEV_ES = 4  # in the policy of encrypted memory
_SECURITY_NEEDS = {
    "sev": frozenset({"amd-sev"}),
    "sev-es": frozenset({"amd-sev", "amd-sev-es"}),
    "sev-snp": frozenset({"amd-sev-snp"}),
    "tdx": frozenset({"intel-tdx"}),
}


class Firmware:
    """One description.

    device     what QEMU loads it as: "flash", "memory" or "kernel"
    path       the firmware's file
    format     the format of that file, "raw" or "qcow2"
    template   what a guest's variables start as, or None
    variables  the same of a guest whose variables are with QEMU (<varstore>), or None

    Raises KeyError or TypeError for what is no description.
    """

    def __init__(self, description: Struct) -> None:
        self.interfaces = texts(description["interface-types"])
        self.features = frozenset(texts(description["features"]))
        self.targets = [
            (text(target["architecture"]), texts(target["machines"]))
            for target in structs(description["targets"])
        ]
        mapping = struct(description["mapping"])
        self.device = text(mapping["device"])
        self.flash = self.device == "flash"
        self.mode = text(mapping.get("mode"), "split")
        file = struct(mapping["executable"]) if self.flash else mapping
        self.path = text(file["filename"])
        self.format = text(file.get("format"), "raw")
        template = struct(mapping.get("nvram-template"))
        self.template = text(template["filename"]) if template else None
        self.template_format = text(template.get("format"), self.format) if template else None
        kept = struct(mapping.get("uefi-vars"))
        self.variables = text(kept["template"]) if kept else None

    def suits(self, domain: Domain) -> bool:
        """Whether a guest can use it that leaves the choice, or parts of it, to us."""
        os = domain.os
        wanted = os.firmware or _OF_LOADER.get(str(os.loader_type))
        if _INTERFACES.get(str(wanted)) not in self.interfaces or not self._on_board(domain):
            return False
        if domain.newest and not (self._as_given(os) and self._guarded(domain)):
            return False
        if self.format not in (("raw", "qcow2") if domain.newest else ("raw",)):
            return False
        for wish, feature in (
            (domain.suspend_to_mem, "acpi-s3"), (domain.suspend_to_disk, "acpi-s4"),
            (os.loader_secure, "requires-smm"),
        ):  # fmt: skip
            if wish and feature not in self.features:
                return False
        if any((f.name in self.features) != f.enabled for f in os.features):
            return False
        if (os.varstore is not None and not self.variables) or (os.nvram and not self.flash):
            return False
        modes = {"stateless" if os.loader_stateless else "split"}
        if domain.newest and os.loader_readonly is False:
            modes = set() if os.loader_stateless else {"combined"}
        if self.flash and self.mode not in modes:
            return False
        return _SECURITY_NEEDS.get(_protection(domain) or "", frozenset()) <= self.features

    def _on_board(self, domain: Domain) -> bool:
        from fnmatch import fnmatchcase

        os = domain.os
        return any(
            arch == os.arch and any(fnmatchcase(str(os.machine), each) for each in machines)
            for arch, machines in self.targets
        )

    def _as_given(self, os: Os) -> bool:
        """Whether it is what a guest says of its files."""
        if self.device == "kernel":
            return not os.kernel or os.kernel == self.path
        if os.loader and os.loader != self.path:
            return False
        if not self.flash and False in (os.loader_readonly, os.loader_stateless):
            return False
        if os.loader_type not in (None, "pflash" if self.flash else "rom"):
            return False
        if not self.flash:
            return True
        nvram = os.nvram
        if nvram is not None and nvram.template not in (None, self.template):
            return False
        if nvram is not None and not os.loader:
            form = nvram.template_format or (None if nvram.template else nvram.format)
            if form not in (None, self.template_format):
                return False
        return os.loader_format in (None, self.format)

    def _guarded(self, domain: Domain) -> bool:
        """Whether its need of SMM, or that it does without, goes with what a guest has."""
        if "requires-smm" not in self.features:
            return True
        smm = domain.features.smm if domain.features is not None else None
        return domain.os.loader_secure is not False and (smm is None or smm.state is not False)


def _protection(domain: Domain) -> str | None:
    """How a guest's memory is protected, by the word of firmware's features; None: it is not."""
    security = domain.launch_security
    if security is None:
        return None
    if security.type == "sev" and int(security.policy or "0", 0) & _SEV_ES:
        return "sev-es"
    return security.type


def varstore_path(nvram: str, domain: Domain) -> str:
    """Where the variables of a guest are that QEMU keeps for its firmware.

    nvram  the folder of those that are in flash memory; it is beside that
    """
    return f"{nvram.rpartition('/')[0]}/varstore/{domain.name}.json"


def installed(folders: Iterable[Mapping[str, str]]) -> list[Firmware]:
    """The descriptions in folders, each a mapping of file names to texts; later ones count."""
    import json
    from contextlib import suppress

    files: dict[str, str] = {}
    for folder in folders:
        files |= folder
    found = []
    for name in sorted(files):
        if files[name].strip():  # an empty file hides one of the same name
            with suppress(ValueError, KeyError, TypeError):  # what is no description is passed over
                found.append(Firmware(json.loads(files[name])))
    return found


def read_folder(path: str) -> dict[str, str]:
    """The description files in a folder; none where there is no such folder."""
    from pathlib import Path

    folder = Path(path)
    if not folder.is_dir():
        return {}
    return {file.name: file.read_text() for file in sorted(folder.glob("*.json"))}


def settle(domain: Domain, folder: str, firmwares: list[Firmware] | None, *, new: bool) -> None:
    """What newer libvirt writes down about a guest's firmware and its variables.

    folder     of variables
    firmwares  what is installed on the host, of which one is chosen now; None: nobody looked
    new        the guest is being defined; one that was before had raw images

    Raises XmlDetail; OperationFailed where none suits a new guest.
    """
    from vsh.xml.domain.os import Nvram

    os = domain.os
    if os.firmware is None and not os.loader:
        return
    flash = os.firmware is not None or os.loader_type == "pflash"
    kept = flash and os.loader_readonly and not os.loader_stateless
    if os.firmware is None and kept and os.varstore is not None:
        raise XmlDetail("Only one of NVRAM/varstore can be used")
    if os.firmware is not None and not new:
        os.loader_format = os.loader_format or "raw"
    found = _first(firmwares or [] if flash else [], domain)
    if found is not None:
        _take(domain, found, folder)
    elif os.firmware is not None:
        if new and firmwares is not None:
            raise _unsuited(domain)
        return
    os.loader_format = os.loader_format or "raw"
    if os.nvram is not None and os.nvram.template:
        os.nvram.template_format = os.nvram.template_format or os.loader_format
    if os.loader_type != "pflash" or not os.loader_readonly or os.loader_stateless:
        return
    nvram = os.nvram = os.nvram or Nvram()
    nvram.format = nvram.format or nvram.template_format or os.loader_format
    if nvram.type is None and not nvram.path:
        path = _variables_path(domain, nvram, folder)
        if new and path.endswith(".fd") and (nvram.template or "").endswith(".raw"):
            path = f"{path.removesuffix('fd')}raw"
        nvram.path = path


def choose(domain: Domain, firmwares: list[Firmware], nvram: str = NVRAM) -> None:
    """Give a guest that asks for some kind of firmware the first that suits it.

    nvram  the folder for variables of guests that say nothing of them.  Raises OperationFailed.
    """
    os = domain.os
    if os.firmware is not None:
        found = _first(firmwares, domain)
        if found is None:
            raise _unsuited(domain)
        _take(domain, found, nvram)
    variables = os.nvram
    if os.loader_type == "pflash" and variables is not None and variables.type is None:
        variables.path = variables.path or _variables_path(domain, variables, nvram)


def _first(firmwares: list[Firmware], domain: Domain) -> Firmware | None:
    """The first that suits a guest; None: none does."""
    return next((each for each in firmwares if each.suits(domain)), None)


def _variables_path(domain: Domain, variables: Nvram, folder: str) -> str:
    """Where a guest's variables are that its document has no place for."""
    end = "qcow2" if variables.format == "qcow2" else "fd"
    return f"{folder}/{domain.name}_VARS.{end}"


def _unsuited(domain: Domain) -> OperationFailed:
    kind = domain.os.firmware
    if domain.newest:
        return OperationFailed(
            f"Unable to find '{kind}' firmware that is compatible with the current configuration"
        )
    return OperationFailed(f"Unable to find any firmware to satisfy '{kind}'")


def _take(domain: Domain, found: Firmware, folder: str) -> None:
    """Make a firmware's files those of a guest; ``folder``: of variables."""
    from vsh.xml.domain.os import FirmwareFeature, Nvram, Varstore

    os = domain.os
    if found.device == "kernel":
        os.kernel = found.path
        return
    os.loader, os.loader_type = found.path, "pflash" if found.flash else "rom"
    elsewhere = os.nvram is not None and os.nvram.type not in (None, "file", "block")
    if found.flash:
        os.loader_readonly = found.mode != "combined"
        if domain.newest:
            os.loader_format = found.format
    if found.flash and found.mode == "split":
        given = os.nvram is not None
        variables = os.nvram = os.nvram or Nvram()
        if domain.newest and not elsewhere:
            variables.template, variables.template_format = found.template, found.template_format
            variables.format = variables.format or (
                found.format if given else found.template_format
            )
        elif not given:
            variables.template = found.template
    if found.variables:
        os.varstore = os.varstore or Varstore()
        os.varstore.template = os.varstore.template or found.variables
        os.varstore.path = os.varstore.path or varstore_path(folder, domain)
    if "requires-smm" in found.features:
        from vsh.xml.domain.features import Features, Smm

        domain.features = domain.features or Features()
        smm = domain.features.smm
        domain.features.smm = Smm(state=True, tseg=None if smm is None else smm.tseg)
        os.loader_secure = True
    if domain.newest:
        os.firmware = os.firmware or ("efi" if "uefi" in found.interfaces else "bios")
        names = ["enrolled-keys", "secure-boot"]
        if found.flash and not os.loader_stateless and (os.nvram is None or not os.nvram.template):
            del names[0]  # of variables that do not start as a template nobody knows
        os.features = [FirmwareFeature(name=n, enabled=n in found.features) for n in names]
