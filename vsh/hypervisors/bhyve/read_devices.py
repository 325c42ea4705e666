"""The devices of bhyve's command line."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, ConfSyntax, InternalError, OperationFailed
from vsh.hypervisors.conf import whole
from vsh.hypervisors.devices import set_character, set_source
from vsh.xml.engine.values import generate_mac, parse_mac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.address import Address

_DISKS = {
    "ahci-cd": ("sata", "cdrom"),
    "ahci-hd": ("sata", "disk"),
    "virtio-blk": ("virtio", "disk"),
}
_CARDS = {"virtio-net": "virtio", "e1000": "e1000"}
_BRIDGES = ("hostbridge", "lpc")  # every guest has them
_MOST_DISKS = 26


class Devices:
    """Adds devices to a domain, and counts its disks."""

    def __init__(self, domain: Domain, unread: list[str]) -> None:
        self.domain = domain
        self.unread = unread
        self.counts = {"sata": 0, "virtio": 0}

    def bridge(self, text: str) -> None:
        """A device behind the LPC bridge: a serial port, or the firmware."""
        from vsh.xml.domain.devices.chardev import Serial

        kind, comma, path = text.partition(",")
        if not comma:
            raise ConfSyntax(f"'{text}' has no value")
        if not kind.startswith("com") or len(kind) != 4:
            self.unread.append(f"-l {text}")
            return
        if not path.startswith("/dev/nmdm"):
            raise OperationFailed(
                f"Failed to set com port {kind}: does not start with '/dev/nmdm'."
            )
        other = {"A": "B", "B": "A"}.get(path[-1])
        if other is None:
            raise OperationFailed(f"Failed to set slave for {path}: last letter not 'A' or 'B'")
        if kind[3] not in "12":
            raise OperationFailed(f"Failed to parse {kind}: only com1 and com2 supported.")
        port = Serial(port=int(kind[3]) - 1)
        set_character(port, "nmdm", master=path, slave=path[:-1] + other)
        self.domain.serials.append(port)

    def slot(self, text: str) -> None:
        """A device in a PCI slot: ``slot,emulation[,configuration]``."""
        place, comma, rest = text.partition(",")
        if not comma:
            raise ConfSyntax(f"'{text}' has no device")
        kind, comma, rest = rest.partition(",")
        config = rest if comma else None
        address = _address(place)
        if kind in _DISKS:
            self._disk(kind, address, config)
        elif kind in _CARDS:
            self._card(_CARDS[kind], address, config)
        elif kind == "fbuf":
            self._display(config)
        elif kind == "virtio-rnd":
            from vsh.xml.domain.devices.rng import Backend, Rng

            backend = Backend(model="random", path="/dev/random")
            self.domain.rngs.append(Rng(model="virtio", backends=[backend], address=address))
        elif kind not in _BRIDGES:
            self.unread.append(f"-s {text}")

    def _disk(self, kind: str, address: object, config: str | None) -> None:
        from vsh.xml.domain.devices.disk import Disk

        bus, device = _DISKS[kind]
        if config is None:
            raise ConfSyntax("a disk without a file")
        path, _, rest = config.partition(",")
        if rest:
            self.unread.append(f"-s {kind},{path}: {rest}")
        count = self.counts[bus]
        self.counts[bus] += 1
        if count >= _MOST_DISKS:
            raise ConfigUnsupported("too many disks")
        prefix = "sd" if bus == "sata" else "vd"
        disk = Disk(bus=bus, device=device, address=address, target=f"{prefix}{chr(97 + count)}")
        set_source(disk, "block" if path.startswith("/dev/") else "file", path)
        self.domain.disks.append(disk)

    def _card(self, model: str, address: object, config: str | None) -> None:
        from vsh.xml.domain.devices.interface import Interface, NetSource

        if config is None:
            raise ConfSyntax("a network card without a device")
        if not config.startswith("tap"):
            raise ConfigUnsupported("Only tap devices supported")
        name, comma, option = config.partition(",")
        card = Interface(type="bridge", model=model, target=name, address=address)
        card.source = NetSource(bridge="virbr0")
        if not comma:
            card.mac, card.mac_generated = generate_mac(), True
        elif not option.startswith("mac="):
            raise ConfigUnsupported("Only mac option can be specified for virt-net")
        else:
            try:
                card.mac = parse_mac(option[4:])
            except ValueError:
                card.mac = "00:00:00:00:00:00"
        self.domain.interfaces.append(card)

    def _display(self, config: str | None) -> None:
        from vsh.xml.domain.devices.graphics import Graphics, Listen
        from vsh.xml.domain.devices.video import Video

        if config is None:
            raise ConfSyntax("a display without a port")
        video = Video(type="gop", heads=1)
        graphics = Graphics(type="vnc")
        for part in config.split(","):
            key, equals, value = part.partition("=")
            if key == "vga" and value in ("on", "io", "off"):
                video.vgaconf = value
            elif key in ("rfb", "tcp") and equals:
                address, colon, port = value.partition(":")
                found = whole(port.removeprefix("-"), 2**31 - 1)
                if not colon or found is None:
                    raise InternalError(f"malformed port '{value}'")
                listen = Listen(type="address", address=address or "127.0.0.1")
                graphics.listens.append(listen)
                graphics.port, graphics.autoport = found * (-1 if port[0] == "-" else 1), False
            elif key in ("w", "h") and equals:
                digits = value[: len(value) - len(value.lstrip("0123456789"))]
                pixels = whole(digits, 2**32 - 1)
                if pixels is None:
                    raise InternalError(f"malformed resolution '{value}'")
                video.resolution = True
                setattr(video, "x" if key == "w" else "y", pixels)
            elif key == "password" and equals:
                graphics.passwd = value
            elif key != "wait":
                self.unread.append(f"-s fbuf: {part}")
        self.domain.videos.append(video)
        self.domain.graphics.append(graphics)


def _address(text: str) -> Address:
    """``slot``, ``slot:function`` or ``bus:slot:function``."""
    from vsh.xml.domain.devices.address import Address

    parts = text.split(":")[:3]
    numbers = [n for n in (whole(part, 2**32 - 1) for part in parts) if n is not None]
    if len(numbers) < len(parts):
        raise ConfSyntax(f"malformed slot '{text}'")
    bus = numbers.pop(0) if len(numbers) == 3 else 0
    function = numbers[1] if len(numbers) == 2 else 0
    return Address(type="pci", domain=0, bus=bus, slot=numbers[0], function=function)
