"""The families of the corpus that convert between documents and other programs' configurations."""

from __future__ import annotations

import os

from vsh.errors import InternalError
from vsh.lookup import module
from vsh.native import vmware_vmx
from vsh.xml import flags as F  # noqa: N812
from vsh.xml.domain import Domain
from vsh.xml.reader import read


def text(question: dict, name: str) -> str:
    """One of the case's files."""
    path = os.path.join(question["dir"], name)
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def complete(question: dict, defaults: object) -> Domain:
    """The case's document, complete."""
    domain = read(text(question, "in.xml"), Domain, flags=F.INACTIVE)
    domain.complete(defaults)
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
    domain = vmware_vmx.read(text(question, "in.vmx"), Datastores())
    return {"output": domain.format(F.SECURE)}


def xml2vmx(question: dict) -> dict:
    """A document to VMX."""
    domain = complete(question, vmware_vmx.DEFAULTS())
    hardware = question["case"]["virtualHW_version"]
    return {"output": vmware_vmx.write(domain, Datastores(), hardware)}


def xen2xml(question: dict) -> dict:
    """A configuration of Xen to a document."""
    case = question["case"]
    domain = module("vsh.native", case["source_format"]).read(text(question, "in.cfg"))
    flags = sum({"secure": F.SECURE, "inactive": F.INACTIVE}[w] for w in case["format_flags"])
    return {"output": domain.format(flags)}


def xml2xen(question: dict) -> dict:
    """A document to a configuration of Xen."""
    format = module("vsh.native", question["case"]["target_format"])
    return {"output": format.write(complete(question, format.DEFAULTS()))}


FAMILIES = {
    "vmx2xml": vmx2xml,
    "xml2vmx": xml2vmx,
    "xl2xml": xen2xml,
    "xm2xml": xen2xml,
    "xml2xl": xml2xen,
    "xml2xm": xml2xen,
}
