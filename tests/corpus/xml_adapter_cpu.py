"""The family of the corpus that compares and combines CPUs."""

from __future__ import annotations

import os

from vsh import cpu as cpus
from vsh.cpu import result
from vsh.cpu.data import read_data
from vsh.cpu.definition import HostCpu, cpu_of, guest_cpu, read_cpu
from vsh.errors import Error
from vsh.xml.engine.reader import parse

RESULTS = {
    result.INCOMPATIBLE: "incompatible",
    result.IDENTICAL: "identical",
    result.SUPERSET: "superset",
}


def text(question: dict, name: str) -> bytes:
    """One of the case's files."""
    with open(os.path.join(question["dir"], name), "rb") as file:
        return file.read()


def cpu(question: dict, name: str) -> object:
    """The CPU of one of the case's files."""
    return read_cpu(text(question, name))


def compare(question: dict) -> dict:
    """A host's CPU and another."""
    host = cpu(question, "host.xml")
    try:
        found = cpus.compare(host.arch, host, cpu(question, "in.xml"))
    except Error as error:
        return {"result": "error", "error": error.message}
    return {"result": RESULTS[found]}


def baseline(question: dict) -> dict:
    """What several CPUs have in common."""
    case = question["case"]
    root = parse(text(question, "in.xml"))
    if root.tag == "cpuTest":
        listed = [cpu_of(element, host=True) for element in root]
    else:
        listed = [cpu_of(root), cpu(question, "in2.xml")]
    flags = case["flags"]
    found = cpus.baseline(case["arch"], listed, migratable="migratable" in flags)
    if "expand-features" in flags:
        cpus.expand_features(case["arch"], found)
    return {"output": found.format()}


def update(question: dict) -> dict:
    """A guest's CPU on a host."""
    architecture = question["case"]["arch"]
    host = cpus.migratable_copy(architecture, cpu(question, "host.xml"))
    guest = cpu(question, "in.xml")
    cpus.update(host.arch, guest, host)
    return {"output": guest.format()}


LISTS = {
    "model486": ["486"],
    "nomodel": ["nomodel"],
    "models": ["qemu64", "core2duo", "Nehalem"],
    "haswell": ["SandyBridge", "Haswell"],
    "ppc_models": ["POWER6", "POWER7", "POWER8"],
}


def guest(question: dict) -> dict:
    """A guest's CPU, as the hypervisor gets it."""
    case = question["case"]
    host = cpu(question, "host.xml")
    guest = cpu(question, "in.xml")
    cpus.convert_legacy(host.arch, guest)
    if cpus.compare(host.arch, host, guest) == result.INCOMPATIBLE:
        return {"error": ""}
    cpus.update(host.arch, guest, host)
    names = case.get("models_list") or LISTS.get(case["models"])
    cpus.translate(host.arch, guest, names and dict.fromkeys(names, ()))
    return {"output": guest.format()}


def has_feature(question: dict) -> dict:
    """Whether a CPU has a feature, by its definition and by its data."""
    host = cpu(question, "host.xml")
    name = question["case"]["feature"]
    found = cpus.has_feature(host.arch, host, name)
    if cpus.data_has_feature(host.arch, cpus.encode(host.arch, host), name) != found:
        return {"result": "data differs"}
    return {"result": "yes" if found else "no"}


def decode(question: dict) -> dict:
    """A real CPU as a definition."""
    data = read_data(text(question, "in.xml"))
    if question["case"]["op"] == "cpuid-decode-guest":
        target = guest_cpu()
        target.fallback = "forbid"
    else:
        target = HostCpu(arch="x86_64")
    cpus.decode("x86_64", target, data)
    return {"output": target.format()}


OPERATIONS = {
    "cpu-compare": compare,
    "cpu-baseline": baseline,
    "cpu-update": update,
    "cpu-guest": guest,
    "cpu-has-feature": has_feature,
    "cpuid-decode-guest": decode,
    "cpuid-decode-host": decode,
}


def act(question: dict) -> dict:
    """Answer by the case's operation."""
    return OPERATIONS[question["case"]["op"]](question)


FAMILIES = {"cpu": act}
