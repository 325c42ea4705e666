"""What a QEMU program can do, by its own answers to QMP; asked for by QEMU's own names.

A driver gives a function that asks a living QEMU, tests give recorded answers.  Each question is
put once, when something first depends on it.
"""

from __future__ import annotations

from vsh.errors import OperationUnsupported
from vsh.qmp.value import integer, struct, structs, text, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.qmp.value import Ask, Struct, Value


_PREFERRED = {
    "x86_64": "pc", "i386": "pc", "aarch64": "integratorcp", "arm": "integratorcp",
    "ppc64": "pseries", "ppc": "g3beige", "s390x": "s390-ccw-virtio", "sparc": "SS-5",
    "sparc64": "sun4u", "mips": "malta", "mipsel": "malta", "mips64": "malta", "mips64el": "malta",
    "riscv64": "spike_v1.10", "riscv32": "spike_v1.10", "alpha": "clipper",
}  # fmt: skip


class Machine:
    """One board: its names, and what QEMU does by default on it.

    most_cpus  the greatest number of CPUs; 0 where QEMU does not say
    ram_id     the name of its ordinary memory, where QEMU says it
    numa_mem   whether memory of NUMA nodes can be given by size only
    acpi       whether it can have ACPI, of which it is then told; None where QEMU does not say
    """

    __slots__ = (
        "acpi",
        "alias",
        "cpu",
        "deprecated",
        "most_cpus",
        "name",
        "numa_mem",
        "ram_id",
        "vcpu_plug",
    )

    def __init__(self, answer: Struct) -> None:
        self.name = text(answer["name"])
        self.alias = text(answer.get("alias"), "") or None
        self.cpu = text(answer.get("default-cpu-type"), "") or None
        self.most_cpus = integer(answer.get("cpu-max"), 0)
        self.ram_id = text(answer.get("default-ram-id"), "") or None
        self.numa_mem = bool(answer.get("numa-mem-supported", True))
        self.deprecated = bool(answer.get("deprecated", False))
        self.acpi = answer.get("acpi") if isinstance(answer.get("acpi"), bool) else None
        self.vcpu_plug = bool(answer.get("hotpluggable-cpus", False))


