"""What both of Xen's configurations say about a domain."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, ConfSyntax, InternalError
from vsh.hypervisors.devices import features_of, new_domain, vnc
from vsh.hypervisors.xen.defaults import MACHINES
from vsh.xml.engine.text import number
from vsh.xml.engine.values import generate_uuid, parse_set, parse_uuid, show_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.conf import Conf
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.os import Boot

_TSC_MODES = {"always_emulate": "emulate", "native": "native", "native_paravirt": "paravirt"}
_BOOT = {"a": "fd", "d": "cdrom", "n": "network"}
_LONGEST_DISPLAY = 1023
# what some guests have and others not, so that nobody asks for it there
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


def read_common(values: Values, card_type: str) -> Domain:
    """The domain that a configuration describes, without the parts that the formats differ in.

    ``card_type`` is what a paravirtual network card of a full guest is called.
    """
    from vsh.hypervisors.xen.read_devices import read_devices

    domain = new_domain("xen")
    _identity(domain, values)
    current = values.number("memory", 128)
    domain.memory = values.number("maxmem", current) * 1024
    domain.current_memory = current * 1024
    for name, default in (
        ("on_poweroff", "destroy"), ("on_reboot", "restart"), ("on_crash", "restart"),
    ):  # fmt: skip
        _action(domain, values, name, default)
    _cpus(domain, values)
    _features(domain, values)
    _clock(domain, values)
    domain.emulator = values.string("device_model_override")
    read_devices(domain, values, card_type)
    return domain


def _identity(domain: Domain, values: Values) -> None:
    domain.name = values.needed("name")
    uuid = values.string("uuid")
    try:
        domain.uuid = generate_uuid() if uuid is None else parse_uuid(uuid)
    except ValueError:
        raise ConfSyntax(f"{uuid} not parseable") from None
    kind = values.string("type")
    if kind is not None:
        found = {"pv": "xen", "pvh": "xenpvh", "hvm": "hvm"}.get(kind)
        if found is None:
            raise ConfigUnsupported(f"type {kind} is not supported")
    else:
        found = "hvm" if values.string("builder", "linux") == "hvm" else "xen"
    domain.os.type = found
    domain.os.arch = "x86_64"
    domain.os.machine = MACHINES[found]


def _action(domain: Domain, values: Values, name: str, default: str) -> None:
    from vsh.xml.domain import ACTIONS

    action = values.string(name, default)
    if action not in ACTIONS:
        raise InternalError(f"unexpected value {action} for {name}")
    setattr(domain, name, action)


def _cpus(domain: Domain, values: Values) -> None:
    count = values.number("vcpus", 1)
    domain.vcpus = domain.vcpu_current = count
    if values.conf.get("maxvcpus") is not None:
        domain.vcpus = values.number("maxvcpus", 0)
        domain.vcpu_current = min(count, domain.vcpus)
    cpus = values.string("cpus")
    if cpus is not None:
        domain.vcpu_cpuset = show_set(parse_set(cpus)) or None


def _features(domain: Domain, values: Values) -> None:
    from vsh.xml.domain.clock import Timer
    from vsh.xml.domain.features import Xen

    features = features_of(domain)
    mode = values.string("tsc_mode")
    if mode is not None:
        if mode not in (*_TSC_MODES, "default"):
            values.leave("tsc_mode", mode)
        domain.clock.timers = [Timer(name="tsc", present=True, mode=_TSC_MODES.get(mode, "auto"))]
    passed = values.string("passthrough")
    if passed in ("enabled", "sync_pt", "share_pt"):
        features.xen = Xen(
            passthrough=True, passthrough_mode=None if passed == "enabled" else passed
        )
    elif passed not in (None, "disabled"):
        raise ConfSyntax(f"Invalid passthrough mode {passed}")
    if domain.os.type != "hvm":
        if values.flag("e820_host", default=False):
            features.xen = xen = features.xen or Xen()
            xen.e820_host = True
        return
    for name in ("pae", "acpi", "apic"):
        setattr(features, name, bool(values.flag(name, default=True)))
    if not values.flag("hap", default=True):
        features.hap = False
    features.viridian = bool(values.flag("viridian", default=False))
    hpet = values.flag("hpet", default=None)
    if hpet is not None:
        domain.clock.timers.append(Timer(name="hpet", present=hpet))


def _clock(domain: Domain, values: Values) -> None:
    local = values.flag("localtime", default=False)
    clock = domain.clock
    if domain.os.type == "hvm":
        offset = values.number("rtc_timeoffset", 0) & 2**32 - 1
        clock.offset = "variable"
        clock.adjustment = str(offset - 2**32 if offset >= 2**31 else offset)
        clock.basis = "localtime" if local else "utc"
    else:
        clock.offset = "localtime" if local else "utc"
        clock.adjustment = "reset"


def boot_devices(order: str) -> list[Boot]:
    """The kinds of devices to boot from, by their letters."""
    from vsh.xml.domain.os import Boot

    return [Boot(dev=_BOOT.get(letter, "hd")) for letter in order[:4]]


def display(domain: Domain, values: Values) -> None:
    """The display: of a full guest by entries of its own, else as a virtual frame buffer."""
    if domain.os.type == "hvm":
        _full_display(domain, values)
        return
    value = values.conf.get("vfb")
    found = values.conf.strings("vfb") if isinstance(value, list) else None
    if found:
        if len(found[0]) > _LONGEST_DISPLAY:
            raise InternalError(f"VFB {found[0]} too big for destination")
        domain.graphics = [_frame_buffer(found[0])]


def _full_display(domain: Domain, values: Values) -> None:
    from vsh.xml.domain.devices.graphics import Graphics

    if values.flag("vnc", default=False):
        unused = values.flag("vncunused", default=True)
        port = None if unused else values.number("vncdisplay", 0) + 5900
        address = values.string("vnclisten")
        passwd = values.string("vncpasswd")
        domain.graphics = [vnc(port, address, values.string("keymap"), passwd)]
    elif values.flag("sdl", default=False):
        domain.graphics = [
            Graphics(
                type="sdl", display=values.string("display"), xauth=values.string("xauthority")
            )
        ]


def _frame_buffer(text: str) -> Graphics:
    from vsh.xml.domain.devices.graphics import Graphics

    pairs = {}
    for part in text.split(","):
        key, equals, value = part.lstrip(" \t").partition("=")
        if not equals:
            break
        pairs[key] = value
    if "type=sdl" in text:
        return Graphics(type="sdl", display=pairs.get("display"), xauth=pairs.get("xauthority"))
    port = 0
    shown = pairs.get("vncdisplay")
    if shown is not None:
        try:
            port = number(shown) + 5900
        except ValueError:
            raise InternalError(f"invalid vncdisplay value '{shown}'") from None
    graphics = vnc(port, pairs.get("vnclisten"), pairs.get("keymap"), pairs.get("vncpasswd"))
    graphics.autoport = pairs.get("vncunused") == "1"
    return graphics
