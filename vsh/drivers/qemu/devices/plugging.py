"""Plugging a device into a QEMU, and taking away what stood behind one that has left.

What is about to be done is written down before it is begun: a vsh that is killed in between finds
the device in QEMU when it comes back, or takes back what there is of it.
"""

from __future__ import annotations

import contextlib

from vsh.drivers.qemu import auditing, changing, companions
from vsh.drivers.qemu.blocks import chain, throttle
from vsh.drivers.qemu.devices import placing
from vsh.drivers.qemu.devices.configuration import put_character
from vsh.drivers.qemu.live_host import LiveHost
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent
from vsh.drivers.qemu.reservations_program import NAME
from vsh.drivers.qemu.resting_host import RestingHost
from vsh.hypervisors.qemu.argv.plug import PlugLine, Step, alone, build
from vsh.hypervisors.qemu.emulator import asked
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import struct, structs, text
from vsh.xml.domain.devices.chardev import Character, CharSource
from vsh.xml.domain.devices.controller import Controller
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.domain.devices.filesystem import FileSystem
from vsh.xml.domain.devices.memory import MemoryDevice
from vsh.xml.domain.devices.redirdev import RedirDevice
from vsh.xml.domain.devices.rng import Rng
from vsh.xml.domain.devices.smartcard import SmartCard
from vsh.xml.domain.order import insert_controller, insert_disk
from vsh.xml.engine.flags import SECURE
from vsh.xml.engine.structure import Structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Struct
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.shared.image import Source

_PERIPHERAL = "/machine/peripheral"
_TALKING = (Character, RedirDevice, SmartCard)
"""What has a character device behind it."""


def plug(hypervisor: Hypervisor, guest: Guest, field: str, device: Device) -> None:
    """Plug a device in that is complete but for its address and alias, and add it to what runs.

    Raises Error; QEMU and the definition are then as before.
    """
    run = guest.running
    definition = guest.definition
    can = hypervisor.capabilities(str(definition.emulator))
    placing.place(definition, field, device, asked(can))
    device.alias = placing.name(definition, field, device)
    with LiveHost.of(hypervisor, guest) as host:
        one = alone(_with(definition, field, device), field, device)
        # newer libvirt gives each image of a new disk one number
        first = run.nodes + (0 if is_modern(definition) else passed_over(device))
        line = PlugLine(one, can, host, device, first=first)
        line.by_iommufd = field == "hostdevs" and _has_iommufd(guest)
        host.takes = lambda name, descriptor: line.steps.append(
            Step("getfd", {"fdname": name}, ("closefd", {"fdname": name}), descriptor)
        )
        if isinstance(device, FileSystem):
            host.virtiofsd(device)
        try:
            steps = build(line, field)
        except BaseException:
            if line.nodes > first:  # what comes to nothing has had its numbers, too
                run.nodes = line.nodes
                hypervisor.guests.keep(guest)
            raise
        if isinstance(device, Disk) and host.reservations([device]):
            steps.insert(0, reservations(line))
        undo = [step.undo for step in steps if step.undo is not None and step.name != "getfd"]
        facts = {"alias": device.alias, "undo": undo, "field": field}
        changing.begin(hypervisor, guest, "plug", {**facts, "live": device.format(SECURE)})
        run.nodes = max(run.nodes, line.nodes)
        try:
            answers = _carried_out(guest, device, steps)
        except BaseException:
            hypervisor.state.end_job(guest.uuid)
            run.beside.update(host.beside)
            for what in host.beside:
                run.end_program(what)
            if hypervisor.guests.audit is not None:
                auditing.refused(hypervisor.guests.audit, guest, field, device)
            raise
        run.beside.update(host.beside)
    _complete(device, answers, host.sockets.get(str(device.alias)))
    insert(guest.definition, field, device)
    changing.done(hypervisor, guest)


def _has_iommufd(guest: Guest) -> bool:
    """Whether the QEMU has what devices of the host are handed over by (``iommufd``)."""
    found = structs(guest.ask("qom-list", {"path": "/objects"}))
    return any(each.get("name") == "iommufd0" for each in found)


def _carried_out(guest: Guest, device: Device, steps: list[Step]) -> list[object]:
    """All steps, and the limits of a disk; nothing is left of them where one fails."""
    answers = execute(guest, steps)
    try:
        _limit(guest, device)
    except BaseException:
        take_back(guest, [step.undo for step in reversed(steps) if step.undo is not None])
        raise
    return answers


def _limit(guest: Guest, device: Device) -> None:
    """A disk has the limits that its document gives."""
    if isinstance(device, Disk) and device.iotune is not None:
        throttle.apply(guest, device)
    if isinstance(device, Disk):
        throttle.set_histograms(device, guest.ask)


def reservations(line: PlugLine) -> Step:
    """The step that tells QEMU of what makes reservations: that stays with the guest."""
    path = f"{line.folder}/{NAME}.sock"
    return Step("object-add", {"qom-type": "pr-manager-helper", "id": NAME, "path": path})


def passed_over(device: Device) -> int:
    """How many numbers of block nodes libvirt gives to images below before it numbers them all."""
    return sum(layer.found for layer in chain.layers(device)) if isinstance(device, Disk) else 0


