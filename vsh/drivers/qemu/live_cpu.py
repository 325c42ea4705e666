"""What became of a guest's CPU in its QEMU: shown while it runs, and nowhere else."""

from __future__ import annotations

from vsh.drivers.qemu.monitor import CommandRefused
from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.host_cpu import qemu_name
from vsh.qmp.value import integer, structs, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cpu.data import X86Data
    from vsh.cpu.definition import HostCpu
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.run import Run
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.qmp.value import Ask
    from vsh.xml.domain import Domain
    from vsh.xml.domain.cpu import Cpu
    from vsh.xml.engine.raw import Verbatim
    from vsh.xml.moment.snapshot import DomainSnapshot

_TOPOLOGY = ("ht", "cmp_legacy")
_X86 = ("x86_64", "i686")


def own_cpu(*, newest: bool = False) -> HostCpu:
    """This host's CPU, as libvirt 9.0.0 knows it, or, with ``newest``, 12.8.0."""
    import os

    from vsh.drivers.host.cpus import Cpus
    from vsh.drivers.host.processor import host_cpu

    native, cpus = os.uname().machine, Cpus()
    return host_cpu(cpus, native, cpus.arrangement(native), newest=newest)


def learned(live: Domain, ask: Ask, *, newest: bool) -> str:
    """The <cpu> of a guest whose QEMU has just been started, "" where nobody can tell.

    newest  whether libvirt 12.8.0 is followed

    Raises OperationFailed where the guest wants just what it asked for, and has not got it;
    ConfigUnsupported.
    """
    cpu = live.cpu
    if cpu is None or live.os.arch not in _X86 or (cpu.mode == "custom" and not cpu.model):
        return ""
    from vsh.cpu import has_feature, update_live

    path = text(structs(ask("query-cpus-fast"))[0]["qom-path"])
    if has_feature(str(live.os.arch), cpu, "invtsc", newest=newest) and not _is(
        ask, path, "invtsc"
    ):
        raise ConfigUnsupported("host doesn't support invariant TSC")
    twin = cpu.copy()
    has, lacks = _features(live, ask, path, newest=newest)
    if not update_live(str(live.os.arch), twin, has, lacks, newest=newest):
        return ""
    twin.check_mode = "full"
    if newest:  # newer libvirt knows what QEMU makes of the topology
        twin.features = [each for each in twin.features if each.name not in _TOPOLOGY]
    return str(twin.format())


def _features(live: Domain, ask: Ask, path: str, *, newest: bool) -> tuple[X86Data, X86Data]:
    """What a guest's CPU has, and what QEMU took away from what was asked for.

    Its words do not tell of features that are in registers: those are properties.
    """
    from vsh.cpu.x86 import knowledge

    has, lacks = (_words(ask, path, name) for name in ("feature-words", "filtered-features"))
    known = knowledge(newest=newest)
    assert live.cpu is not None
    there = [name for name in known.registered(live.cpu) if _is(ask, path, qemu_name(name))]
    for leaf, registers in known.named(there, "", ()).leaves.items():
        has.add(leaf, registers)
    return has, lacks


def _words(ask: Ask, path: str, name: str) -> X86Data:
    from vsh.cpu.data import X86Data

    data = X86Data()
    for word in structs(ask("qom-get", {"path": path, "property": name})):
        leaf = ("cpuid", integer(word["cpuid-input-eax"]), integer(word.get("cpuid-input-ecx"), 0))
        register = text(word["cpuid-register"]).lower()
        data.add(leaf, {register: integer(word["features"])})
    return data


def _is(ask: Ask, path: str, name: str) -> bool:
    """Whether a CPU has a property that is on."""
    try:
        return ask("qom-get", {"path": path, "property": name}) is True
    except CommandRefused:  # it does not know it
        return False


def own(live: Domain, elsewhere: str) -> str:
    """The <cpu> that a guest asks for; it gets the one that it had elsewhere, where it was told."""
    if live.cpu is None:
        return ""
    asked = str(live.cpu.format())
    if elsewhere:
        cells = live.cpu.numa
        live.cpu = _read(elsewhere)
        live.cpu.numa = cells
    return asked


