"""The parts of a domain that both of Xen's configurations write alike."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, NoNetwork
from vsh.hypervisors.conf import Conf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Parallel, Serial
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.interface import Interface

_SCRIPT = "vif-bridge"
_TSC_MODES = {"native": "native", "paravirt": "native_paravirt", "emulate": "always_emulate"}
_BOOT = {"fd": "a", "cdrom": "d", "network": "n"}


def write_common(domain: Domain, card_type: str) -> Conf:
    """A configuration with the common parts."""
    conf = Conf()
    conf.set("name", str(domain.name))
    conf.set("uuid", domain.uuid)
    conf.set("maxmem", -(-domain.memory // 1024))
    conf.set("memory", -(-domain.current_memory // 1024))
    current = domain.vcpu_current
    if current < domain.vcpus:
        conf.set("maxvcpus", domain.vcpus)
    conf.set("vcpus", current)
    if domain.vcpu_cpuset:
        conf.set("cpus", domain.vcpu_cpuset)
    _features(conf, domain)
    _clock(conf, domain)
    for name in ("on_poweroff", "on_reboot", "on_crash"):
        conf.set(name, getattr(domain, name))
    if domain.emulator:
        conf.set("device_model_override", domain.emulator)
    _display(conf, domain)
    cards = [_card(card, domain, card_type) for card in domain.interfaces]
    if cards:
        conf.set("vif", cards)
    devices = [_pci(d) for d in domain.hostdevs if d.mode == "subsystem" and d.type == "pci"]
    if devices:
        conf.set("pci", devices)
    if domain.os.type == "hvm":
        _ports(conf, domain, several=card_type == "vif")
        if domain.sounds:
            conf.set("soundhw", ",".join(escape(sound.model) for sound in domain.sounds))
    return conf


def escape(text: str | None) -> str:
    """Text in which quotes and backslashes are marked."""
    return (text or "").replace("\\", "\\\\").replace("'", "\\'")


def boot_letters(domain: Domain) -> str:
    """The kinds of devices to boot from, as letters."""
    return "".join(_BOOT.get(boot.dev, "c") for boot in domain.os.boot) or "c"


def _features(conf: Conf, domain: Domain) -> None:
    from vsh.xml.domain.features import Features

    features = domain.features if domain.features is not None else Features()
    full = domain.os.type == "hvm"
    xen = features.xen
    if full:
        for name in ("pae", "acpi", "apic"):
            conf.set(name, int(bool(getattr(features, name))))
        if features.hap is False:
            conf.set("hap", 0)
        conf.set("viridian", int(bool(features.viridian)))
    elif xen is not None and xen.e820_host:
        conf.set("e820_host", 1)
    if xen is not None and xen.passthrough:
        conf.set("passthrough", xen.passthrough_mode or "enabled")
    for timer in domain.clock.timers:
        if timer.name == "tsc":
            conf.set("tsc_mode", _TSC_MODES.get(timer.mode or "", "default"))
        elif timer.name == "hpet" and full:
            conf.set("hpet", int(timer.present is not False))
        else:
            raise ConfigUnsupported(f"unsupported timer type (name) '{timer.name}'")


def _clock(conf: Conf, domain: Domain) -> None:
    clock = domain.clock
    if domain.os.type == "hvm":
        local, offset = clock.offset == "localtime", 0
        if clock.offset == "variable":
            local, offset = clock.basis == "localtime", int(clock.adjustment or 0)
        elif clock.offset not in ("utc", "localtime"):
            raise ConfigUnsupported(f"unsupported clock offset='{clock.offset}'")
        elif clock.adjustment == "reset":
            raise ConfigUnsupported("unsupported clock adjustment='reset'")
        conf.set("rtc_timeoffset", offset)
    else:
        if clock.offset not in ("utc", "localtime"):
            raise ConfigUnsupported(f"unsupported clock offset='{clock.offset}'")
        local = clock.offset == "localtime"
    conf.set("localtime", int(local))


def _display(conf: Conf, domain: Domain) -> None:
    if len(domain.graphics) != 1 or domain.graphics[0].type == "spice":
        return
    graphics = domain.graphics[0]
    pairs: list[tuple[str, str | int | None]]
    if graphics.type == "sdl":
        pairs = [("display", graphics.display), ("xauthority", graphics.xauth)]
    else:
        address = graphics.listens[0].address if graphics.listens else None
        auto = bool(graphics.autoport)
        pairs = [
            ("vncunused", int(auto)),
            ("vncdisplay", None if auto else int(graphics.port or 0) - 5900),
            ("vnclisten", address),
            ("vncpasswd", graphics.passwd),
            ("keymap", graphics.keymap),
        ]
    given = [(name, value) for name, value in pairs if value is not None]
    if domain.os.type != "hvm":
        kind = "sdl" if graphics.type == "sdl" else "vnc"
        conf.set("vfb", [",".join([f"type={kind}", *(f"{k}={v}" for k, v in given)])])
        return
    conf.set("sdl", int(graphics.type == "sdl"))
    conf.set("vnc", int(graphics.type != "sdl"))
    for name, value in given:
        conf.set(name, value)


def _card(card: Interface, domain: Domain, card_type: str) -> str:
    parts = [f"mac={card.mac}"]
    addresses = " ".join(ip.address or "" for ip in card.ips)
    if card.type == "bridge":
        parts += _bridge(card, addresses)
    elif card.type == "ethernet":
        if card.script:
            parts.append(f"script={card.script}")
        if addresses:
            parts.append(f"ip={addresses}")
    elif card.type == "network":
        # which bridge a network has is known to a network driver only
        raise NoNetwork((card.source and card.source.network) or "")
    else:
        raise ConfigUnsupported(f"Unsupported net type '{card.type}'")
    if card.model is not None:
        full = domain.os.type == "hvm"
        front = full and card.model == "netfront"
        parts.append(f"type={card_type}" if front else f"model={card.model}")
    if card.target is not None:
        parts.append(f"vifname={card.target}")
    if card.bandwidth is not None and card.bandwidth.outbound:
        parts.append(f"rate={card.bandwidth.outbound[0].average}KB/s")
    return ",".join(parts)


def _bridge(card: Interface, addresses: str) -> list[str]:
    bridge = f"bridge={card.source.bridge if card.source is not None else None}"
    script = card.script
    if card.virtualport is not None and card.virtualport.type == "openvswitch":
        script = script or "vif-openvswitch"
        vlan = card.vlan
        tags = vlan.tags if vlan is not None else []
        if vlan is not None and tags and vlan.trunk:
            bridge += "".join(f":{tag.id}" for tag in tags)
        elif tags:
            bridge += f".{tags[0].id}"
    return [bridge, *([f"ip={addresses}"] if addresses else []), f"script={script or _SCRIPT}"]


def _pci(device: HostDevice) -> str:
    assert device.source is not None  # it has been checked
    address = device.source.address
    where = [int(str(getattr(address, name)), 0) for name in ("domain", "bus", "slot", "function")]
    filtering = {None: "", True: ",permissive=0", False: ",permissive=1"}
    text = "{:04x}:{:02x}:{:02x}.{:x}".format(*where)
    return text + filtering[device.source.write_filtering]


def _ports(conf: Conf, domain: Domain, *, several: bool) -> None:
    conf.set("parallel", _character(domain.parallels[0]) if domain.parallels else "none")
    if not domain.serials:
        conf.set("serial", "none")
    elif len(domain.serials) == 1 and domain.serials[0].port == 0:
        conf.set("serial", _character(domain.serials[0]))
    elif not several:
        raise ConfigUnsupported("Multiple serial devices are not supported by xen-xm")
    else:
        ports = {serial.port or 0: serial for serial in reversed(domain.serials)}
        conf.set("serial", [
            _character(ports[port]) if port in ports else "none" for port in range(max(ports) + 1)
        ])  # fmt: skip


def _character(device: Serial | Parallel) -> str:
    kind = device.type
    from vsh.xml.domain.devices.chardev import CharSource

    source = device.sources[0] if device.sources else CharSource()
    if kind in ("null", "stdio", "vc", "pty"):
        return str(kind)
    if kind in ("file", "pipe"):
        return f"{kind}:{escape(source.path)}"
    if kind == "dev":
        return escape(source.path)
    if kind == "tcp":
        word = "tcp" if device.protocol == "raw" else "telnet"
        server = ",server,nowait" if source.mode == "bind" else ""
        return f"{word}:{source.host or ''}:{source.service or ''}{server}"
    if kind == "udp":
        ends = {"connect": ":", "bind": ":"}
        for end in device.sources:
            ends[str(end.mode)] = f"{end.host or ''}:{end.service or ''}"
        return f"udp:{ends['connect']}@{ends['bind']}"
    if kind == "unix":
        server = ",server,nowait" if source.mode == "bind" else ""
        return f"unix:{escape(source.path)}{server}"
    raise ConfigUnsupported(f"unsupported chr device type '{kind}'")
