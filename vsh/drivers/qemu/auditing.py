"""Records for the audit: what guests are given and lose, begin and end, in libvirt's words.

They go to ``guests.audit``, where somebody wants them (the daemon); each is

    virt=kvm resrc=disk reason=attach vm="web" uuid=... old-disk="?" new-disk="/images/web.qcow2"

What a guest has is compared with what it had whenever it is written down, so that no way of
plugging something in is left out.
"""

from __future__ import annotations

from vsh.words.event import (
    DomainEventStartedDetailType,
    DomainEventStoppedDetailType,
    DomainEventType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.guests import Guests
    from vsh.drivers.state.record import Audit, Had
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.smartcard import SmartCard

CONTROL, RESOURCE, MACHINE = 2500, 2501, 2502
"""The kernel's numbers of kinds of records: a guest's life, its resources, its label."""
DATABASE = "/etc/pki/nssdb"
"""Where certificates of smart cards are when no document says."""
COUNTED = ("mem", "vcpu", "iothread")
_PATHS = ("pty", "dev", "file", "pipe", "unix")
"""Kinds of ends of character devices that are somewhere."""
_HERE = ("file", "block", "dir")
"""Kinds of images that are on this machine."""


def encoded(name: str, value: str) -> str:
    """A name and a value, as the audit has them: in hexadecimal if there is anything unusual."""
    raw = value.encode("utf-8", "surrogateescape")
    if any(byte < 0x21 or byte > 0x7E or byte == 0x22 for byte in raw):
        return f"{name}={raw.hex().upper()}"
    return f'{name}="{value}"'


def turned(audit: Audit, guest: Guest, event: int, detail: int) -> None:
    """A guest has begun, or ended."""
    kinds = {
        DomainEventType.STARTED: DomainEventStartedDetailType,
        DomainEventType.STOPPED: DomainEventStoppedDetailType,
    }
    kind = kinds.get(DomainEventType(event))
    if kind is None:
        return
    how = kind(detail)
    reason = how.name.lower().replace("_", "-")
    if kind is DomainEventStoppedDetailType:
        guest.audited = None
        _life(audit, guest, "stop", reason, 0)
        return
    if how == DomainEventStartedDetailType.WAKEUP:
        return
    for label in guest.definition.seclabels:
        words = f"vm-ctx={label.label or '?'} img-ctx={label.imagelabel or '?'}"
        audit(MACHINE, f"{_who(guest, '')} {words} model={label.model}", success=True)
    guest.audited = {}
    compare(audit, guest, "start")
    _life(audit, guest, "start", reason, 0 if guest.run is None else guest.run.process.pid)


def begin(guests: Guests, audit: Audit) -> None:
    """From now on records of these guests go there."""
    for guest in guests.all():
        if guest.active:
            with guest:
                guest.audited = has(guest.definition)
    guests.audit, guests.compare = audit, lambda guest: compare(audit, guest)


def not_started(audit: Audit, guest: Guest) -> None:
    """A guest was to be started, and was not."""
    for key, value in has(guest.definition).items():
        _record(audit, guest, "start", key, None, value)
    audit(CONTROL, f"{_who(guest, 'op=start reason=booted')} vm-pid=0", success=False)


def refused(audit: Audit, guest: Guest, field: str, device: Device) -> None:
    """A device was to be plugged in, and was not."""
    from vsh.xml.domain import Domain as Definition

    alone = Definition()
    setattr(alone, field, [device])
    for key, value in _devices(alone):
        _record(audit, guest, "attach", key, None, value, success=False)


def _life(audit: Audit, guest: Guest, act: str, reason: str, pid: int) -> None:
    audit(CONTROL, f"{_who(guest, f'op={act} reason={reason}')} vm-pid={pid}", success=True)


def compare(audit: Audit, guest: Guest, reason: str | None = None) -> None:
    """Tell what a guest that runs has got, or lost, since the last time."""
    before = guest.audited
    if before is None:
        return
    now = guest.audited = has(guest.definition)
    for key, value in before.items():
        if key not in now:
            _record(audit, guest, "detach", key, value, None)
    for key, value in now.items():
        old = before.get(key)
        if old != value:
            why = reason or ("attach" if old is None else "update")
            _record(audit, guest, why, key, old, value)


def _record(
    audit: Audit,
    guest: Guest,
    reason: str,
    key: tuple[str, ...],
    old: str | int | None,
    new: str | int | None,
    *,
    success: bool = True,
) -> None:
    kind = key[0]
    words = f"resrc={kind} reason={reason}"
    if kind in COUNTED:
        changed = f"old-{kind}={old or 0} new-{kind}={new or 0}"
    elif len(key) > 2:  # its own words say all
        changed = str(new if old is None else old)
    else:
        changed = " ".join(
            encoded(f"{when}-{kind}", str(value) if value else "?")
            for when, value in (("old", old), ("new", new))
        )
    audit(RESOURCE, f"{_who(guest, words)} {changed}", success=success)


def _who(guest: Guest, words: str) -> str:
    first = " ".join(filter(None, (f"virt={guest.definition.type}", words)))
    return f"{first} {encoded('vm', guest.name)} uuid={guest.uuid}"


def has(definition: Definition) -> Had:
    """What a guest with a definition has."""
    found: Had = dict(_devices(definition))
    found["mem", ""] = int(definition.memory)
    found["vcpu", ""] = int(definition.vcpu_current)
    if definition.iothreads:
        found["iothread", ""] = len(definition.iothreads)
    return found


def _devices(definition: Definition) -> Iterator[tuple[tuple[str, ...], str]]:
    for disk in definition.disks:
        if disk.source is not None and disk.source.path and disk.type in _HERE:
            yield ("disk", str(disk.target)), disk.source.path
        if disk.mirror is not None and disk.mirror.file and disk.mirror.job == "copy":
            yield ("disk", f"{disk.target} mirror"), disk.mirror.file
    for folder in definition.filesystems:
        if folder.source_dir:
            yield ("fs", str(folder.target)), folder.source_dir
    for card in definition.interfaces:
        yield ("net", str(card.mac)), str(card.mac)
    for device in definition.hostdevs:
        words = _host_device(device)
        if words is not None:
            yield ("hostdev" if device.mode == "capabilities" else "dev", "", words), words
    for number, redirected in enumerate(definition.redirdevs):
        words = f"bus={redirected.bus} {encoded('device', 'USB redirdev')}"
        yield ("dev", str(redirected.alias or number), "redirdev"), words
    for name, path in _ends(definition):
        yield ("chardev", name), path
    for number, reader in enumerate(definition.smartcards):
        for place, path in enumerate(_cards(reader)):
            yield ("smartcard", f"{number} {place}"), path
    for number, chance in enumerate(definition.rngs):
        for backend in chance.backends[:1]:
            source = backend.path or next((each.path for each in backend.sources), None)
            if source:
                yield ("rng", str(chance.alias or number)), source
    yield from _others(definition)


def _ends(definition: Definition) -> Iterator[tuple[str, str]]:
    """Serial ports, parallel ports, channels and consoles: what each is connected to."""
    first = next(iter(definition.consoles), None)
    twin = first is not None and first.target_type in (None, "serial")
    for kind, devices in (
        ("serial", definition.serials),
        ("parallel", definition.parallels),
        ("channel", definition.channels),
        ("console", definition.consoles[1:] if twin else definition.consoles),
    ):
        for number, device in enumerate(devices):
            for source in device.sources[:1]:
                if source.path and device.type in _PATHS:
                    yield str(device.alias or f"{kind} {number}"), source.path


def _cards(reader: SmartCard) -> list[str]:
    if reader.mode == "host":
        return ["nss-smartcard-device"]
    if reader.mode == "host-certificates":
        return [*(str(each.name) for each in reader.certificates), reader.database or DATABASE]
    return [str(each.path) for each in reader.sources[:1] if each.path]


def _others(definition: Definition) -> Iterator[tuple[tuple[str, ...], str]]:
    for chip in definition.tpms:
        for backend in chip.backends[:1]:
            kind = "tpm" if backend.type == "passthrough" else f"tpm-{backend.type}"
            yield (kind, "", "tpm"), encoded("device", backend.device or "?")
    for memory in definition.shmems:
        if memory.server:
            yield ("ivshmem-socket", str(memory.name), "shmem"), f"path={memory.server_path or '?'}"
        else:
            words = f"size={memory.size} path=/dev/shm/{memory.name}"
            yield ("shmem", str(memory.name), "shmem"), words
    for source in definition.inputs:
        path = source.dev or source.evdev
        if path:
            yield ("evdev", path, "evdev"), f"path={path}"


def _host_device(device: HostDevice) -> str | None:
    """A device of the host's, or None for one that is somewhere else."""
    source, kind = device.source, str(device.type)
    if device.mode == "capabilities":
        if kind == "storage":
            return encoded("disk", str(source.block))
        return encoded("chardev", str(source.char)) if kind == "misc" else None
    address = source.address
    name = "?"
    if kind == "scsi_host":
        name = str(source.wwpn)
    elif kind == "scsi" and source.adapter is None:
        return None
    elif address is None:
        name = "?"
    elif kind == "usb":
        name = f"{int(str(address.bus), 0):03}.{int(str(address.device), 0):03}"
    elif kind == "pci":
        parts = (int(str(each), 0) for each in (address.domain or 0, address.bus, address.slot))
        name = "{:04x}:{:02x}:{:02x}".format(*parts) + f".{int(str(address.function), 0):x}"
    elif kind == "scsi":
        name = f"{source.adapter}:{address.bus}:{address.target}:{address.unit}"
    elif kind == "mdev":
        name = str(address.uuid)
    return f"bus={kind} {encoded('device', name)}"
