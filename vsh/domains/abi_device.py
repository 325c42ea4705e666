"""Which properties of a device a guest can see, and what libvirt says where they differ.

Each row is (field, text, form): in the text ``{1}`` is the new value and ``{0}`` the old one;
``form`` names how values are worded (``_FORMS``).
"""

# ruff: noqa: E501  (the texts are rows of a table)

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from vsh.xml.domain.devices._info import Device

    Row = tuple[str, str, str]


def _switch(value: object) -> str:
    return "default" if value is None else ("on" if value else "off")


def _flag(value: object) -> str:
    return "default" if value is None else ("yes" if value else "no")


_FORMS: dict[str, Callable[[object], str]] = {
    "word": lambda value: "default" if value is None else str(value),
    "none": lambda value: "none" if value is None else str(value),
    "text": lambda value: "<null>" if value is None else str(value),
    "null": lambda value: "(null)" if value is None else str(value),
    "number": lambda value: str(value or 0),
    "minus": lambda value: "-1" if value is None else str(value),
    "hex": lambda value: f"{value or 0:x}",
    "switch": _switch,
    "flag": _flag,
    "plain": str,
    "bool": lambda value: "1" if value else "0",
}


def _simple(start: str, *names: str, form: str = "word") -> tuple[Row, ...]:
    return tuple(
        (name, f"Target {start} {name} {{1}} does not match source {{0}}", form) for name in names
    )


VIRTIO: tuple[Row, ...] = tuple(
    (name, f"Target device {name} option '{{1}}' does not match source '{{0}}'", "switch")
    for name in ("iommu", "ats", "packed", "page_per_vq")
)

