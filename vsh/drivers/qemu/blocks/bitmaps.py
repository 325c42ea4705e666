"""Bitmaps of what was written to disks: of checkpoints, and those that a backup needs."""

from __future__ import annotations

from vsh.drivers.qemu.blocks import images
from vsh.errors import CheckpointInconsistent, ConfigUnsupported, InternalError
from vsh.qmp.value import integer, struct, structs, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Struct
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.moment.checkpoint import DomainCheckpoint

    Known = dict[str, dict[str, Struct]]
    Actions = list[dict[str, object]]

_MEASURING = "libvirt-tmp-size-xml"
_WRITES = "libvirt-tmp-activewrite"


def known(guest: Guest) -> Known:
    """The bitmaps that a QEMU has, by node and name."""
    return {
        text(node["node-name"]): {
            text(bitmap.get("name"), ""): bitmap for bitmap in structs(node.get("dirty-bitmaps"))
        }
        for node in structs(guest.ask("query-named-block-nodes", {"flat": True}))
    }


def carriers(guest: Guest, disk: Disk, name: str, found: Known) -> list[images.Image]:
    """The images of a disk that have a bitmap; none where there is a gap, or one is broken."""
    return _carriers(guest, images.images(disk), name, found)


def _carriers(
    guest: Guest, chain: list[images.Image], name: str, found: Known
) -> list[images.Image]:
    carrying: list[images.Image] = []
    ended = False
    for image in chain:
        bitmap = found.get(images.node_of(guest, image), {}).get(name)
        if bitmap is None:
            if not carrying:
                return []
            ended = True
            continue
        sound = bitmap.get("persistent") and bitmap.get("recording")
        if ended or bitmap.get("inconsistent") or not sound:
            return []
        carrying.append(image)
    return carrying


def check(guest: Guest, disk: Disk, name: str, found: Known) -> None:
    """Refuse a bitmap that cannot be relied on.  Raises CheckpointInconsistent."""
    if not carriers(guest, disk, name, found):
        raise CheckpointInconsistent(f"missing or broken bitmap '{name}' for disk '{disk.target}'")


def add_action(node: str, name: str) -> dict[str, object]:
    """What makes a bitmap that records from now on, and is kept in the image."""
    return {
        "type": "block-dirty-bitmap-add",
        "data": {"node": node, "name": name, "persistent": True, "disabled": False},
    }


def remove_action(node: str, name: str) -> dict[str, object]:
    """What takes a bitmap away."""
    return {"type": "block-dirty-bitmap-remove", "data": {"node": node, "name": name}}


def merge_actions(
    guest: Guest, disk: Disk, name: str, node: str, target: str, found: Known
) -> Actions:
    """What makes a bitmap for a while, of all that a checkpoint's bitmaps of a chain have."""
    carrying = carriers(guest, disk, name, found)
    first = found[images.node_of(guest, carrying[0])][name]
    merged = [{"node": images.node_of(guest, image), "name": name} for image in carrying]
    return [
        {
            "type": "block-dirty-bitmap-add",
            "data": {
                "node": node, "name": target, "persistent": False, "disabled": True,
                "granularity": integer(first["granularity"]),
            },
        },
        {
            "type": "block-dirty-bitmap-merge",
            "data": {"node": node, "target": target, "bitmaps": merged},
        },
    ]  # fmt: skip


# ---- images that come and go


def recording(node: str, found: Known) -> list[Struct]:
    """The bitmaps of a node that checkpoints rely on."""
    return [
        each for each in found.get(node, {}).values()
        if each.get("persistent") and each.get("recording") and not each.get("inconsistent")
    ]  # fmt: skip


def passed_on(node: str, overlay: str, found: Known) -> Actions:
    """What makes an overlay record from its first write what the image below has recorded."""
    return [
        {
            "type": "block-dirty-bitmap-add",
            "data": {
                "node": overlay, "name": each["name"], "persistent": True, "disabled": False,
                "granularity": integer(each["granularity"]),
            },
        }
        for each in recording(node, found)
    ]  # fmt: skip


