"""Which entries of a VMX configuration say something about the guest that nobody read.

A device that is not there, or of which nothing was read, is one finding; an entry of a device that
was read is one of its own.  Entries about the host's housekeeping say nothing about the guest.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.hypervisors.vmware.entries import Entries

# the first words of names that are about the hypervisor's own keeping of the machine
_HOUSEKEEPING = frozenset((
    "buslogic", "chipset", "cleanshutdown", "checkpoint", "config", "deploymentplatform",
    "displayname", "evccompatibilitymode", "extendedconfigfile", "floppy", "gui", "guestcpuid",
    "guestinfo", "guestos", "guestosaltname", "hostcpuid", "hpet0", "inventory", "invmteam", "log",
    "memallowautoscaledown", "memtrimrate", "migrate", "monitor", "msg", "numa", "numvcpus",
    "policy", "powertype", "priority", "prefvmx", "remotedisplay", "replay", "snapshot",
    "softpoweroff", "softpoweron", "svga", "tools", "toolscripts", "toolsinstallmanager",
    "usercpuid", "uuid", "vc", "virtualhw", "vm", "vmci0", "vmotion", "vmxstats", "workingdir",
    "isolation",
))  # fmt: skip
# of what was read, the entries that change nothing a document can say, or say it a second time
_DETAILS = frozenset((
    "autodetect", "clientdevice", "devicetype", "features", "filename", "filetype",
    "functions", "generatedaddress", "generatedaddressoffset", "id", "linkstatepropagation",
    "networkname", "opromsize", "pcislotnumber", "pvnid", "redo", "saswwid", "sharedbus",
    "startconnected", "trynorxloss", "uptcompatibility", "vbluetooth", "yieldonmsrread",
    "ctkenabled", "allowguestconnectioncontrol", "exclusive", "pipe",
))  # fmt: skip
_HARMLESS_SCHED = ("sched.swap.", "sched.cpu.units", "sched.cpu.latencysensitivity")
_ORDINARY = frozenset(("", "none", "normal", "unlimited", "off", "0", "-1", "false", "default"))


def unread(entries: Entries) -> list[str]:
    """The names, in order and each once: of a device, or of an entry."""
    return list(dict.fromkeys(_found(entries)))


def _found(entries: Entries) -> Iterator[str]:
    read = {name.partition(".")[0] for name in entries.asked if entries.values.get(name)}
    for name, value in entries.conf.lines():
        low = name.lower()
        device, _, detail = low.partition(".")
        if low in entries.asked or value.lower() in _ORDINARY:
            continue
        if device in _HOUSEKEEPING or device.startswith("pcibridge"):
            continue
        if device == "" or low.startswith(_HARMLESS_SCHED):
            continue
        if detail and _absent(entries, device):
            continue
        if device in read and device != "sched":
            if detail.partition(".")[0] not in _DETAILS:
                yield name
        else:
            yield name.partition(".")[0] if detail and _is_device(entries, device) else name


def _is_device(entries: Entries, device: str) -> bool:
    return f"{device}.present" in entries.values


def _absent(entries: Entries, device: str) -> bool:
    """Whether a device, or the bus that it is on, is switched off or never switched on."""
    bus, colon, _ = device.partition(":")
    if colon and bus[:-1] in ("scsi", "sata", "nvme") and _off(entries, bus, missing=True):
        return True
    return _off(entries, device, missing=bool(colon) or device[:-1] in ("ethernet", "serial"))


def _off(entries: Entries, device: str, *, missing: bool) -> bool:
    value = entries.values.get(f"{device}.present")
    return missing if value is None else value.lower() == "false"