ROWS: dict[str, tuple[Row, ...]] = {
    "disks": (
        ("device", "Target disk device {1} does not match source {0}", "word"),
        ("bus", "Target disk bus {1} does not match source {0}", "none"),
        ("target", "Target disk {1} does not match source {0}", "null"),
        ("serial", "Target disk serial {1} does not match source {0}", "text"),
        ("wwn", "Target disk wwn '{1}' does not match source '{0}'", "text"),
        ("readonly", "Target disk access mode does not match source", "plain"),
        ("model", "Target disk model {1} does not match source {0}", "word"),
        (
            "rotation_rate",
            "Target disk rotation rate {1} RPM does not match source {0} RPM",
            "number",
        ),
        ("queues", "Target disk queue count {1} does not match source {0}", "number"),
        ("queue_size", "Target disk queue size {1} does not match source {0}", "number"),
        *VIRTIO,
        ("address", "", ""),
        *_simple(
            "disk",
            "logical_block_size",
            "physical_block_size",
            "discard_granularity",
            form="number",
        ),
    ),
    "controllers": (
        ("type", "Target controller type {1} does not match source {0}", "word"),
        ("index", "Target controller index {1} does not match source {0}", "minus"),
        ("model_number", "Target controller model {1} does not match source {0}", "plain"),
        ("ports", "Target controller ports {1} does not match source {0}", "minus"),
        ("vectors", "Target controller vectors {1} does not match source {0}", "minus"),
        *VIRTIO,
        ("address", "", ""),
    ),
    "filesystems": (
        ("target", "Target filesystem guest target {1} does not match source {0}", "null"),
        ("readonly", "Target filesystem access mode does not match source", "plain"),
        ("model", "Target filesystem model does not match source", "plain"),
        *VIRTIO,
        ("address", "", ""),
    ),
    "interfaces": (
        ("mac", "Target network card mac {1} does not match source {0}", "word"),
        ("model", "Target network card model {1} does not match source {0}", "model"),
        ("mtu", "Target network card MTU {1} does not match source {0}", "number"),
        *VIRTIO,
        ("address", "", ""),
    ),
    "inputs": (
        ("type", "Target input device type {1} does not match source {0}", "word"),
        ("bus", "Target input device bus {1} does not match source {0}", "word"),
        ("model", "Target input model {1} does not match source {0}", "word"),
        *VIRTIO,
        ("address", "", ""),
    ),
    "sounds": (
        ("model", "Target sound card model {1} does not match source {0}", "word"),
        (
            "multichannel",
            "Target sound card multichannel setting '{1}' does not match source '{0}'",
            "flag",
        ),
        ("address", "", ""),
    ),
    "videos": (
        ("type", "Target video card model {1} does not match source {0}", "word"),
        *_simple("video card", "ram", "vram", "vram64", "vgamem", "heads", form="number"),
        ("acceleration", "Target video card acceleration does not match source", "plain"),
        ("accel2d", "Target video card 2d accel {1} does not match source {0}", "tristate"),
        ("accel3d", "Target video card 3d accel {1} does not match source {0}", "tristate"),
        *VIRTIO,
        ("address", "", ""),
    ),
    "hostdevs": (
        ("mode", "Target host device mode {1} does not match source {0}", "word"),
        (
            "kind",
            "Target host device subsystem type {1} is not compatible with source subsystem type {0}",
            "word",
        ),
        ("address", "", ""),
    ),
    "smartcards": (("address", "", ""),),
    "serials": (
        ("target_type", "Target serial type {1} does not match source {0}", "none"),
        ("target_model", "Target serial model {1} does not match source {0}", "none"),
        ("port", "Target serial port {1} does not match source {0}", "minus"),
        ("address", "", ""),
    ),
    "parallels": (
        ("port", "Target parallel port {1} does not match source {0}", "minus"),
        ("address", "", ""),
    ),
    "channels": (
        ("target_type", "Target channel type {1} does not match source {0}", "none"),
        ("name", "Target channel name {1} does not match source {0}", "text"),
        ("forwarded", "Target channel addr {1} does not match source {0}", "text"),
        ("address", "", ""),
    ),
    "consoles": (
        ("target_type", "Target console type {1} does not match source {0}", "none"),
        ("address", "", ""),
    ),
    "hubs": (
        ("type", "Target hub device type {1} does not match source {0}", "word"),
        ("address", "", ""),
    ),
    "redirdevs": (
        ("bus", "Target redirected device bus {1} does not match source {0}", "word"),
        (
            "type",
            "Target redirected device source type {1} does not match source device source type {0}",
            "word",
        ),
        ("address", "", ""),
    ),
    "watchdogs": (
        ("model", "Target watchdog model {1} does not match source {0}", "word"),
        ("address", "", ""),
    ),
    "memballoon": (
        ("model", "Target balloon model {1} does not match source {0}", "word"),
        (
            "autodeflate",
            "Target balloon autodeflate attribute value '{1}' does not match source '{0}'",
            "switch",
        ),
        (
            "free_page_reporting",
            "Target balloon freePageReporting attribute value '{1}' does not match source '{0}'",
            "switch",
        ),
        *VIRTIO,
        ("address", "", ""),
    ),
    "rngs": (
        ("model", "Target RNG model '{1}' does not match source '{0}'", "word"),
        *VIRTIO,
        ("address", "", ""),
    ),
    "panics": (
        ("model", "Target panic model '{1}' does not match source '{0}'", "word"),
        ("address", "", ""),
    ),
    "shmems": (
        ("model", "Target shared memory model '{1}' does not match source model '{0}'", "word"),
        ("size", "Target shared memory size '{1}' does not match source size '{0}'", "number"),
        ("server", "Target shared memory server usage doesn't match source", "plain"),
        ("msi_vectors", "Target shared memory MSI configuration doesn't match source", "plain"),
        ("msi", "Target shared memory MSI configuration doesn't match source", "plain"),
        ("msi_ioeventfd", "Target shared memory MSI configuration doesn't match source", "plain"),
        ("address", "", ""),
    ),
    "tpms": (
        ("kind", "Target TPM device type doesn't match source", "plain"),
        ("model", "Target TPM device model doesn't match source", "plain"),
        ("version", "Target TPM version doesn't match source", "plain"),
        ("banks", "Target active PCR banks doesn't match source", "plain"),
        ("address", "", ""),
    ),
    "memory_devices": (
        ("model", "Target memory device model '{1}' doesn't match source model '{0}'", "word"),
        (
            "numa_node",
            "Target memory device targetNode '{1}' doesn't match source targetNode '{0}'",
            "minus",
        ),
        (
            "size",
            "Target memory device size '{1}' doesn't match source memory device size '{0}'",
            "number",
        ),
        (
            "label_size",
            "Target NVDIMM label size '{0}' doesn't match source NVDIMM label size '{1}'",
            "number",
        ),
        (
            "alignsize",
            "Target NVDIMM alignment '{0}' doesn't match source NVDIMM alignment '{1}'",
            "number",
        ),
        ("pmem", "Target NVDIMM pmem flag doesn't match source NVDIMM pmem flag", "plain"),
        (
            "readonly",
            "Target NVDIMM readonly flag doesn't match source NVDIMM readonly flag",
            "plain",
        ),
        ("uuid", "Target NVDIMM UUID doesn't match source NVDIMM", "plain"),
        (
            "block",
            "Target memory device block size '{1}' doesn't match source memory device block size '{0}'",
            "number",
        ),
        (
            "requested",
            "Target memory device requested size '{1}' doesn't match source memory device requested size '{0}'",
            "number",
        ),
        (
            "base",
            "Target memory device address '0x{1}' doesn't match source memory device address '0x{0}'",
            "hex",
        ),
        (
            "dynamic_memslots",
            "Target memory device 'dynamicMemslots' property doesn't match source memory device",
            "plain",
        ),
        ("address", "", ""),
    ),
    "iommu": (
        ("model", "Target domain IOMMU device model '{1}' does not match source '{0}'", "word"),
        *(
            (name, f"Target domain IOMMU device {word} '{{1}}' does not match source '{{0}}'", form)
            for name, word, form in (
                ("intremap", "intremap value", "switch"),
                ("caching_mode", "caching mode", "switch"),
                ("eim", "eim value", "switch"),
                ("iotlb", "iotlb value", "switch"),
                ("aw_bits", "aw_bits value", "number"),
                ("dma_translation", "dma translation", "switch"),
            )
        ),
        ("address", "", ""),
    ),
    "vsock": (
        ("model", "Target domain vsock device model '{1}' does not match source '{0}'", "word"),
        *VIRTIO,
        ("address", "", ""),
    ),
    "pstore": (
        ("backend", "Target pstore device backend '{1}' does not match source '{0}'", "word"),
        ("size", "Target pstore size '{1}' does not match source '{0}'", "number"),
        ("address", "", ""),
    ),
}

