"""What a VMX configuration says about a domain; ``read_devices`` reads its devices."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.conf import Conf, whole
from vsh.hypervisors.devices import new_domain
from vsh.hypervisors.vmware.entries import Entries, parse_vmx_uuid, unescape
from vsh.xml.engine.text import number
from vsh.xml.engine.values import show_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.vmware.files import Files
    from vsh.xml.domain import Domain

_NO_UUID = "00000000-0000-0000-0000-000000000000"
_AFFINITY_LIMIT = 16384
_SHARES = {"low": 500, "normal": 1000, "high": 2000}


def read_vmx(text: str, files: Files, unread: list[str] | None = None) -> Domain:
    """The domain of a configuration, as it stands there.

    unread  gets the names of what nobody read
    """
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
    if unread is not None:
        from vsh.hypervisors.vmware.unread import unread as not_read

        unread += not_read(entries)
    return domain


def _convert(text: str, encoding: str) -> str:
    """A text whose bytes are in another encoding."""
    import codecs

    try:
        codecs.lookup(encoding)
    except (LookupError, ValueError):  # ValueError: the name is no text
        raise InternalError(f"libxml2 doesn't handle {encoding} encoding") from None
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode(encoding)
    except (LookupError, ValueError):  # LookupError: a codec that makes no text
        raise InternalError(f"Could not convert from {encoding} to UTF-8 encoding") from None


def _cards(conf: Conf) -> list[int]:
    """The numbers of the network cards that something is said about, in order."""
    found = set()
    for name, _ in conf.entries:
        if not name.lower().startswith("ethernet"):
            continue
        digits, dot, _ = name[len("ethernet") :].partition(".")
        index = whole(digits, 2**31 - 1)
        if not dot or index is None:
            raise InternalError(f"failed to parse the index of the VMX key '{name}'")
        found.add(index)
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


def _identity(domain: Domain, entries: Entries) -> None:
    bios = entries.text("uuid.bios")
    if bios is not None:
        domain.hwuuid = parse_vmx_uuid(bios)
    managed = entries.text("vc.uuid")
    domain.uuid = domain.hwuuid or _NO_UUID if managed is None else parse_vmx_uuid(managed)
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
        from vsh.xml.domain.tune import CpuTune

        tune = domain.cputune or CpuTune()
        domain.cputune = tune
        tune.shares = _shares(shares, count)


def _affinity(text: str, count: int) -> str:
    parts = text.split(",") if text else []
    if len(parts) < count:
        raise InternalError(
            "Expecting VMX entry 'sched.cpu.affinity' to contain at least as many values as "
            f"'numvcpus' ({count}) but found only {len(parts)} value(s)"
        )
    numbers = set()
    for part in parts:
        cpu = whole(part.strip(), 2**32 - 1)
        if cpu is None:
            raise InternalError(
                "Expecting VMX entry 'sched.cpu.affinity' to be a comma separated list of "
                f"unsigned integers but found '{text}'"
            )
        if cpu >= _AFFINITY_LIMIT:
            raise InternalError(
                f"VMX entry 'sched.cpu.affinity' contains a {cpu}, this value is too large"
            )
        numbers.add(cpu)
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
    variables = entries.text("nvram")
    if variables:
        from vsh.xml.domain.os import Nvram

        domain.os.nvram = Nvram(path=variables)
    if entries.flag("uefi.secureBoot.enabled", default=False) and firmware == "efi":
        from vsh.xml.domain.os import FirmwareFeature

        domain.os.features = [
            FirmwareFeature(enabled=True, name=name) for name in ("enrolled-keys", "secure-boot")
        ]
