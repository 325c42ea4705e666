"""What the corpus comparer asks of vsh's XML library: one JSON line in, one out.

compare_xml.py --adapter 'python3 tests/corpus/xml_adapter.py' DIR
"""

from __future__ import annotations

import json
import os
import sys
import traceback

sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", ".."))

import xml_adapter_cpu
import xml_drivers
import xml_native
import xml_objects
import xml_schema

from vsh.errors import Error
from vsh.xml.engine import flags as F  # noqa: N812
from vsh.xml.engine.reader import read

NAMESPACES = {
    "lxc": "http://libvirt.org/schemas/domain/lxc/1.0",
    "qemu": "http://libvirt.org/schemas/domain/qemu/1.0",
    "bhyve": "http://libvirt.org/schemas/domain/bhyve/1.0",
}
FLAGS = {
    "inactive": F.INACTIVE,
    "secure": F.SECURE,
    "redefine": F.REDEFINE,
    "internal": F.INTERNAL,
    "current": F.CURRENT,
    "no-domain": F.NO_DOMAIN,
    "size": F.SIZE,
    "offline": F.OFFLINE,
    "migratable": F.MIGRATABLE,
    "skip-validate": F.SKIP_VALIDATE,
}


def bits(words: list[str] | None) -> int:
    """The flags that a case names."""
    return sum({FLAGS.get(word.replace("_", "-"), 0) for word in words or ()})


def text(question: dict, name: str) -> str:
    """One of the case's files."""
    with open(os.path.join(question["dir"], name), encoding="utf-8", errors="surrogateescape") as f:
        return f.read()


def domain(question: dict) -> dict:
    """A generic domain, read and written."""
    from vsh.domains.defaults import Defaults
    from vsh.xml.domain import Domain

    case = question["case"]
    inactive = question["mode"] != "active"
    reading = F.INACTIVE if inactive else 0
    model = read(text(question, "in.xml"), Domain, flags=reading)
    defaults = Defaults()
    defaults.namespace = NAMESPACES.get(case["family"])
    for name in ("memory_hotplug", "individual_vcpus", "user_alias", "net_model_string"):
        setattr(defaults, name, True)
    defaults.complete(model, flags=bits(case.get("parse_flags")))
    return {"output": model.format(F.SECURE | reading)}


def define(question: dict) -> dict:
    """A domain defined on the test driver and dumped again."""
    if question["case"]["family"] != "td-domain":
        return {"skip": "family"}
    from vsh.hypervisors.test.defaults import TestDefaults, name_interfaces
    from vsh.xml.domain import Domain

    model = read(text(question, "in.xml"), Domain, flags=F.INACTIVE)
    TestDefaults().complete(model)
    name_interfaces(model)
    return {"output": model.format(F.INACTIVE | F.SECURE)}


def snapshot(question: dict) -> dict:
    """A snapshot, read and written."""
    from vsh.hypervisors.test.defaults import TestDefaults
    from vsh.xml.moment.snapshot import DomainSnapshot

    case = question["case"]
    model = read(text(question, "in.xml"), DomainSnapshot, flags=bits(case.get("parse_flags")))
    for nested in (model.domain, model.inactive_domain):
        if nested is not None:
            TestDefaults().complete(nested, flags=F.SKIP_VALIDATE)
    model.state = case.get("set_state") or model.state
    flags = bits(case.get("format_flags"))
    if flags & F.INTERNAL and model.active:
        flags |= F.CURRENT
    if case.get("creation_time"):
        model.created = case["creation_time"]
        if model.name is None:
            model.name = str(model.created)
    return {"output": model.format(flags, uuid=case.get("domain_uuid"))}


def checkpoint(question: dict) -> dict:
    """A checkpoint, read and written."""
    from vsh.hypervisors.test.defaults import TestDefaults
    from vsh.xml.moment.checkpoint import CheckpointDisk, DomainCheckpoint

    case = question["case"]
    # libvirt holds every checkpoint against its schema
    from vsh.xml.schema import validate

    validate(text(question, "in.xml"), "domaincheckpoint.rng", DomainCheckpoint)
    model = read(text(question, "in.xml"), DomainCheckpoint, flags=bits(case.get("parse_flags")))
    if model.domain is not None:
        TestDefaults().complete(model.domain, flags=F.SKIP_VALIDATE)
    if case.get("creation_time"):
        model.created = case["creation_time"]
        if model.name is None:
            model.name = str(model.created)
    for act in case.get("post") or ():
        if act.startswith("set parent"):
            model.parent = "1525111885"
        elif act.startswith("add disk vda"):
            if not model.disks:
                model.disks.append(CheckpointDisk(name="vda"))
            model.disks[0].bitmap = model.name
        elif "size" in act:
            model.disks[0].size = 1048576
    return {"output": model.format(bits(case.get("format_flags")))}


FAMILIES = {
    "domain": domain,
    "td-domain": define,
    "domainsnapshot": snapshot,
    "checkpoint": checkpoint,
    "lxc": domain,
}


FAMILIES.update(xml_objects.FAMILIES)
FAMILIES.update(xml_drivers.FAMILIES)
FAMILIES.update(xml_native.FAMILIES)
FAMILIES.update(xml_adapter_cpu.FAMILIES)
FAMILIES.update(xml_schema.FAMILIES)


def main() -> None:
    """Answer questions until there are none."""
    for line in sys.stdin:
        question = json.loads(line)
        act = FAMILIES.get(question["case"].get("family"))
        if act is None:
            answer = {"skip": "family"}
        else:
            try:
                answer = act(question)
            except Error as error:
                from vsh.xml.schema import folder

                # the corpus has this for the folder, wherever it was
                answer = {"error": error.message.replace(folder(), "<SCHEMADIR>")}
            except Exception as error:  # noqa: BLE001 - a crash is an answer too
                answer = {"output": f"CRASH {error!r}\n{traceback.format_exc()}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