_FORMS["tristate"] = lambda value: "0" if value is None else ("1" if value else "2")
_FORMS["model"] = lambda value: "unknown" if value is None else str(value)


def differences(kind: str, old: Device, new: Device, *, raw: bool = False) -> Iterator[str]:
    """libvirt's texts for what differs between two devices of a kind, in its order.

    raw  the new one is as its document has it: an empty <driver> counts, too
    """
    for name, text, form in ROWS[kind]:
        if name == "address":
            yield from address_differences(old, new)
            continue
        if name == "iommu" and kind != "iommu" and _has_driver(old) != _has_driver(new, raw=raw):
            yield "Target device virtio options don't match the source"
            return
        before, after = _value(kind, name, form, old), _value(kind, name, form, new)
        if before != after:
            show = _FORMS[form]
            yield text.format(show(before), show(after))


def _has_driver(device: Device, *, raw: bool = False) -> bool:
    """Whether a device is written with a <driver>; with ``raw`` whether its document has one."""
    if raw:
        return "has_driver" in device.__dict__  # what is not there takes no room
    return any(
        getattr(device, name) not in (None, [], field.skip, field.default)
        for name, field in device.fields.items()
        if field.path.startswith("driver/")
    )


def _value(kind: str, name: str, form: str, device: Any) -> object:
    if kind == "controllers" and name == "model_number":
        from vsh.xml.domain.devices.controller import MODELS

        models = MODELS.get(device.type, ())
        return models.index(device.model) if device.model in models else -1
    if kind == "hostdevs" and name == "kind":
        if device.mode != "subsystem":
            return None
        return "pci" if device.type == "mdev" else device.type
    if kind == "tpms" and name in ("kind", "version", "banks"):
        backend = device.backends[0]
        value = backend.type if name == "kind" else getattr(backend, name)
        return sorted(value) if name == "banks" else value
    if kind == "channels" and name == "forwarded":
        if device.target_type != "guestfwd":
            return None
        return f"{device.target_address}:{device.port}"
    if kind == "shmems" and name == "size":
        return device.size or 0
    value = getattr(device, name)
    # a number that is not there counts as zero, except where zero is a place
    return None if form == "number" and value == 0 else value


_ADDRESSES = {
    "pci": ("PCI address", ("domain", "bus", "slot", "function"), "{:04x}:{:02x}:{:02x}.{:d}"),
    "drive": ("drive address", ("controller", "bus", "unit"), "{}:{}:{}"),
    "virtio-serial": ("virtio serial address", ("controller", "bus", "port"), "{}:{}:{}"),
    "ccid": ("ccid address", ("controller", "slot"), "{}:{}"),
    "isa": ("isa address", ("iobase", "irq"), "{}:{}"),
    "ccw": ("CCW address", ("cssid", "ssid", "devno"), "{:x}.{:x}.{:04x}"),
}


def address_differences(old: Device, new: Device) -> Iterator[str]:
    """The texts for two devices that sit in different places."""
    before, after = old.address, new.address
    kinds = [None if address is None else address.type for address in (before, after)]
    if kinds[0] != kinds[1]:
        yield (
            f"Target device address type {kinds[1] or 'none'} does not match source "
            f"{kinds[0] or 'none'}"
        )
        return
    if kinds[0] in _ADDRESSES:
        words, names, form = _ADDRESSES[str(kinds[0])]
        values = [[getattr(a, name) or 0 for name in names] for a in (before, after)]
        if values[0] != values[1]:
            yield (
                f"Target device {words} {form.format(*values[1])} does not match source "
                f"{form.format(*values[0])}"
            )
    elif kinds[0] == "dimm" and before is not None and after is not None:
        if before.slot != after.slot:
            yield f"Target device dimm slot {after.slot} does not match source {before.slot}"
        if (before.base or 0) != (after.base or 0):
            yield (
                f"Target device dimm base address '{after.base or 0:x}' does not match source "
                f"'{before.base or 0:x}'"
            )
    if (old.acpi_index or 0) != (new.acpi_index or 0):
        yield f"Target ACPI index '{new.acpi_index or 0}' does not match source '{old.acpi_index or 0}'"
