"""What became of a guest's CPU in its QEMU: shown while it runs, and nowhere else."""

from __future__ import annotations

from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import integer, structs, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cpu.data import X86Data
    from vsh.cpu.definition import HostCpu
    from vsh.qmp.value import Ask
    from vsh.xml.domain import Domain
    from vsh.xml.domain.cpu import Cpu

_TOPOLOGY = ("ht", "cmp_legacy")
_X86 = ("x86_64", "i686")


def own_cpu() -> HostCpu:
    """This host's CPU."""
    import os

    from vsh.drivers.host.cpus import Cpus
    from vsh.drivers.host.processor import host_cpu

    native, cpus = os.uname().machine, Cpus()
    return host_cpu(cpus, native, cpus.arrangement(native))


def learned(live: Domain, ask: Ask) -> str:
    """The <cpu> of a guest whose QEMU has just been started, "" where nobody can tell.

    Raises OperationFailed where the guest wants just what it asked for, and has not got it.
    """
    cpu = live.cpu
    if cpu is None or live.os.arch not in _X86 or (cpu.mode == "custom" and not cpu.model):
        return ""
    from vsh.cpu import update_live

    path = text(structs(ask("query-cpus-fast"))[0]["qom-path"])
    twin = cpu.copy()
    has, lacks = (_words(ask, path, name) for name in ("feature-words", "filtered-features"))
    if not update_live(str(live.os.arch), twin, has, lacks):
        return ""
    twin.check_mode = "full"
    if is_modern(live):  # newer libvirt knows what QEMU makes of the topology
        asked = {feature.name for feature in cpu.features}
        twin.features = [
            each for each in twin.features if each.name in asked or each.name not in _TOPOLOGY
        ]
    return str(twin.format())


def _words(ask: Ask, path: str, name: str) -> X86Data:
    from vsh.cpu.data import X86Data

    data = X86Data()
    for word in structs(ask("qom-get", {"path": path, "property": name})):
        leaf = ("cpuid", integer(word["cpuid-input-eax"]), integer(word.get("cpuid-input-ecx"), 0))
        register = text(word["cpuid-register"]).lower()
        data.add(leaf, {register: integer(word["features"])})
    return data


def with_shown(definition: Domain, shown: str) -> Domain:
    """A guest that runs, with its CPU as ``learned`` found it."""
    if not shown:
        return definition
    from vsh.xml.domain.cpu import Cpu
    from vsh.xml.engine.reader import read

    twin = definition.copy()
    cpu: Cpu = read(shown, Cpu, flags=0)
    twin.cpu = cpu
    return twin
