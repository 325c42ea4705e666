"""The families of the corpus that convert between documents and other programs' configurations."""

from __future__ import annotations

import os

from vsh.errors import InternalError
from vsh.hypervisors.bhyve import argv as bhyve_argv
from vsh.hypervisors.bhyve.loader import load_command
from vsh.hypervisors.bhyve.write import bhyve_command
from vsh.hypervisors.lxc import tools as lxc_tools
from vsh.hypervisors.native import form_of
from vsh.hypervisors.shell_words import shell_line
from vsh.hypervisors.vmware import vmx as vmware_vmx
from vsh.xml.domain import Domain
from vsh.xml.engine import flags as F  # noqa: N812
from vsh.xml.engine.reader import read


def text(question: dict, name: str) -> str:
    """One of the case's files."""
    path = os.path.join(question["dir"], name)
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def complete(question: dict, defaults: object) -> Domain:
    """The case's document, complete."""
    domain = read(text(question, "in.xml"), Domain, flags=F.INACTIVE)
    defaults.complete(domain)
    return domain


class Datastores(vmware_vmx.Files):
    """The files of the server that the cases were made for."""

    def read(self, name: str, *, may_miss: bool = False) -> str | None:
        store, path = "datastore", f"directory/{name}"
        if name.startswith("/vmfs/volumes/"):
            store, _, path = name[len("/vmfs/volumes/") :].partition("/")
        elif name.startswith("/"):
            return name
        elif "/" in name:
            raise InternalError(f"Could not handle file name '{name}'")
        if store == "missing" or path.startswith("missing"):
            if may_miss:
                return None
            raise InternalError(f"Referenced missing file '{name}'")
        return f"[{store}] {path}"

    def write(self, name: str) -> str:
        if name.startswith("["):
            store, _, path = name[1:].partition("] ")
            return f"/vmfs/volumes/{store}/{path}"
        if name.startswith("/"):
            return name
        raise InternalError(f"Could not handle file name '{name}'")

    def controller_model(self, disk: object) -> str | None:
        return "lsilogic"


def vmx2xml(question: dict) -> dict:
    """VMX to a document."""
    files = Datastores()
    files.datacenter_path = question["case"].get("datacenterPath")
    domain = vmware_vmx.read(text(question, "in.vmx"), files)
    return {"output": domain.format(F.SECURE)}


def xml2vmx(question: dict) -> dict:
    """A document to VMX."""
    domain = complete(question, vmware_vmx.DEFAULTS())
    hardware = question["case"]["virtualHW_version"]
    return {"output": vmware_vmx.write(domain, Datastores(), hardware)}


def xen2xml(question: dict) -> dict:
    """A configuration of Xen to a document."""
    case = question["case"]
    domain = form_of(case["source_format"]).read(text(question, "in.cfg"))
    flags = sum({"secure": F.SECURE, "inactive": F.INACTIVE}[w] for w in case["format_flags"])
    return {"output": domain.format(flags)}


def xml2xen(question: dict) -> dict:
    """A document to a configuration of Xen."""
    format = form_of(question["case"]["target_format"])
    return {"output": format.write(complete(question, format.DEFAULTS()))}


UUID = "c7a5fdbd-edaf-9455-926a-d65c16db1809"


def lxc2xml(question: dict) -> dict:
    """A configuration of LXC to a document."""
    domain = lxc_tools.read(text(question, "in.config"))
    domain.uuid = UUID
    return {"output": domain.format(F.SECURE)}


class Bhyve(bhyve_argv.Host):
    """The host that the cases were made for."""

    def __init__(self, case: dict) -> None:
        self.capabilities = frozenset(case["bhyve_caps"])
        self.loader_console = "CONSDEV" in case["grub_caps"]
        self.firmware_folder = case["firmware_dir"]

    def firmwares(self) -> list[str]:
        return [] if "empty" in self.firmware_folder else ["BHYVE_UEFI.fd"]

    def tap(self, card: object) -> str:
        return "faketapdev"

    def port(self, graphics: object) -> int:
        return graphics.port or 5900


def argv2xml(question: dict) -> dict:
    """Command lines of bhyve to a document."""
    domain = bhyve_argv.read(text(question, "in.args"))
    if domain.uuid_generated:
        domain.uuid = UUID
    for card in domain.interfaces:
        if card.mac_generated:
            card.mac = "52:54:00:00:00:00"
    return {"output": domain.format(F.SECURE)}


def broken(words: list[str]) -> str:
    """A command as libvirt's tests show it: without its folder, a line for each option."""
    rest = [shell_line([word]) for word in words[1:]]
    text = words[0].rpartition("/")[2]
    seen = False
    for place, word in enumerate(words[1:]):
        option = word.startswith("-")
        together = seen and any(later.startswith("-") for later in words[place:])
        seen = seen or option
        text += (" " if together and not option else " \\\n") + rest[place]
    return text


def xml2argv(question: dict) -> dict:
    """A document to command lines of bhyve."""
    case = question["case"]
    host = Bhyve(case)
    domain = read(text(question, "in.xml"), Domain, flags=F.INACTIVE)
    for card in domain.interfaces:
        card.mac = card.mac or "52:54:00:00:00:00"
    bhyve_argv.BhyveDefaults(many_disks="AHCI32SLOT" in host.capabilities).complete(domain)
    bhyve_argv.set_firmware(domain, host)
    outputs = {"out.args": broken(bhyve_command(domain, host)), "out.ldargs": "dummy"}
    if not domain.os.loader:
        words, devices = load_command(domain, host)
        outputs["out.ldargs"] = broken(words)
        outputs["out.devmap"] = devices or ""
    return {"outputs": outputs}


FAMILIES = {
    "bhyveargv2xml": argv2xml,
    "bhyvexml2argv": xml2argv,
    "lxcconf2xml": lxc2xml,
    "vmx2xml": vmx2xml,
    "xml2vmx": xml2vmx,
    "xl2xml": xen2xml,
    "xm2xml": xen2xml,
    "xml2xl": xml2xen,
    "xml2xm": xml2xen,
}