def record_writes(guest: Guest, disk: Disk, number: int) -> None:
    """What is written to an image from when it takes a disk's place is recorded until merged."""
    found = known(guest)
    if any(recording(images.node_of(guest, image), found) for image in images.images(disk)):
        data = {"node": images.node(guest, number), "name": _WRITES, "persistent": False}
        action = {"type": "block-dirty-bitmap-add", "data": {**data, "disabled": False}}
        guest.ask("transaction", {"actions": [action]})


def merge_into(
    hypervisor: Hypervisor, guest: Guest, disk: Disk, merged: list[images.Image], number: int
) -> None:
    """An image has the content of others now: it has their bitmaps, too, as far as they are sound.

    merged  from the top
    number  of the nodes of the image that has it; it may be one of them
    """
    node = images.node(guest, number)
    found = known(guest)
    actions: Actions = []
    writes = _WRITES in found.get(node, {})
    for name in found.get(images.node_of(guest, merged[0]), {}):
        carrying = _carriers(guest, merged, name, found)
        if name in ("", _WRITES) or not carrying:
            continue
        if name not in found.get(node, {}):
            first = found[images.node_of(guest, carrying[0])][name]
            data = add_action(node, name)["data"]
            assert isinstance(data, dict)
            data["granularity"] = integer(first["granularity"])
            actions.append({"type": "block-dirty-bitmap-add", "data": data})
        sources = [{"node": images.node_of(guest, image), "name": name} for image in carrying]
        if writes:
            sources.append({"node": node, "name": _WRITES})
        actions.append({
            "type": "block-dirty-bitmap-merge",
            "data": {"node": node, "target": name, "bitmaps": sources},
        })  # fmt: skip
    if writes:
        actions.append(remove_action(node, _WRITES))
    if not actions:
        return
    below = next((i for i in images.images(disk)[1:] if images.number_of(i) == number), None)
    below = None if writes else below  # the guest writes to it now
    if below is not None:
        _reopen(hypervisor, guest, disk, below, readonly=False)
    guest.ask("transaction", {"actions": actions})
    if below is not None:
        _reopen(hypervisor, guest, disk, below, readonly=True)


# ---- checkpoints


def check_new(guest: Guest, document: DomainCheckpoint) -> None:
    """Refuse a checkpoint that the images cannot keep.  Raises ConfigUnsupported."""
    for each in document.disks:
        if each.checkpoint != "bitmap":
            continue
        if each.bitmap != document.name:
            raise ConfigUnsupported(
                f"bitmap for disk '{each.name}' must match checkpoint name '{document.name}'"
            )
        disk = guest.definition.disk(str(each.name))
        if disk is not None and disk.driver_type != "qcow2":
            raise ConfigUnsupported(
                f"checkpoint for disk {each.name} unsupported for storage type {disk.driver_type}"
            )


def actions_of(guest: Guest, document: DomainCheckpoint) -> Actions:
    """What makes the bitmaps of a new checkpoint."""
    actions: Actions = []
    for each in document.disks:
        disk = guest.definition.disk(str(each.name))
        if each.checkpoint == "bitmap" and disk is not None:
            actions.append(add_action(images.node_of(guest, disk), str(each.bitmap)))
    return actions


def validate(guest: Guest, document: DomainCheckpoint) -> None:
    """Refuse a checkpoint whose bitmaps are not there.  Raises CheckpointInconsistent."""
    found = known(guest)
    for each in document.disks:
        disk = guest.definition.disk(str(each.name))
        if each.checkpoint == "bitmap" and disk is not None:
            check(guest, disk, str(document.name), found)