def unchanged(live: Domain, shown: str) -> str:
    """The <cpu> that a guest has, where that is what it was started with, else ""."""
    if not shown or live.cpu is None:
        return ""
    twin = live.cpu.copy()
    twin.check_mode = "full"
    return shown if shown == str(twin.format()) else ""


def beside(run: Run) -> str:
    """The <cpu> that a guest has, where it asked for another one, else ""."""
    if not run.cpu or run.cpu == run.asked_cpu:
        return ""
    cpu = _read(run.cpu)
    cpu.numa = None  # they belong to the guest
    return str(cpu.format())


def cookie(run: Run) -> str:
    """What is kept beside a guest's memory."""
    lines = "".join(f"  {line}\n" for line in beside(run).splitlines())
    return lines and f"<cookie>\n{lines}</cookie>\n"


def of_cookie(text: str) -> str:
    """The <cpu> that libvirt keeps beside a guest's memory; "" where there is none."""
    if "<cpu" not in text:
        return ""
    from lxml import etree

    from vsh.xml.engine.reader import parse

    found = parse(text.encode("utf-8", "surrogateescape")).find("cpu")
    return "" if found is None else etree.tostring(found, encoding="unicode", with_tail=False)


def at_snapshot(live: Domain, run: Run) -> Verbatim:
    """The <cookie> of a snapshot of a guest's memory, with what libvirt 9.0.0 wants to know."""
    from vsh.xml.engine.raw import Verbatim

    lines = [(1, line) for line in beside(run).splitlines()]
    if not any(card.type == "user" and card.backend != "passt" for card in live.interfaces):
        lines.append((1, "<slirpHelper/>"))  # no card that QEMU's own network serves
    return Verbatim(((0, "<cookie>"), *lines, (0, "</cookie>")))


def settle(document: DomainSnapshot) -> None:
    """A snapshot's document keeps of its <cookie> what libvirt knows of it.

    Raises the first problem of the <cpu> in it.
    """
    if document.cookie is not None:
        document.cookie = settled(document.cookie)


def settled(cookie: Verbatim) -> Verbatim:
    """What libvirt knows of a snapshot's <cookie>, as it writes it.  Raises as ``settle`` does."""
    from vsh.xml.engine.raw import Verbatim
    from vsh.xml.engine.reader import parse

    text = cookie.format(0)
    cpu = of_cookie(text)
    lines = [(1, line) for line in str(_read(cpu).format()).splitlines()] if cpu else []
    if parse(text).find("slirpHelper") is not None:
        lines.append((1, "<slirpHelper/>"))
    return Verbatim(((0, "<cookie>"), *lines, (0, "</cookie>")))


def _read(text: str) -> Cpu:
    from vsh.xml.domain.cpu import Cpu
    from vsh.xml.engine.reader import read

    cpu: Cpu = read(text, Cpu, flags=0)
    return cpu


def with_shown(definition: Domain, shown: str) -> Domain:
    """A guest that runs, with its CPU as ``learned`` found it, or as it was asked for."""
    if not shown:
        return definition
    twin = definition.copy()
    twin.cpu = _read(shown)
    return twin


def as_asked(guest: Guest) -> Domain:
    """The definition of a guest, with the CPU that it asked for."""
    return with_shown(guest.definition, "" if guest.run is None else guest.run.asked_cpu)


def updated(definition: Domain, can: Capabilities) -> Domain:
    """A copy whose CPU says what a guest gets on this host, if it is moved to others, too."""
    cpu = definition.cpu
    if cpu is None or definition.os.arch not in _X86 or (cpu.mode == "custom" and not cpu.model):
        return definition
    from vsh.cpu import update
    from vsh.hypervisors.qemu.host_cpu import host_cpu

    kvm = definition.type == "kvm"
    twin = definition.copy()
    twin.cpu = cpu = cpu.copy()
    own = host_cpu(can if kvm else can.emulation, kvm=kvm, newest=can.newest)
    update(str(twin.os.arch), cpu, own, newest=can.newest)
    return twin
