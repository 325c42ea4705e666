"""Kinds of texts, as libvirt's schemas allow them: a field's ``shape``.

Reading is laxer than this: blanks, signs and other bases pass there without a word.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

NUMBER = r"[0-9]+"
POSITIVE = r"0*[1-9][0-9]*"
INTEGER = r"[+-]?[0-9]+"
HEX_OR_NUMBER = r"0x[0-9a-fA-F]+|[0-9]+"
HEX = r"0x[0-9a-fA-F]+|[0-9]+"
OCTAL = r"[0-7]+"
SHORT = r"[0-9]{1,2}"
ANY = r"(?s).*"
NONEMPTY = r"(?s).+"
LINE = r"[^\n]+"
WORD = r"[a-zA-Z0-9_+\-]+"  # a generic name
ALIAS = r"[a-zA-Z0-9_\-.]+"
DEVICE = r"[a-zA-Z0-9_.\-\\:/]+"
HOST_NAME = r"[a-zA-Z0-9.\-]+"
FILE = r"(/|[a-zA-Z]:\\).+"
FOLDER = r"/.*"
TARGET = r"(ioemu:)?(fd|hd|sd|vd|xvd|ubd)[a-zA-Z0-9_]+|nvme[0-9]+n[0-9]+"
UUID = r"[a-fA-F0-9]{32}|[a-fA-F0-9]{8}-([a-fA-F0-9]{4}-){3}[a-fA-F0-9]{12}"
MAC = r"[a-fA-F0-9]{2}(:[a-fA-F0-9]{2}){5}"
CARD_MAC = r"[a-fA-F0-9][02468aAcCeE](:[a-fA-F0-9]{2}){5}"
CPUS = r"([0-9]+(-[0-9]+)?|\^[0-9]+)(,([0-9]+(-[0-9]+)?|\^[0-9]+))*"
UNIT = r"[bB]([yY][tT][eE][sS]?)?|[kKmMgGtTpPeE]([iI]?[bB])?"
USB_PORT = r"((0x)?[0-9a-fA-F]{1,3}\.){0,3}(0x)?[0-9a-fA-F]{1,3}"
USB_ID = r"(0x)?[0-9a-fA-F]{1,4}"
PCI_DOMAIN = r"0x[0-9a-fA-F]{1,8}|[0-9]+"
PCI_BUS = r"0x[0-9a-fA-F]{1,2}|0*([01]?[0-9]?[0-9]|2[0-4][0-9]|25[0-5])"
PCI_SLOT = r"0x[01]?[0-9a-fA-F]|0*([0-2]?[0-9]|3[01])"
PCI_FUNCTION = r"0x[0-7]|[0-7]"
IPV4 = r"((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"
IPV6 = r"[0-9a-fA-F:.]*:[0-9a-fA-F:.]*"
ADDRESS = f"{IPV4}|{IPV6}"
YES_NO = "yes|no"
ON_OFF = "on|off"

_compiled: dict[str, re.Pattern[str]] = {}


def fits(text: str, shape: str) -> bool:
    """Whether a whole text is of a shape."""
    pattern = _compiled.get(shape)
    if pattern is None:
        import re

        pattern = _compiled[shape] = re.compile(f"(?:{shape})" if shape[:2] != "(?" else shape)
    return pattern.fullmatch(text) is not None