def execute(guest: Guest, steps: list[Step]) -> list[object]:
    """Do one step after the other; what was done is taken back where one fails.

    Where QEMU does not answer it may yet do it: what is to be taken back then, is when it answers.
    """
    done: list[Step] = []
    answers: list[object] = []
    try:
        for step in steps:
            files = () if step.descriptor is None else (step.descriptor,)
            answers.append(guest.ask(step.name, step.arguments, descriptors=files))
            done.append(step)
    except MonitorSilent:
        raise
    except BaseException:
        take_back(guest, [step.undo for step in reversed(done) if step.undo is not None])
        raise
    return answers


def take_back(guest: Guest, undo: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    """Take steps back, the last one first; what is gone already is no problem."""
    for name, arguments in undo:
        with contextlib.suppress(CommandRefused, MonitorClosed, MonitorSilent):
            guest.ask(name, arguments)


def _with(definition: Domain, field: str, device: Device) -> Domain:
    """The guest with the device, in lists of its own."""
    import copy

    trial = copy.copy(definition)
    setattr(trial, field, [*getattr(definition, field), device])
    return trial


def insert(definition: Domain, field: str, device: Device) -> None:
    """Add a device to what runs."""
    if isinstance(device, Disk):
        insert_disk(definition, device)
    elif isinstance(device, Controller):
        insert_controller(definition, device)
    elif isinstance(device, Character):
        put_character(definition, field, device)
    else:
        getattr(definition, field).append(device)
    if isinstance(device, MemoryDevice):
        definition.memory = int(definition.memory or 0) + device.size


def _complete(device: Device, answers: list[object], socket: str | None) -> None:
    """What was chosen for a character device: its terminal by QEMU, the path of its socket.

    socket  the path of one that was made for it
    """
    if isinstance(device, Rng):
        for answer in answers:
            if isinstance(answer, dict) and "pty" in answer:
                device.backends[0].sources = [CharSource(path=str(answer["pty"]))]
        return
    if not isinstance(device, _TALKING):
        return
    given = any(source.path for source in device.sources)
    if device.tag == "channel" and not given and socket is not None:
        device.sources = [CharSource(path=socket, mode="bind")]
    for answer in answers:
        if isinstance(answer, dict) and "pty" in answer:
            device.sources = [CharSource(path=str(answer["pty"]))]


def unplugged(hypervisor: Hypervisor, guest: Guest, field: str, device: Device) -> None:
    """A guest has let go of a device: what stood behind it goes, and it leaves what runs."""
    undo = [step.undo for step in reversed(steps_of(hypervisor, guest, field, device))]
    take_back(guest, [each for each in undo if each is not None and each[0] != "device_del"])
    if guest.run is not None:
        guest.run.end_program(str(device.alias))


def _data_number(image: Source | None) -> list[int]:
    """The number of what the data of an image is kept in, where that is another."""
    store = None if image is None else image.data_store
    return [] if store is None or store.source is None else [store.source.index or 0]


def steps_of(hypervisor: Hypervisor, guest: Guest, field: str, device: Device) -> list[Step]:
    """The steps that would plug in a device as it is now."""
    definition = guest.definition
    can = hypervisor.capabilities(str(definition.emulator))
    numbers = []
    if isinstance(device, Disk) and device.source is not None:
        layers = list(chain.layers(device))
        numbers = [device.source.index or 0, *_data_number(device.source)]
        for found in (False, True):
            for layer in layers:
                if layer.found == found:
                    numbers += [layer.index or 0, *_data_number(layer.source)]
            if not found:
                numbers += [each.number for each in device.throttle_filters]
    host = RestingHost.of(hypervisor, guest)
    one = alone(definition, field, device)
    line = PlugLine(one, can, host, device, numbers=numbers)
    return build(line, field)


# ---- after a crash


def resolve(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> bool:
    """A vsh was killed while it plugged a device in: it is there, or nothing of it is.

    Gives which of the two.
    """
    answer = guest.ask("qom-list", {"path": _PERIPHERAL})
    assert isinstance(answer, list)
    names = {each.get("name") for each in answer if isinstance(each, dict)}
    if facts["alias"] in names:
        field = text(facts["field"])
        device = read_device(field, text(facts["live"]))
        _ask_terminal(guest, device)
        _limit(guest, device)
        insert(guest.definition, field, device)
        return True
    undo = facts["undo"]
    assert isinstance(undo, list)
    pairs = [each for each in undo if isinstance(each, list)]
    take_back(guest, [(text(name), struct(arguments)) for name, arguments in reversed(pairs)])
    if guest.run is not None and facts["field"] in ("filesystems", "interfaces"):
        companions.end(guest.run.folder, text(facts["alias"]))
    return False


def read_device(field: str, document: str) -> Device:
    """A device of a running guest as the state file keeps it."""
    from vsh.xml.domain import Domain
    from vsh.xml.engine.reader import read

    model = Domain.fields[field]
    assert isinstance(model, Structure)  # it is an element
    found: Device = read(document, model.kind, flags=0)
    return found


def _ask_terminal(guest: Guest, device: Device) -> None:
    if not isinstance(device, _TALKING) or device.type != "pty":
        return
    told = guest.ask("query-chardev")
    assert isinstance(told, list)
    for each in told:
        if isinstance(each, dict) and each.get("label") == f"char{device.alias}":
            path = str(each.get("filename", "")).removeprefix("pty:")
            device.sources = [CharSource(path=path)]
