"""A device that comes to a guest that runs: what its command line would be, as commands of QMP.

Each step knows how it is taken back; taking all but the device itself back is also what has to be
done once a guest has let go of the device.
"""

from __future__ import annotations

import copy

from vsh.errors import ConfigUnsupported, InternalError, OperationFailed
from vsh.hypervisors.qemu.argv.line import Line
from vsh.hypervisors.qemu.argv.properties import given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vsh.hypervisors.qemu.argv.backend import Backend
    from vsh.hypervisors.qemu.argv.host import Host
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device

_FIRST_SET = 1000
"""More than the sets of open files that a QEMU starts with."""
WATCHDOG_ACTIONS = {"dump": "pause", None: "reset"}

_NEVER_PLUGGED = ("nmdm", "pipe", "spiceport", "stdio")
"""Kinds of character devices that libvirt gives to no QEMU that runs."""


class Step:
    """One command, and what takes it back.

    name, arguments  the command
    undo             the command that takes it back, or None
    descriptor       an open file that goes with it, or None
    """

    __slots__ = ("arguments", "descriptor", "name", "undo")

    def __init__(
        self,
        name: str,
        arguments: Properties,
        undo: tuple[str, Properties] | None = None,
        descriptor: int | None = None,
    ) -> None:
        self.name = name
        self.arguments = arguments
        self.undo = undo
        self.descriptor = descriptor


class PlugLine(Line):
    """The steps of one device.

    domain   the guest with no other device of the kind, each device with its alias
    numbers  the numbers of the device's block nodes; those after ``first`` are new
    """

    def __init__(
        self,
        domain: Domain,
        can: Capabilities,
        host: Host,
        device: Device,
        *,
        first: int = 0,
        numbers: Iterable[int] = (),
    ) -> None:
        super().__init__(domain, can, host)
        order = getattr(device, "boot_order", None)
        self.boot = {id(device): order} if order else {}
        self.plugged = device
        self.nodes = first
        self.steps: list[Step] = []
        self._numbers = iter(numbers)

    def node(self) -> int:
        known = next(self._numbers, None)
        return super().node() if known is None else known

    def add(self, *words: str) -> None:
        option = words[0] if words else ""
        if option == "-blockdev":
            import json

            self.json(option, json.loads(words[1]))
        elif option == "-watchdog-action":
            self.steps.append(Step("set-action", {"watchdog": words[1]}))
        elif words:
            raise ConfigUnsupported(f"{option} cannot be given to a QEMU that runs")

    def file_set(self, node: int) -> int:
        return _FIRST_SET + node

    def add_file(self, number: int, descriptor: int, name: str) -> None:
        arguments: Properties = {"fdset-id": number, "opaque": name}
        undo: tuple[str, Properties] = ("remove-fd", {"fdset-id": number})
        self.steps.append(Step("add-fd", arguments, undo, descriptor))

    def json(self, option: str, properties: Properties) -> None:
        found = given(properties) if properties.get("backing", 0) is not None else properties
        node = found["node-name"]
        self.steps.append(Step("blockdev-add", found, ("blockdev-del", {"node-name": node})))

    def _object(self, option: str, first: str, properties: Properties, as_json: bool) -> None:
        command, undo = {
            "-device": ("device_add", "device_del"),
            "-object": ("object-add", "object-del"),
            "-netdev": ("netdev_add", "netdev_del"),
        }[option]
        self.steps.append(Step(command, properties, (undo, {"id": properties["id"]})))

    def chardev(self, backend: Backend, *, tls: bool) -> None:
        from vsh.hypervisors.qemu.argv.backend import as_command

        if backend.kind in _NEVER_PLUGGED:
            raise OperationFailed(f"Hotplug unsupported for char device type '{backend.kind}'")
        undo: tuple[str, Properties] = ("chardev-remove", {"id": backend.name})
        self.steps.append(Step("chardev-add", as_command(backend, tls=tls), undo))


def alone(domain: Domain, field: str, device: Device) -> Domain:
    """A guest with just one device of its kind: what a builder of a kind is to build.

    Controllers stay, since others are plugged into them.
    """
    if field == "controllers":
        return domain
    found = copy.copy(domain)
    setattr(found, field, [device])
    return found


def build(line: PlugLine, field: str) -> list[Step]:
    """The steps that plug in the one device of a kind, in order.

    Raises ConfigUnsupported for what cannot be plugged in.
    """
    make = _BUILDERS.get(field)
    if make is None:
        raise line.unhandled(f"plugging in a device of {field}")
    make(line)
    return line.steps


def _disks(line: PlugLine) -> None:
    from vsh.hypervisors.qemu.argv import disk

    one = line.domain.disks[0]
    if one.bus == "sd":  # older libvirt has no node for it, and says so; newer refuses it before
        raise InternalError("argument key 'node-name' must not have null value")
    layers = []
    if one.type != "vhostuser":
        layers = disk.chain(line, one)
        layers += disk.found_below(line, one)
    disk.add_disk(line, one, layers)


def _hostdevs(line: PlugLine) -> None:
    from vsh.hypervisors.qemu.argv import hostdev

    one = line.domain.hostdevs[0]
    layers = hostdev.prepare_hostdevs(line)
    hostdev.add_hostdev(line, one, layers.get(id(one)))


def _of(module: str, function: str) -> Callable[[PlugLine], None]:
    def make(line: PlugLine) -> None:
        from importlib import import_module

        import_module(f"vsh.hypervisors.qemu.argv.{module}").__dict__[function](line)

    return make


def _controllers(line: PlugLine) -> None:
    from vsh.hypervisors.qemu.argv.controller import add_controller
    from vsh.xml.domain.devices.controller import Controller

    assert isinstance(line.plugged, Controller)
    add_controller(line, line.plugged)


def _interfaces(line: PlugLine) -> None:
    from vsh.hypervisors.qemu.argv import hostdev, interface

    card = line.domain.interfaces[0]
    if card.type == "hostdev":
        hostdev.add_card(line, card)
    else:
        interface.add_interface(line, card)


def _watchdogs(line: PlugLine) -> None:
    """The action comes before the device, which acts on it at once."""
    from vsh.hypervisors.qemu.argv.device import add_watchdogs

    add_watchdogs(line)
    line.steps.sort(key=lambda step: step.name != "set-action")


def _shmems(line: PlugLine) -> None:
    """What is behind the device comes first."""
    from vsh.hypervisors.qemu.argv.shmem import add_shmems

    add_shmems(line)
    line.steps.sort(key=lambda step: step.name == "device_add")


def _memory_devices(line: PlugLine) -> None:
    from vsh.hypervisors.qemu.argv.memory import add_module, plugged_size

    for device in line.domain.memory_devices:
        add_module(line, device, plugged_size(line.domain, device))


_BUILDERS: dict[str, Callable[[PlugLine], None]] = {
    "disks": _disks,
    "controllers": _controllers,
    "interfaces": _interfaces,
    "hostdevs": _hostdevs,
    "serials": _of("character", "add_serials"),
    "parallels": _of("character", "add_parallels"),
    "channels": _of("character", "add_channels"),
    "consoles": _of("character", "add_consoles"),
    "rngs": _of("rng", "add_rngs"),
    "memory_devices": _memory_devices,
    "redirdevs": _of("device", "add_redirdevs"),
    "shmems": _shmems,
    "watchdogs": _watchdogs,
    "inputs": _of("input", "add_inputs"),
    "vsock": _of("device", "add_vsock"),
    "filesystems": _of("filesystem", "add_filesystems"),
}
