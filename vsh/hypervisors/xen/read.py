"""What both of Xen's configurations say about a domain."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, ConfSyntax, InternalError
from vsh.hypervisors.devices import features_of, new_domain
from vsh.hypervisors.xen.defaults import MACHINES
from vsh.hypervisors.xen.values import Values
from vsh.xml.engine.values import generate_uuid, parse_set, parse_uuid, show_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.os import Boot

_TSC_MODES = {"always_emulate": "emulate", "native": "native", "native_paravirt": "paravirt"}
_BOOT = {"a": "fd", "d": "cdrom", "n": "network"}


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
