"""What a VMX configuration says about a domain; its devices are read in ``_vmx_read_devices``."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors._conf import Conf
from vsh.hypervisors._devices import new_domain
from vsh.xml.engine.field import number
from vsh.xml.engine.values import parse_uuid, show_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.vmware.vmx import Files
    from vsh.xml.domain import Domain

_HEX = frozenset("0123456789abcdefABCDEF")
_AFFINITY_LIMIT = 16384
_SHARES = {"low": 500, "normal": 1000, "high": 2000}


class Entries:
    """The entries of a configuration, as kinds of values; the names' case does not count."""

    def __init__(self, conf: Conf) -> None:
        self.conf = conf
        self.values: dict[str, str] = {}
        for name, value in conf.entries:
            self.values.setdefault(name.lower(), value)

    def text(self, name: str, *, needed: bool = False) -> str | None:
        """A value, or None."""
        value = self.values.get(name.lower())
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
        return sorted(int(each) for each in digits if each.isdecimal() and str(int(each)) == each)

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


def read_vmx(text: str, files: Files) -> Domain:
    """The domain of a configuration, as it stands there."""
    from vsh.hypervisors.vmware.read_devices import read_devices

    conf = Conf.parse(text, "vmx")
    entries = Entries(conf)
    encoding = entries.text(".encoding")
    if encoding is not None and encoding.lower() != "utf-8":
        conf = Conf.parse(_convert(text, encoding), "vmx")
        entries = Entries(conf)
    cards = _cards(conf)
    hardware = _versions(entries)
    domain = new_domain("vmware", "hvm")
    _identity(domain, entries)
    _memory(domain, entries)
    _cpus(domain, entries)
    guest = entries.text("guestOS")
    domain.os.arch = "x86_64" if guest is not None and guest.endswith("-64") else "i686"
    if entries.flag("smbios.reflecthost", default=False):
        domain.os.smbios = "host"
    read_devices(domain, entries, files, units=64 if hardware >= 13 else 16, cards=cards)
    _firmware(domain, entries)
    return domain


def _convert(text: str, encoding: str) -> str:
    """A text whose bytes are in another encoding."""
    import codecs

    try:
        codecs.lookup(encoding)
    except LookupError:
        raise InternalError(f"libxml2 doesn't handle {encoding} encoding") from None
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode(encoding)
    except UnicodeError:
        raise InternalError(f"Could not convert from {encoding} to UTF-8 encoding") from None


def _cards(conf: Conf) -> list[int]:
    """The numbers of the network cards that something is said about, in order."""
    found = set()
    for name, _ in conf.entries:
        if not name.lower().startswith("ethernet"):
            continue
        digits, dot, _ = name[len("ethernet") :].partition(".")
        if not dot or not digits.isdecimal() or not digits.isascii() or int(digits) >= 2**31:
            raise InternalError(f"failed to parse the index of the VMX key '{name}'")
        found.add(int(digits))
    return sorted(found)


def _versions(entries: Entries) -> int:
    """The version of the virtual hardware."""
    version = entries.long("config.version", 0, needed=True)
    if version != 8:
        raise InternalError(f"Expecting VMX entry 'config.version' to be 8 but found {version}")
    hardware = entries.long("virtualHW.version", 0, needed=True)
    if hardware < 4:
        raise InternalError(
            f"Expecting VMX entry 'virtualHW.version' to be 4 or higher but found {hardware}"
        )
    return hardware


def parse_vmx_uuid(text: str) -> str:
    """A UUID with blanks between its bytes.  Raises InternalError."""
    try:
        return parse_uuid(text.replace(" ", "-"))
    except ValueError:
        raise InternalError(f"Could not parse UUID from string '{text}'") from None


