"""Mediated devices, which mdevctl(8) makes, keeps and takes away; without it there are none."""

from __future__ import annotations

import json

from vsh.drivers.host import programs
from vsh.errors import InternalError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.node_device.device import Device
    from vsh.xml.host.node_device import Mdev

_PROGRAM = "mdevctl"


def _run(what: str, *words: str, text: str = "") -> str:
    """Run it.  Raises InternalError, which begins with ``what``; SystemFailure without it."""
    import subprocess

    path = programs.find(_PROGRAM)
    if path is None:
        raise SystemFailure.whole(f"Cannot find '{_PROGRAM}' in path: No such file or directory")
    done = subprocess.run(
        [path, *words], check=False, input=text, capture_output=True, text=True, errors="replace"
    )
    if done.returncode != 0:
        raise InternalError(f"{what}: {done.stderr.strip() or 'Unknown error'}")
    return done.stdout.strip()


def configuration(mdev: Mdev, *, autostart: bool) -> str:
    """What mdevctl keeps of a device, in its own notation."""
    found: dict[str, str | list[dict[str, str]]] = {
        "mdev_type": str(mdev.kind),
        "start": "auto" if autostart else "manual",
    }
    if mdev.attributes:
        found["attrs"] = [{str(one.name): str(one.value)} for one in mdev.attributes]
    return json.dumps(found, separators=(",", ":"))


def make(mdev: Mdev, *, define: bool) -> str:
    """Define a device, or make a transient one; gives its UUID."""
    words = ["define" if define else "start", f"--parent={mdev.parent_address}"]
    words.append("--jsonfile=/dev/stdin")
    if mdev.uuid is not None:
        words.append(f"--uuid={mdev.uuid}")
    what = f"Unable to {'define' if define else 'start'} mediated device"
    printed = _run(what, *words, text=configuration(mdev, autostart=False))
    return printed or str(mdev.uuid)


def modify(name: str, mdev: Mdev, *, live: bool, defined: bool) -> None:
    """Change a device that is there, or its definition.  Raises InternalError."""
    words = ["modify", f"--parent={mdev.parent_address}", "--jsonfile=/dev/stdin"]
    words.append(f"--uuid={mdev.uuid}")
    words += ["--defined"] * defined + ["--live"] * live
    what = f"Unable to modify mediated device '{name}'"
    try:
        _run(what, *words, text=configuration(mdev, autostart=False))
    except InternalError as error:
        if "wasn't expected" in str(error):  # those before 1.3 cannot
            raise InternalError(f"{what}: modify unsupported") from None
        raise


def stop(mdev: Mdev, name: str) -> None:
    """Take a device away."""
    _run(f"Unable to destroy '{name}'", "stop", f"--uuid={mdev.uuid}")


def start(mdev: Mdev) -> None:
    """Make a device that is defined."""
    _run("Unable to create mediated device", "start", f"--uuid={mdev.uuid}")


def undefine(mdev: Mdev) -> None:
    """Forget a definition."""
    _run("Unable to undefine mediated device", "undefine", f"--uuid={mdev.uuid}")


def set_autostart(mdev: Mdev, name: str, *, wanted: bool) -> None:
    """Whether a device is made with the host."""
    what = f"Unable to set autostart on '{name}'"
    _run(what, "modify", f"--uuid={mdev.uuid}", "--auto" if wanted else "--manual")


def add_defined(found: dict[str, Device]) -> None:
    """Add what mdevctl has defined to the devices that there are, and mark those that are there."""
    if programs.find(_PROGRAM) is None:
        return
    text = _run("failed to query mdevs from mdevctl", "list", "--dumpjson", "--defined")
    for device in defined(text, found):
        there = found.get(device.name)
        if there is None:
            found[device.name] = device
            continue
        there.persistent, there.autostart = True, device.autostart
        there.definition.capabilities[0] = _joined(there, device)


def _joined(there: Device, device: Device) -> Mdev:
    """What is known of a device that is there, with the settings that mdevctl keeps of it."""
    from vsh.xml.host.node_device import Mdev

    live, kept = there.definition.capabilities[0], device.definition.capabilities[0]
    assert isinstance(live, Mdev)
    assert isinstance(kept, Mdev)
    live.kind, live.attributes = kept.kind, kept.attributes
    return live


def defined(text: str, known: dict[str, Device]) -> list[Device]:
    """The devices in mdevctl's list.  Raises InternalError where it is none."""
    from vsh.drivers.host.node_device.device import COMPUTER, Device
    from vsh.xml.host.node_device import Mdev, MdevAttribute, NodeDevice

    try:
        parents = json.loads(text or "[]")
        if parents == []:
            return []
        [by_address] = parents
        children = [
            (parent, uuid, facts)
            for parent, each in by_address.items()
            for child in each
            for uuid, facts in child.items()
        ]
    except (ValueError, TypeError, AttributeError):
        raise InternalError("Unexpected format for mdevctl response") from None
    found = []
    for parent, uuid, facts in children:
        attributes = [
            MdevAttribute(name=name, value=value)
            for each in facts.get("attrs", ())
            for name, value in each.items()
        ]
        mdev = Mdev(
            type="mdev",
            kind=facts.get("mdev_type"),
            uuid=uuid,
            parent_address=parent,
            iommu_group=0,
            attributes=attributes,
        )
        above = (device.name for device in known.values() if address(device) == parent)
        definition = NodeDevice(
            name=name_of(mdev), parent=next(above, COMPUTER), capabilities=[mdev]
        )
        definition.driver = "vfio_mdev"
        autostart = facts.get("start") == "auto"
        found.append(Device(definition, persistent=True, autostart=autostart))
    return found


def name_of(mdev: Mdev) -> str:
    """libvirt's name for a device."""
    return "_".join(("mdev", str(mdev.uuid), str(mdev.parent_address))).translate(
        {ord(c): "_" for c in "-:."}
    )


def address(device: Device) -> str | None:
    """What mdevctl knows a device by that can have mediated ones below it."""
    if device.path is None or not {"pci", "css", "ap_matrix", "mdev_types"}.intersection(
        device.kinds
    ):
        return None
    return device.path.rpartition("/")[2]