class Capabilities:
    """One QEMU program, for one architecture.

    emulation  asks the same program started without hardware help; the boards differ a little
    """

    def __init__(self, ask: Ask, emulation: Ask | None = None) -> None:
        self._ask = ask
        self._answers: dict[str, Value] = {}
        self._sets: dict[str, frozenset[str]] = {}
        self._machines: dict[str, Machine] | None = None
        self._schema: dict[str, Struct] | None = None
        self.rdp: Callable[[], bool] = lambda: True  # whether the host has qemu-rdp
        self.emulation = self if emulation is None else Capabilities(emulation)

    def _once(self, command: str, arguments: dict[str, object] | None = None) -> Value:
        """An answer, or None where QEMU refuses."""
        key = f"{command} {arguments or ''}"
        if key not in self._answers:
            try:
                self._answers[key] = self._ask(command, arguments)
            except OperationUnsupported:
                self._answers[key] = None
        return self._answers[key]

    def _set(self, key: str, make: Callable[[], frozenset[str]]) -> frozenset[str]:
        found = self._sets.get(key)
        if found is None:
            found = self._sets[key] = make()
        return found

    @property
    def version(self) -> tuple[int, int, int]:
        """The version; one under development (micro 50 and more) counts as the next."""
        qemu = struct(struct(self._once("query-version"))["qemu"])
        major, minor, micro = (integer(qemu[name]) for name in ("major", "minor", "micro"))
        if micro >= 50:
            return (major, minor + 1, 0) if minor < 2 else (major + 1, 0, 0)
        return major, minor, micro

    @property
    def newest(self) -> bool:
        """Newer than libvirt 9.0.0: what libvirt 12.8.0 says of it counts."""
        return self.version > (8, 0, 0)

    @property
    def arch(self) -> str:
        """The architecture, by QEMU's name."""
        return text(struct(self._once("query-target"))["arch"])

    def has(self, name: str) -> bool:
        """Whether there is a type of object or device."""
        return name in self._set("types", lambda: _names(self._once("qom-list-types")))

    def has_property(self, device: str, name: str) -> bool:
        """Whether a type of device has a property."""
        return name in self._set(
            f"device {device}",
            lambda: _names(self._once("device-list-properties", {"typename": device})),
        )

    def default_of(self, device: str, name: str) -> object:
        """What a property is if nothing is said; None where QEMU does not say."""
        for each in structs(self._once("device-list-properties", {"typename": device})):
            if each["name"] == name:
                return each.get("default-value")
        return None

    def object_property(self, kind: str, name: str) -> bool:
        """Whether a type of object has a property."""
        return name in self._set(
            f"object {kind}", lambda: _names(self._once("qom-list-properties", {"typename": kind}))
        )

    def board_property(self, board: str, name: str) -> bool:
        """Whether a family of boards, "virt" or such, has a property; asked of its newest one."""
        found = self.machine(board) or self.emulation.machine(board)
        return found is not None and self.object_property(f"{found.name}-machine", name)

    def option(self, name: str, parameter: str | None = None) -> bool:
        """Whether there is a command line option, and a parameter of it."""
        for each in structs(self._once("query-command-line-options")):
            if each["option"] == name:
                return parameter is None or parameter in _names(each["parameters"])
        return False

    def machine(self, name: str | None) -> Machine | None:
        """A board by its name or its other name."""
        return None if name is None else self._boards().get(name)

    def _boards(self) -> dict[str, Machine]:
        """All boards, by their names and other names."""
        if self._machines is None:
            boards = [Machine(answer) for answer in structs(self._once("query-machines"))]
            self._machines = {board.alias: board for board in boards if board.alias}
            self._machines |= {board.name: board for board in boards}
        return self._machines

    @property
    def kvm(self) -> bool:
        """Whether the hardware helps, through Linux."""
        found = struct(self._once("query-kvm"))
        if found:
            return bool(found.get("enabled") and found.get("present"))
        return struct(self._once("query-accelerators")).get("enabled") == "kvm"

    def tpm(self, name: str) -> bool:
        """Whether there is a model of TPM, or a kind of what stands behind one."""
        known = texts(self._once("query-tpm-models")), texts(self._once("query-tpm-types"))
        return any(name in each for each in known)

    @property
    def sgx(self) -> list[int] | None:
        """The sizes of Intel's protected memory on each NUMA node of the host, in bytes."""
        found = self._once("query-sgx-capabilities")
        if found is None:
            return None
        return [integer(each["size"]) for each in structs(struct(found).get("sections"))]

    @property
    def sgx_features(self) -> dict[str, object] | None:
        """All that QEMU says of Intel's protected memory on this host, by QEMU's names."""
        found = struct(self._once("query-sgx-capabilities"))
        return {**found} if found.get("sgx") else None

    @property
    def sev_guest(self) -> bool:
        """Whether the hardware can encrypt guests in AMD's way."""
        return self.has("sev-guest") and self.sev[0] is not None

    @property
    def sev(self) -> tuple[int | None, int | None]:
        """How AMD's encrypted memory marks addresses: the bit, and how many are lost by it."""
        found = struct(self._once("query-sev-capabilities"))
        if "cbitpos" not in found:
            return None, None
        return integer(found["cbitpos"]), integer(found["reduced-phys-bits"])

    @property
    def gic(self) -> tuple[str, ...]:
        """The versions of ARM's interrupt controller that hardware helps with."""
        found = structs(self._once("query-gic-capabilities"))
        return tuple(str(each["version"]) for each in found if each["kernel"])

    def gic_versions(self, *, kernel: bool) -> list[str]:
        """The versions that hardware helps with, or that QEMU emulates; the newest first."""
        found = structs(self._once("query-gic-capabilities"))
        how = "kernel" if kernel else "emulated"
        return sorted((str(each["version"]) for each in found if each[how]), reverse=True)

    def cpu_definitions(self) -> dict[str, tuple[str, bool]]:
        """All CPU models: whether each can be used here ("yes", "no", "unknown"), is deprecated."""
        return {
            text(each["name"]): (
                ("no" if each["unavailable-features"] else "yes")
                if "unavailable-features" in each
                else "unknown",
                bool(each.get("deprecated")),
            )
            for each in structs(self._once("query-cpu-definitions"))
        }

    def other_names(self) -> dict[str, str]:
        """The names of CPU models that are another's, and whose they are."""
        return {
            text(each["name"]): text(each["alias-of"])
            for each in structs(self._once("query-cpu-definitions"))
            if each.get("alias-of")
        }

    def cpu_of_type(self, kind: str) -> str | None:
        """The name of a CPU model by QEMU's name of its type."""
        names = [
            str(each["name"])
            for each in structs(self._once("query-cpu-definitions"))
            if each.get("typename") == kind
        ]
        plain = [name for name in names if name != "host" and "_v" not in name]
        # POWER's models have a name in capitals, by which everybody calls them
        found = next(iter(plain or names), None)
        return found.upper() if found is not None and found.startswith("power") else found

    def host_cpu(self) -> tuple[str, dict[str, bool]] | None:
        """The host's CPU as the nearest model that never changes, and its features."""
        found = self._once(
            "query-cpu-model-expansion", {"type": "static", "model": {"name": "host"}}
        )
        if not found:
            return None
        model = struct(struct(found)["model"])
        props = struct(model.get("props"))
        return text(model["name"]), {
            name: value for name, value in props.items() if isinstance(value, bool)
        }

    def cpu_models(self) -> dict[str, list[str]]:
        """The names of all CPU models, and what each lacks on this host."""
        return {
            text(each["name"]): texts(each.get("unavailable-features"))
            for each in structs(self._once("query-cpu-definitions"))
        }

    def expanded(self, name: str, *, migratable: bool = True) -> Struct | None:
        """All that there is to say about a CPU model, by QEMU's names.

        migratable  only what can be moved to other hosts
        """
        model = {"name": name} if migratable else {"name": name, "props": {"migratable": False}}
        question: dict[str, object] = {"type": "static", "model": model}
        found = self._once("query-cpu-model-expansion", question)
        return None if not found else struct(struct(struct(found)["model"]).get("props"))

    def hyperv(self) -> dict[str, object]:
        """What of Hyper-V can be imitated on this host, by QEMU's names of the CPU's properties."""
        model = {"name": "host", "props": {"hv-passthrough": True, "migratable": False}}
        found = self._once("query-cpu-model-expansion", {"type": "full", "model": model})
        return {**struct(struct(struct(found).get("model")).get("props"))}

    @property
    def preferred_machine(self) -> Machine | None:
        """The board of guests that name none: libvirt's own choice, or QEMU's."""
        boards = structs(self._once("query-machines"))
        own = _PREFERRED.get(self.arch)
        for each in boards:
            if own is not None and own in (each["name"], each.get("alias")):
                return self.machine(text(each["name"]))
        usual = (text(each["name"]) for each in boards if each.get("is-default"))
        return self.machine(next(usual, None))

    def boards_in_order(self) -> list[Machine]:
        """All boards as QEMU lists them, but that of guests that name none first."""
        first = self.preferred_machine
        found = [Machine(answer) for answer in structs(self._once("query-machines"))]
        return sorted(found, key=lambda board: first is None or board.name != first.name)

    def boards(self) -> list[str]:
        """The names of all boards, other names too."""
        return list(self._boards())

    def machine_names(self) -> dict[str, str]:
        """The other names of boards, and whose they are."""
        return {name: board.name for name, board in self._boards().items() if name != board.name}

    @property
    def masks_protocols(self) -> bool:
        """Whether jobs write the path of what is below an image there whatever node it is read by.

        Newer libvirt then has no node for a format that nothing is to be done about (QEMU 9.0).
        """
        return self.command("block-commit/arg-type/backing-mask-protocol")

    def command(self, path: str) -> bool:
        """Whether the monitor knows a command or event, or a part of one.

        A path leads through QEMU's own schema: ``netdev_add/arg-type/+user/ipv6``, where ``+``
        picks a variant, ``^`` a value of an enumeration and ``$`` a feature.
        """
        known = self._schema
        if known is None:
            asked = structs(self._once("query-qmp-schema"))
            known = self._schema = {text(each["name"]): each for each in asked}
        first, *rest = path.split("/")
        return first in known and _leads(known, known[first], rest)


def _names(answer: Value) -> frozenset[str]:
    return frozenset(text(each["name"]) for each in structs(answer))


def _leads(known: dict[str, Struct], here: Struct, path: list[str]) -> bool:
    """Whether a path leads on from a place in the schema."""
    while here["meta-type"] == "array":
        here = known[text(here["element-type"])]
    if not path:
        return True
    step, rest = path[0], path[1:]
    if step[:1] == "$":
        return step[1:] in texts(here.get("features"))
    if step[:1] == "^":
        return step[1:] in texts(here.get("values"))
    if step[:1] == "+":
        for variant in structs(here.get("variants")):
            if variant["case"] == step[1:]:
                return _leads(known, known[text(variant["type"])], rest)
        return False
    if step in ("arg-type", "ret-type"):
        return step in here and _leads(known, known[text(here[step])], rest)
    for member in structs(here.get("members")):
        if member["name"] == step:
            return _leads(known, known[text(member["type"])], rest)
    return False
