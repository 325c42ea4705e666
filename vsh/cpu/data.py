"""What a real CPU says of itself, and ``<cpudata>``, the document that holds it."""

from __future__ import annotations

from vsh.cpu._x86_map import CPUID, MSR, REGISTERS, Leaf
from vsh.errors import InternalError, NoSupport
from vsh.xml.engine.reader import local, parse
from vsh.xml.engine.text import UINT_MAX, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

_NO_DOCUMENT = ("ppc64", "s390", "arm", "riscv64", "LoongArch")


class X86Data:
    """CPUID leaves and model specific registers: (cpuid, leaf, sub) or (msr, index, 0), each with
    the values of registers."""

    __slots__ = ("leaves",)

    def __init__(self, leaves: dict[Leaf, dict[str, int]] | None = None) -> None:
        self.leaves: dict[Leaf, dict[str, int]] = leaves or {}

    def add(self, leaf: Leaf, registers: dict[str, int]) -> None:
        """Set the bits of a leaf, besides those that are set."""
        there = self.leaves.setdefault(leaf, {})
        for name, value in registers.items():
            there[name] = there.get(name, 0) | value

    def format(self) -> str:
        """The document; leaves that are zero are left out."""
        lines = ["<cpudata arch='x86'>"]
        for (kind, index, sub), registers in sorted(self.leaves.items()):
            if not any(registers.values()):
                continue
            shown = {name: f"{name}='0x{registers.get(name, 0):08x}'" for name in REGISTERS}
            if kind == MSR:
                lines.append(f"  <msr index='0x{index:x}' {shown['eax']} {shown['edx']}/>")
            else:
                where = f"eax_in='0x{index:08x}' ecx_in='0x{sub:08x}'"
                lines.append(f"  <cpuid {where} {' '.join(shown.values())}/>")
        return "\n".join([*lines, "</cpudata>", ""])


class Ppc64Data:
    """The processor version register."""

    __slots__ = ("version",)

    def __init__(self, version: int) -> None:
        self.version = version


class ArmData:
    """Register MIDR_EL1, and the features that the kernel tells of."""

    __slots__ = ("features", "implementer", "part")

    def __init__(self, part: int, implementer: int, features: tuple[str, ...] = ()) -> None:
        self.part = part
        self.implementer = implementer
        self.features = features


def read_data(document: str | bytes) -> X86Data:
    """The data that a document holds."""
    root = parse(document)
    name = root.get("arch")
    if name is None:
        raise InternalError("missing CPU data architecture")
    if name in _NO_DOCUMENT:
        raise NoSupport(f"cannot parse {name} CPU data")
    if name != "x86":
        raise InternalError(f"CPU driver '{name}' does not exist")
    items = [item for item in root if item.tag.__class__ is str]
    if not items:
        raise InternalError("no x86 CPU data found")
    data = X86Data()
    items = [item for item in items if local(item.tag) != "alias"]
    for position, item in enumerate(items):
        kind = CPUID if local(item.tag) == CPUID else MSR
        try:
            if kind == CPUID:
                leaf = (kind, _value(item, "eax_in"), _value(item, "ecx_in", 0))
                registers = {name: _value(item, name, 0) for name in REGISTERS}
            else:
                leaf = (kind, _value(item, "index"), 0)
                registers = {name: _value(item, name) for name in ("eax", "edx")}
        except ValueError:
            raise InternalError(f"Invalid {kind}[{position}]") from None
        data.add(leaf, registers)
    return data


def _value(item: _Element, name: str, default: int | None = None) -> int:
    text = item.get(name)
    if text is None:
        if default is None:
            raise ValueError(name)
        return default
    value = number(text, 0)
    if not 0 <= value <= UINT_MAX:
        raise ValueError(text)
    return value
