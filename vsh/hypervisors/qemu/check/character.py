"""What the QEMU driver refuses in character devices."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InvalidArgument
from vsh.hypervisors.qemu.check.display import has_spice
from vsh.hypervisors.qemu.machine import S390, is_arm_virt, is_loong_virt, is_pseries, is_riscv_virt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Character, Parallel, Serial
    from vsh.xml.domain.devices.redirdev import RedirDevice
    from vsh.xml.domain.devices.rng import Backend, Rng
    from vsh.xml.domain.devices.smartcard import SmartCard

_ADDRESSES = {
    "isa-serial": "isa", "isa-debug": "isa", "usb-serial": "usb", "pci-serial": "pci",
    "spapr-vio-serial": "spapr-vio",
}  # fmt: skip
_TARGETS = {
    "isa-serial": "isa-serial", "usb-serial": "usb-serial", "pci-serial": "pci-serial",
    "spapr-vty": "spapr-vio-serial", "pl011": "system-serial", "16550a": "system-serial",
    "sclpconsole": "sclp-serial", "sclplmconsole": "sclp-serial", "isa-debugcon": "isa-debug",
}  # fmt: skip


def check_character(
    device: Character | RedirDevice | SmartCard | Backend, domain: Domain, emulator: Emulator
) -> Iterator[Error]:
    """The problems of what stands behind a device."""
    kind = device.type
    if kind == "tcp" and device.protocol in ("telnets", "tls"):
        yield ConfigUnsupported(f"tcp chardev protocol '{device.protocol}' not supported")
    for source in device.sources if kind in ("tcp", "unix") else ():
        reconnect = source.reconnect
        if reconnect is not None and reconnect.enabled and not reconnect.timeout:
            yield InvalidArgument("chardev reconnect source timeout cannot be '0'")
    if kind in ("spicevmc", "spiceport") and not has_spice(domain):
        yield ConfigUnsupported(f"chardev '{kind}' not supported without spice graphics")


def check_rng(device: Rng, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of the daemon behind a generator of random numbers."""
    for backend in device.backends:
        if backend.model == "egd":
            yield from check_character(backend, domain, emulator)


def check_redirdev(device: RedirDevice, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one redirected device."""
    yield from check_character(device, domain, emulator)
    if device.bus != "usb":
        yield ConfigUnsupported(f"Redirection bus {device.bus} is not supported by QEMU")


def check_smartcard(device: SmartCard, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one smart card: there is one, in the one slot of the first reader."""
    address = device.address
    if (
        len(domain.smartcards) > 1
        or address is None
        or address.type != "ccid"
        or address.controller
        or address.slot
    ):
        yield ConfigUnsupported("this QEMU binary lacks multiple smartcard support")
    if device.mode == "passthrough":
        yield from check_character(device, domain, emulator)


def check_parallel(device: Parallel, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one parallel port."""
    yield from check_character(device, domain, emulator)
    if domain.os.arch in S390 or is_pseries(domain):
        yield ConfigUnsupported("parallel ports are not supported")


def check_serial(device: Serial, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one serial port."""
    yield from check_character(device, domain, emulator)
    kind, model, address = device.target_type, device.target_model, device.address
    wanted = _ADDRESSES.get(str(kind))
    if address is not None and kind is not None:
        if wanted is None:
            yield ConfigUnsupported(f"Target type '{kind}' cannot have an associated address")
        elif address.type != wanted:
            yield ConfigUnsupported(f"Target type '{kind}' requires address type '{wanted}'")
    target = _TARGETS.get(str(model))
    if target is not None and kind != target:
        yield ConfigUnsupported(f"Target model '{model}' requires target type '{target}'")
    if (
        (model == "pl011" and not is_arm_virt(domain))
        or (model == "16550a" and not (is_riscv_virt(domain) or is_loong_virt(domain)))
        or (target == "spapr-vio-serial" and not is_pseries(domain))
        or (target == "sclp-serial" and domain.os.arch not in S390)
    ):
        yield ConfigUnsupported(
            f"Serial device with target type '{kind}' and target model '{model}' not compatible "
            "with guest architecture or machine type"
        )
