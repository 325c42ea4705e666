"""The entries of a Xen configuration, each read as what it should be."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.xml.engine.text import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.conf import Conf

_ELSEWHERE = frozenset((
    "acpi", "apic", "boot", "bootargs", "builder", "cmdline", "display", "e820_host", "extra",
    "hap", "hpet", "keymap", "nestedhvm", "pae", "parallel", "ramdisk", "root", "rtc_timeoffset",
    "sdl", "serial", "soundhw", "spice", "spice_clipboard_sharing", "spiceagent_mouse",
    "spicedisable_ticketing", "spicehost", "spicepasswd", "spiceport", "spicetls_port",
    "spicevdagent", "stdvga", "usb", "usbdevice", "vfb", "viridian", "vnc", "vncconsole",
    "vncdisplay", "vnclisten", "vncpasswd", "vncunused", "xauthority", "bios_path_override",
    "bootloader", "kernel", "acpi_firmware", "opengl",
))  # fmt: skip


class Values:
    """The entries of a configuration, as kinds of values."""

    def __init__(self, conf: Conf) -> None:
        self.conf = conf
        self.left: list[str] = []

    def leave(self, name: str, value: str) -> None:
        """Note a value, or a part of one, that is not understood."""
        self.left.append(f"{name}: {value}")

    def unread(self) -> list[str]:
        """The entries, and the parts of entries, that say something and were not understood."""
        return self.conf.unread(_ELSEWHERE) + self.left

    def string(self, name: str, default: str | None = None) -> str | None:
        """A string."""
        value = self.conf.string(name)
        return default if value is None else value

    def needed(self, name: str) -> str:
        """A string that has to be there."""
        value = self.conf.string(name)
        if value is None:
            raise InternalError(f"config value {name} was missing")
        return value

    def number(self, name: str, default: int) -> int:
        """A whole number, which may be written as a string."""
        value = self.conf.get(name)
        if value is None:
            return default
        wrong = InternalError(f"config value {name} was malformed")
        if isinstance(value, str):
            try:
                found = number(value)
            except ValueError:
                raise wrong from None
            if not -(2**64) < found < 2**64:
                raise wrong
            return found & 2**64 - 1
        if not isinstance(value, int) or value < 0:
            raise wrong
        return int(value)

    def flag(self, name: str, default: bool | None) -> bool | None:
        """A number that means yes, or 0; "1" means yes too."""
        value = self.conf.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value == "1"
        if not isinstance(value, int) or value < 0:
            raise InternalError(f"config value {name} was malformed")
        return bool(value)

    def items(self, name: str) -> list[str]:
        """The strings of a list; what is no string, or no list, does not count."""
        value = self.conf.get(name)
        if value is not None and not isinstance(value, list):
            self.leave(name, str(value))
        found = value if isinstance(value, list) else []
        return [v for v in found if isinstance(v, str)]


def options(text: str) -> list[tuple[str, str]] | None:
    """``key=value`` pairs between commas; None where one of them is not such a pair."""
    pairs = []
    for part in text.split(","):
        key, equals, value = part.lstrip(" \t").partition("=")
        if not equals:
            return None
        pairs.append((key, value))
    return pairs


# what some guests have and others not, so that nobody asks for it there
