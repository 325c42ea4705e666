"""One thread that hears of devices that come, go and change, from the kernel itself.

It runs from the first registration for such events until its root is closed.
"""

from __future__ import annotations

import os
import select
import socket
import threading

from vsh.api.node_device import NodeDevice
from vsh.words.event import NodeDeviceEventLifecycleType
from vsh.words.event_id import NodeDeviceEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.connection import Connection
    from vsh.drivers.host.node_device.device import Device
    from vsh.drivers.host.node_device.devices import Devices
    from vsh.drivers.state.bus import Bus

_EVENTS = 15  # NETLINK_KOBJECT_UEVENT
_KERNEL = 1  # the group that the kernel sends to
_SIZE = 1 << 16


class DeviceWatcher:
    """Tells the bus of a root what becomes of devices.

    Raises OSError where the kernel tells nothing to this process.
    """

    def __init__(self, devices: Devices, bus: Bus) -> None:
        self._devices = devices
        self._bus = bus
        self._over = os.eventfd(0, os.EFD_CLOEXEC)
        kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
        self._socket = socket.socket(socket.AF_NETLINK, kind, _EVENTS)
        self._socket.bind((0, _KERNEL))
        self._known = self._look()
        self._thread = threading.Thread(target=self._run, name="device-watcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End; nothing is told any more when this returns."""
        os.eventfd_write(self._over, 1)
        self._thread.join()
        self._socket.close()
        os.close(self._over)

    def _look(self) -> dict[str, Device]:
        return {device.name: device for device in self._devices.all()}

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._over, select.POLLIN)
        poll.register(self._socket, select.POLLIN)
        while True:
            if any(number == self._over for number, _ in poll.poll()):
                return
            self._compare(self._changed())

    def _changed(self) -> set[str]:
        """Read all that was said; the paths of devices that have changed in themselves."""
        found: set[str] = set()
        while True:
            try:
                message = self._socket.recv(_SIZE)
            except BlockingIOError:
                return found
            except OSError:
                continue  # some were lost: looking again finds what came and went
            action, _, path = os.fsdecode(message.partition(b"\0")[0]).partition("@")
            if action == "change":
                found.add(f"/sys{path}")

    def _compare(self, changed: set[str]) -> None:
        """Tell what is other than when we looked last."""
        before, self._known = self._known, self._look()
        for name in before.keys() - self._known.keys():
            self._tell(name, NodeDeviceEventLifecycleType.DELETED)
        for name, device in self._known.items():
            if name not in before:
                self._tell(name, NodeDeviceEventLifecycleType.CREATED)
            elif device.path in changed:
                self._bus.tell("node_device", NodeDeviceEventID.UPDATE, name, _target(name))

    def _tell(self, name: str, what: int) -> None:
        self._bus.tell(
            "node_device", NodeDeviceEventID.LIFECYCLE, name, _target(name), int(what), 0
        )


def _target(name: str) -> Callable[[Connection], NodeDevice]:
    return lambda asker: NodeDevice(asker, name)
