"""Serial and parallel ports, channels and consoles."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.backend import Backend
from vsh.hypervisors.qemu.argv.chardev import add_chardev
from vsh.hypervisors.qemu.argv.line import number
from vsh.hypervisors.qemu.machine import ARM, RISCV

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.domain.devices.chardev import Channel, Character, Console, Serial

_MODELS = (
    "isa-serial", "usb-serial", "pci-serial", "spapr-vty", "sclpconsole", "sclplmconsole",
    "isa-debugcon",
)  # fmt: skip
_SPICE_NAME = "com.redhat.spice.0"


def backend_of(line: Line, device: Character, path: str | None = None) -> Backend:
    """What a character device leads to."""
    return Backend(
        device.type, f"char{line.alias(device)}", device.sources, protocol=device.protocol,
        log=(device.log_file, device.log_append), path=path,
    )  # fmt: skip


def add_serials(line: Line) -> None:
    """Serial ports; those of the board are only connected."""
    spice = any(graphics.type == "spice" for graphics in line.domain.graphics)
    for port in line.domain.serials:
        if port.type == "spiceport" and not spice:
            continue
        add_chardev(line, backend_of(line, port))
        if _is_boards(line, port):
            if port.target_model == "pl011" and not line.can.has("pl011"):
                raise ConfigUnsupported("'pl011' is not supported in this QEMU binary")
            line.add("-serial", f"chardev:char{line.alias(port)}")
        else:
            line.device(serial(line, port))


def _is_boards(line: Line, port: Serial) -> bool:
    arch = line.domain.os.arch
    if port.target_type == "system-serial":
        return (arch in ARM and port.target_model == "pl011") or (
            arch in (*RISCV, "loongarch64") and port.target_model == "16550a"
        )
    return port.target_type is None


def serial(line: Line, port: Serial) -> Properties:
    """A serial port of its own."""
    model, alias = port.target_model, line.alias(port)
    if model not in _MODELS:
        raise InternalError("Invalid target model for serial device")
    if model != "isa-debugcon" and not line.can.has(model):
        raise ConfigUnsupported(f"'{model}' is not supported in this QEMU binary")
    return {
        "driver": model, "chardev": f"char{alias}", "id": alias,
        "index": number(port.port) if model == "isa-serial" else None,
        **address_of(line, port),
    }  # fmt: skip


def add_parallels(line: Line) -> None:
    """Parallel ports."""
    for port in line.domain.parallels:
        alias = line.alias(port)
        add_chardev(line, backend_of(line, port))
        line.device({"driver": "isa-parallel", "chardev": f"char{alias}", "id": alias})


def add_channels(line: Line) -> None:
    """Channels between guest and host."""
    for channel in line.domain.channels:
        path = None
        if channel.type == "unix" and channel.target_type == "virtio":
            path = _socket(line, channel)
        backend = backend_of(line, channel, path=path)
        if path is not None:
            backend.source.mode = "bind"  # what the driver makes, it listens at
        add_chardev(line, backend)
        alias = line.alias(channel)
        if channel.target_type == "guestfwd":
            target = f"tcp:{channel.target_address}:{channel.port}-chardev:char{alias}"
            line.netdev({"type": "user", "guestfwd": [{"str": target}], "id": alias})
        elif channel.target_type == "virtio":
            line.device(virtio_port(line, channel, "virtserialport"))
        else:
            raise line.unhandled(f"<channel> with target '{channel.target_type}'")


def _socket(line: Line, channel: Channel) -> str | None:
    """The path of a socket that the driver makes; None where the document has one."""
    if channel.sources and channel.sources[0].path:
        return None
    folder = line.host.channels.format(name=line.host.identity(line.domain))
    if channel.name:
        return f"{folder}/{channel.name}"
    # what is plugged in has its place when its socket has been named
    address = None if line.plugged is channel else channel.address
    places = [
        0 if address is None else number(getattr(address, name))
        for name in ("controller", "bus", "port")
    ]
    return "{}/vioser-{:02d}-{:02d}-{:02d}.sock".format(folder, *places)


def virtio_port(line: Line, device: Character, driver: str) -> Properties:
    """A port of a virtio-serial controller."""
    alias = line.alias(device)
    address = device.address
    if address is not None and address.type not in ("virtio-serial", "ccw"):
        raise InternalError("virtio serial device has invalid address type")
    name = None
    if driver == "virtserialport":
        name = device.name
        if device.type == "spicevmc":
            if name not in (None, _SPICE_NAME):
                raise ConfigUnsupported(f"Unsupported spicevmc target name '{name}'")
            name = _SPICE_NAME
    return {
        "driver": driver, **address_of(line, device), "chardev": f"char{alias}", "id": alias,
        "name": name,
    }  # fmt: skip


def add_consoles(line: Line) -> None:
    """Consoles that are devices of their own."""
    for console in line.domain.consoles:
        kind = console.target_type
        if kind in (None, "serial"):
            continue
        add_chardev(line, backend_of(line, console))
        line.device(_console(line, console))


def _console(line: Line, console: Console) -> Properties:
    if console.target_type == "virtio":
        return virtio_port(line, console, "virtconsole")
    alias = line.alias(console)
    return {"driver": f"{console.target_type}console", "chardev": f"char{alias}", "id": alias}