def _identity(domain: Domain, entries: Entries) -> None:
    uuid = entries.text("uuid.bios")
    domain.uuid = "0" * 8 + "-0000-0000-0000-" + "0" * 12 if uuid is None else parse_vmx_uuid(uuid)
    domain.name = entries.text("displayName")
    if domain.name is not None:
        try:
            domain.name = unescape(unescape(domain.name, "%"), "|")
        except ValueError:
            raise InternalError("VMX entry 'name' contains invalid escape sequence") from None
    high, low = entries.long("vm.genid", 0), entries.long("vm.genidX", 0)
    if high or low:
        domain.genid = [parse_vmx_uuid(f"{high & 2**64 - 1:016x}{low & 2**64 - 1:016x}")]
    domain.description = entries.text("annotation")
    if domain.description is not None:
        try:
            domain.description = unescape(domain.description, "|")
        except ValueError:
            raise InternalError("VMX entry 'annotation' contains invalid escape sequence") from None


def _memory(domain: Domain, entries: Entries) -> None:
    size = entries.long("memsize", 32)
    if size <= 0 or size % 4:
        raise InternalError(
            "Expecting VMX entry 'memsize' to be an unsigned integer (multiple of 4) but found "
            f"{size}"
        )
    domain.memory = size * 1024
    most = entries.long("sched.mem.max", size)
    domain.current_memory = min(size if most < 0 else most, size) * 1024
    least = min(max(entries.long("sched.mem.minsize", 0), 0), size)
    if least:
        from vsh.xml.domain.tune import MemoryTune

        domain.memtune = MemoryTune(min_guarantee=least * 1024)


def _cpus(domain: Domain, entries: Entries) -> None:
    count = entries.long("numvcpus", 1)
    if count <= 0:
        raise InternalError(
            "Expecting VMX entry 'numvcpus' to be an unsigned integer greater than 0 but found "
            f"{count}"
        )
    domain.vcpus = domain.vcpu_current = count
    cores = entries.long("cpuid.coresPerSocket", 1)
    if cores > 1:
        from vsh.xml.domain.cpu import Cpu

        if count < cores:
            raise InternalError("VMX entry 'cpuid.coresPerSocket' smaller than 'numvcpus'")
        domain.cpu = Cpu(
            mode="custom", sockets=count // cores, dies=1, clusters=1, cores=cores, threads=1
        )
    affinity = entries.text("sched.cpu.affinity")
    if affinity is not None and affinity.lower() != "all":
        domain.vcpu_cpuset = _affinity(affinity, count)
    shares = entries.text("sched.cpu.shares")
    if shares is not None:
        domain.cputune.shares = _shares(shares, count)


def _affinity(text: str, count: int) -> str:
    parts = text.split(",") if text else []
    if len(parts) < count:
        raise InternalError(
            "Expecting VMX entry 'sched.cpu.affinity' to contain at least as many values as "
            f"'numvcpus' ({count}) but found only {len(parts)} value(s)"
        )
    numbers = set()
    for part in parts:
        body = part.strip()
        if not body.isdecimal() or not body.isascii() or int(body) >= 2**32:
            raise InternalError(
                "Expecting VMX entry 'sched.cpu.affinity' to be a comma separated list of "
                f"unsigned integers but found '{text}'"
            )
        if int(body) >= _AFFINITY_LIMIT:
            raise InternalError(
                f"VMX entry 'sched.cpu.affinity' contains a {int(body)}, this value is too large"
            )
        numbers.add(int(body))
    return show_set(sorted(numbers))


def _shares(text: str, count: int) -> int:
    each = _SHARES.get(text.lower())
    if each is not None:
        return count * each
    try:
        return number(text) & 2**64 - 1
    except ValueError:
        raise InternalError(
            "Expecting VMX entry 'sched.cpu.shares' to be an unsigned integer or 'low', 'normal' "
            f"or 'high' but found '{text}'"
        ) from None


def _firmware(domain: Domain, entries: Entries) -> None:
    firmware = entries.text("firmware")
    if firmware is not None and firmware != "efi":
        raise InternalError(f"VMX entry 'firmware' has unknown value '{firmware}'")
    domain.os.firmware = firmware
    if entries.flag("uefi.secureBoot.enabled", default=False) and firmware == "efi":
        from vsh.xml.domain.os import FirmwareFeature

        domain.os.features = [
            FirmwareFeature(enabled=True, name=name) for name in ("enrolled-keys", "secure-boot")
        ]
