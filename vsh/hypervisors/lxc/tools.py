"""lxc-tools: the configuration of LXC's own tools, of both their forms; read only."""

from __future__ import annotations

from vsh.domains.defaults import Defaults
from vsh.errors import ArgumentUnsupported, ConfSyntax, InternalError
from vsh.hypervisors.conf import Conf, whole
from vsh.hypervisors.devices import features_of, new_domain
from vsh.hypervisors.lxc.sizes import convert_size
from vsh.xml.engine.flags import SKIP_VALIDATE
from vsh.xml.engine.text import number
from vsh.xml.engine.values import generate_uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.engine.element import Element

EMULATOR = "/usr/libexec/libvirt_lxc"
_ARCHITECTURES = {"x86": "i686", "amd64": "x86_64"}
# how LXC's own tools write logs and fill /dev
_HARMLESS = frozenset((
    "lxc.autodev", "lxc.log.", "lxc.logfile", "lxc.loglevel", "lxc.pts", "lxc.pty.max",
    "lxc.rootfs", "lxc.utsname", "lxc.tty", "lxc.rootfs.backend", "lxc.rootfs.mount",
))  # fmt: skip
_MOST_CONSOLES = 4096
_BASIC_MOUNTS = (
    "/proc", "/proc/sys", "/proc/sys/net/ipv4", "/proc/sys/net/ipv6", "/sys",
    "/sys/kernel/security", "/sys/fs/selinux",
)  # fmt: skip


class LxcDefaults(Defaults):
    """Containers run by libvirt's own helper; their consoles are LXC's."""

    namespace = "http://libvirt.org/schemas/domain/lxc/1.0"

    def whole(self, domain: Domain, flags: int) -> None:
        if domain.emulator is None:
            domain.emulator = EMULATOR

    def device(self, kind: str, device: Element, domain: Domain) -> None:
        from vsh.xml.domain.devices.chardev import Console

        if isinstance(device, Console) and device.target_type is None:
            device.target_type = "lxc"


DEFAULTS = LxcDefaults


def read(text: str, *, unread: list[str] | None = None) -> Domain:
    """The domain that a configuration describes; ``unread`` gets what was not understood."""
    from vsh.hypervisors.lxc.network import read_networks
    from vsh.hypervisors.lxc.tune import read_tuning

    conf = Conf.parse(text, "lxc")
    domain = new_domain("lxc", "exe")
    domain.uuid = generate_uuid()
    domain.uuid_generated = True
    domain.memory = domain.current_memory = 64 * 1024
    arch = conf.string("lxc.arch")
    arch = _ARCHITECTURES.get(str(arch), arch)
    domain.os.init = "/sbin/init"
    domain.name = _needed(conf, "lxc.uts.name", "lxc.utsname")
    root = _needed(conf, "lxc.rootfs.path", "lxc.rootfs")
    _mount(domain, "block" if root.startswith("/dev/") else "mount", root, "/")
    if conf.string("lxc.mount.fstab") is not None or conf.string("lxc.mount") is not None:
        raise ArgumentUnsupported(
            "lxc.mount.fstab or lxc.mount found, use lxc.mount.entry lines instead"
        )
    for value in conf.every("lxc.mount.entry"):
        _mount_entry(domain, value)
    read_networks(domain, conf)
    _consoles(domain, conf)
    _id_maps(domain, conf)
    read_tuning(domain, conf)
    _capabilities(domain, conf)
    LxcDefaults().complete(domain, flags=SKIP_VALIDATE)
    domain.os.arch = _architecture(arch)
    if unread is not None:
        unread += conf.unread(_HARMLESS)
        if arch is not None and domain.os.arch is None:
            unread.append(f"lxc.arch: {arch}")
    return domain


def _architecture(word: str | None) -> str | None:
    from vsh.xml.domain.os import ARCHITECTURES

    return word if word in ARCHITECTURES else None


def _needed(conf: Conf, *names: str) -> str:
    """A value under its present or its former name."""
    for name in names:
        value = conf.get(name)
        if isinstance(value, str):
            return value
    raise ConfSyntax(f"{names[0]} is missing")


def _mount(
    domain: Domain, kind: str, source: str | None, target: str, *, readonly: bool = False,
    usage: int = 0,
) -> None:  # fmt: skip
    from vsh.xml.domain.devices.filesystem import FileSystem

    mount = FileSystem(type=kind, accessmode="passthrough", target=target, readonly=readonly)
    if kind == "ram":
        mount.usage, mount.units = str(usage // 1024), "KiB"
    elif kind == "block":
        mount.source_dev = source
    else:
        mount.source_dir = source
    domain.filesystems.append(mount)


def _mount_entry(domain: Domain, line: str) -> None:
    """A line as in fstab."""
    parts = line.replace("\t", " ").split()
    if len(parts) < 4:
        raise ConfSyntax(f"invalid lxc.mount.entry: '{line}'")
    source, target, kind, words = parts[:4]
    options = words.split(",")
    if not target.startswith("/"):
        target = f"/{target}"
    if target in _BASIC_MOUNTS:
        return
    usage = 0
    if kind == "tmpfs":
        sizes = [option[5:] for option in options if option.startswith("size=")]
        if not sizes:
            raise InternalError("missing tmpfs size, set the size option")
        usage = convert_size(sizes[0])
    where = "ram" if kind == "tmpfs" else "mount"
    if source.startswith("/dev/"):
        where = "block"
    _mount(domain, where, source, target, readonly="ro" in options, usage=usage)


def _consoles(domain: Domain, conf: Conf) -> None:
    from vsh.xml.domain.devices.chardev import Console

    text = conf.string("lxc.tty.max")
    if text is None:
        text = conf.string("lxc.tty")
    if text is None:
        return
    try:
        count = number(text)
    except ValueError:
        raise InternalError(f"failed to parse int: '{text}'") from None
    if count > _MOST_CONSOLES:
        raise InternalError(f"failed to parse int: '{text}'")
    domain.consoles = [Console(type="pty", target_type="lxc", port=port) for port in range(count)]


def _id_maps(domain: Domain, conf: Conf) -> None:
    from vsh.xml.domain.devices.filesystem import GidRange, IdMap, UidRange

    maps = IdMap()
    for name, value in conf.lines():
        if name not in ("lxc.idmap", "lxc.id_map") or not value:
            continue
        kind, rest = value[:1], value[1:].split()
        numbers = [whole(word, 2**32 - 1) for word in rest[:3]]
        if len(numbers) < 3 or None in numbers:
            raise InternalError(f"invalid {name}: '{value}'")
        conf.asked.add(name)
        if kind not in ("u", "g"):
            raise InternalError(f"invalid {name}: '{value}'")
        target, start, count = numbers
        if kind == "u":
            maps.uids.append(UidRange(start=start, target=target, count=count))
        else:
            maps.gids.append(GidRange(start=start, target=target, count=count))
    if maps.uids or maps.gids:
        domain.idmap = maps


def _capabilities(domain: Domain, conf: Conf) -> None:
    from vsh.xml.domain.features import CAPABILITIES, Capabilities

    dropped = conf.string("lxc.cap.drop")
    words = dropped.split(" ") if isinstance(dropped, str) else []
    allowed = Capabilities(policy="allow")
    for name in CAPABILITIES:
        if name in words:
            setattr(allowed, name, False)
    features_of(domain).capabilities = allowed
