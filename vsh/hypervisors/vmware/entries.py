"""The entries of a VMX configuration."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.conf import Conf, whole
from vsh.xml.engine.text import number
from vsh.xml.engine.values import parse_uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain.devices.address import Address

_HEX = frozenset("0123456789abcdefABCDEF")


class Entries:
    """The entries of a configuration, as kinds of values; the names' case does not count."""

    def __init__(self, conf: Conf) -> None:
        self.conf = conf
        self.values: dict[str, str] = {}
        self.asked: set[str] = set()
        for name, value in conf.lines():
            self.values.setdefault(name.lower(), value)

    def text(self, name: str, *, needed: bool = False) -> str | None:
        """A value, or None."""
        low = name.lower()
        self.asked.add(low)
        value = self.values.get(low)
        if value is None and needed:
            raise InternalError(f"Missing essential config entry '{name}'")
        return value

    def long(self, name: str, default: int, *, needed: bool = False) -> int:
        """A whole number; "unlimited" is -1."""
        text = self.text(name, needed=needed)
        if text is None:
            return default
        if text.lower() == "unlimited":
            return -1
        try:
            value = number(text)
        except ValueError:
            value = 2**63
        if not -(2**63) <= value < 2**63:
            raise InternalError(f"Config entry '{name}' must represent an integer value")
        return value

    def numbers(self, prefix: str) -> list[int]:
        """The numbers behind a prefix, as in ``prefix0.present``, in order."""
        start = prefix.lower()
        digits = {
            name[len(start) :].partition(".")[0] for name in self.values if name.startswith(start)
        }
        found = ((each, whole(each)) for each in digits)
        return sorted(index for each, index in found if index is not None and str(index) == each)

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        text = self.text(name)
        if text is None:
            return default
        if text.lower() not in ("true", "false"):
            raise InternalError(
                f"Config entry '{name}' must represent a boolean value (true|false)"
            )
        return text.lower() == "true"

    def slot(self, prefix: str) -> Address | None:
        """Where a device is on the PCI buses: function, bus and slot in one number."""
        number = self.long(f"{prefix}.pciSlotNumber", -1)
        if number == -1:
            return None
        from vsh.xml.domain.devices.address import Address

        bus, slot, function = number >> 5 & 0x1F, number & 0x1F, number >> 10 & 7
        return Address(type="pci", domain=0, bus=bus, slot=slot, function=function)


def unescape(text: str, mark: str) -> str:
    """Text in which a mark and two hexadecimal digits stand for a byte.  Raises ValueError."""
    if mark not in text:
        return text
    raw = text.encode("utf-8", "surrogateescape")
    parts = raw.split(mark.encode())
    out = parts[0]
    for part in parts[1:]:
        digits = part[:2].decode("latin-1")
        if len(digits) != 2 or not _HEX.issuperset(digits):
            raise ValueError(text)
        out += bytes([int(digits, 16)]) + part[2:]
    return out.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def parse_vmx_uuid(text: str) -> str:
    """A UUID with blanks between its bytes.  Raises InternalError."""
    try:
        return parse_uuid(text.replace(" ", "-"))
    except ValueError:
        raise InternalError(f"Could not parse UUID from string '{text}'") from None