def discard(hypervisor: Hypervisor, guest: Guest, documents: list[DomainCheckpoint]) -> None:
    """Take the bitmaps of checkpoints away, all in one transaction.  Raises InternalError."""
    found = known(guest)
    actions: Actions = []
    opened: list[tuple[Disk, images.Image]] = []
    for document in documents:
        for each in document.disks:
            disk = guest.definition.disk(str(each.name))
            if each.checkpoint != "bitmap" or disk is None:
                continue
            name = str(each.bitmap)
            carrying = [
                i for i in images.images(disk) if name in found.get(images.node_of(guest, i), {})
            ]
            if not carrying:
                raise InternalError(
                    f"bitmap '{name}' not found in backing chain of '{disk.target}'"
                )
            actions += [remove_action(images.node_of(guest, image), name) for image in carrying]
            opened += [(disk, image) for image in carrying if image is not disk]
    done = []
    try:
        for disk, image in opened:
            _reopen(hypervisor, guest, disk, image, readonly=False)
            done.append((disk, image))
        if actions:
            guest.ask("transaction", {"actions": actions})
    finally:
        for disk, image in reversed(done):
            _reopen(hypervisor, guest, disk, image, readonly=True)


def any_left(guest: Guest, documents: list[DomainCheckpoint]) -> bool:
    """Whether an image has a bitmap of one of these checkpoints."""
    found = known(guest)
    for document in documents:
        for each in document.disks:
            disk = guest.definition.disk(str(each.name))
            if each.checkpoint == "bitmap" and disk is not None:
                nodes = [images.node_of(guest, image) for image in images.images(disk)]
                if any(str(each.bitmap) in found.get(node, {}) for node in nodes):
                    return True
    return False


def _reopen(
    hypervisor: Hypervisor, guest: Guest, disk: Disk, image: images.Image, *, readonly: bool
) -> None:
    """Have QEMU write to an image below, or not any more."""
    from vsh.drivers.qemu.devices import plugging

    node = images.node_of(guest, image)
    for step in plugging.steps_of(hypervisor, guest, "disks", disk):
        if step.arguments.get("node-name") == node:
            options = {**step.arguments, "read-only": readonly}
            guest.ask("blockdev-reopen", {"options": [options]})


def sizes(guest: Guest, document: DomainCheckpoint) -> dict[str, int]:
    """Bytes that were written to disks since a checkpoint, by their targets."""
    found = known(guest)
    measured: list[Disk] = []
    for each in document.disks:
        disk = guest.definition.disk(str(each.name))
        if disk is None or each.checkpoint != "bitmap":
            continue
        if carriers(guest, disk, str(document.name), found):
            measured.append(disk)
    actions: Actions = []
    for disk in measured:
        node = images.node_of(guest, disk)
        if _MEASURING in found.get(node, {}):
            actions.append(remove_action(node, _MEASURING))
        actions += merge_actions(guest, disk, str(document.name), node, _MEASURING, found)
    if not measured:
        return {}
    guest.ask("transaction", {"actions": actions})
    now = known(guest)
    guest.ask(
        "transaction",
        {"actions": [remove_action(images.node_of(guest, disk), _MEASURING) for disk in measured]},
    )
    return {
        str(disk.target): integer(struct(now[images.node_of(guest, disk)][_MEASURING])["count"])
        for disk in measured
    }


def has(guest: Guest, name: str) -> bool:
    """Whether an image that is written to has a bitmap of that name."""
    found = known(guest)
    nodes = [images.node_of(guest, disk) for disk in guest.definition.disks if not disk.empty()]
    return any(name in found.get(node, {}) for node in nodes)


def forget(guest: Guest, name: str) -> None:
    """Take away the bitmaps of a checkpoint that never came to be; of disks' own images."""
    found = known(guest)
    nodes = [images.node_of(guest, disk) for disk in guest.definition.disks if not disk.empty()]
    actions = [remove_action(node, name) for node in nodes if name in found.get(node, {})]
    if actions:
        guest.ask("transaction", {"actions": actions})
