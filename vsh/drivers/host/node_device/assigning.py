"""Taking PCI devices from the host's drivers, for guests, and giving them back.

What a device was bound to is in the state file before anything is done to it: after a crash in
between, the next who asks finds it there, and the device is taken wholly or not at all.
"""

from __future__ import annotations

import os

from vsh.drivers.host.node_device.pci import EXPRESS, POWER, find_capability, header_kind, place
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.record import Record
from vsh.drivers.state.store import Kept, Store
from vsh.errors import ArgumentUnsupported, InternalError, InvalidArgument, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from vsh.drivers.host.node_device.device import Device
    from vsh.drivers.state.store import Target
    from vsh.errors import Error

STUB = "vfio-pci"
_FLR, _ADVANCED, _ADVANCED_FLR = 1 << 28, 0x13, 1 << 1
_NO_SOFT_RESET = 1 << 3


class Taken(Kept):
    """A device that was taken from the host; its name is its address.

    before  the driver that it was bound to
    step    "taking" until that is done, then "", and "giving" until it is back
    """

    __slots__ = ("before", "step")

    def __init__(self, name: str, before: str | None) -> None:
        super().__init__(name, "")
        self.before = before
        self.step = "taking"

    def record(self) -> Record:
        """What the state file keeps."""
        return Record(
            self.name,
            "",
            persistent=True,
            autostart=False,
            planned=None,
            live=None,
            facts={"before": self.before, "step": self.step},
        )

    @classmethod
    def loaded(cls, kept: Record) -> Self:
        """One that was kept."""
        found = cls(kept.name, kept.facts["before"])
        found.step = kept.facts["step"] or ""
        return found


class Assigning(Store[Taken]):
    """The PCI devices that this root has taken from the host.

    root  what stands before /sys
    """

    __slots__ = ("root",)

    root: str

    def missing(self, target: Target | Kept) -> Error:
        return InternalError(f"PCI device {target.name} was not taken from the host")

    def clean_up(self) -> None:
        """Finish or take back what a process was doing that was killed."""
        for taken in self.all():
            if taken.step == "taking" and self.driver(taken.name) == STUB:
                taken.step = ""
                self.keep(taken)
            elif taken.step:
                with Ignoring(SystemFailure):  # it is there no more
                    self._bind(taken.name, "\n")
                self.remove(taken)

    def take(self, address: str) -> None:
        """Bind a device to the driver that guests reach it by.  Raises Error."""
        if not os.path.isdir(f"{self.root}/sys/bus/pci/drivers/{STUB}"):
            raise InternalError(f"Failed to load PCI driver module {STUB}")
        before = self.driver(address)
        if before == STUB:
            return
        with self.taking(address, "", lambda: Taken(address, before)) as (taken, new):
            if not new:
                taken.before, taken.step = before, "taking"
            self.keep(taken)
            try:
                self._bind(address, STUB)
            except BaseException:
                self._bind(address, "\n")
                self.remove(taken)
                raise
            taken.step = ""

    def give_back(self, address: str) -> None:
        """Let the host's own driver have a device again.  Raises Error."""
        taken = self.named(address)
        if taken is None:
            self._bind(address, "\n")
            return
        with taken:
            self._step(taken, "giving")
            try:
                self._bind(address, "\n")
            except BaseException:
                self._step(taken, "")
                raise
            self.remove(taken)

    def _step(self, taken: Taken, step: str) -> None:
        taken.step = step
        self.keep(taken)

    def reset(self, address: str) -> None:
        """Reset a device.  Raises InternalError where it has no way to be."""
        folder = self._folder(address)
        try:
            with open(f"{folder}/config", "r+b") as file:
                config = file.read()
        except OSError as error:
            raise SystemFailure(
                f"Failed to open config space file '{folder}/config': {error.strerror}"
            ) from None
        if header_kind(config):
            raise InternalError(
                f"Invalid attempt to reset PCI device {address}. "
                "Only PCI endpoint devices can be reset"
            )
        if self.driver(address) == STUB:
            return  # that driver resets it whenever that is needed
        if not _can_be_reset(config, address):
            raise InternalError(
                f"Unable to reset PCI device {address}: no FLR, PM reset or bus reset available"
            )
        self._write(f"{folder}/reset", "1", f"Unable to reset PCI device {address}")

    def _folder(self, address: str) -> str:
        return f"{self.root}/sys/bus/pci/devices/{address}"

    def driver(self, address: str) -> str | None:
        """The driver that a device is bound to, or None."""
        try:
            return os.path.basename(os.readlink(f"{self._folder(address)}/driver"))
        except OSError:
            return None

    def _bind(self, address: str, driver: str) -> None:
        """Have a device bound to one driver and no other; a line end: to whichever fits it."""
        folder = self._folder(address)
        what = (
            f"Failed to add driver '{driver.strip()}' to driver_override interface of PCI device "
        )
        self._write(f"{folder}/driver_override", driver, f"{what}'{address}'")
        if os.path.exists(f"{folder}/driver"):
            what = f"Failed to unbind PCI device '{address}' from {self.driver(address)}"
            self._write(f"{folder}/driver/unbind", address, what)
        what = f"Failed to trigger a probe for PCI device '{address}'"
        self._write(f"{self.root}/sys/bus/pci/drivers_probe", address, what)

    @staticmethod
    def _write(path: str, text: str, what: str) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
            try:
                os.write(descriptor, text.encode())
            finally:
                os.close(descriptor)
        except OSError as error:
            raise SystemFailure(f"{what}: {error.strerror}") from None


def address_of(device: Device) -> str:
    """The address of a PCI device.  Raises InvalidArgument where it is none."""
    if "pci" not in device.kinds or device.path is None:
        raise InvalidArgument(f"device {device.name} is not a PCI device")
    return device.path.rpartition("/")[2]


def supported(root: str = "") -> bool:
    """Whether devices of this machine can be given away: it has VFIO, and its devices are apart."""
    groups = f"{root}/sys/kernel/iommu_groups"
    there = os.path.exists(f"{root}/dev/vfio/vfio") and os.path.isdir(groups)
    return there and bool(os.listdir(groups))


def check_driver(driver: str | None, root: str = "") -> None:
    """Whether devices can be taken for a driver of that name.  Raises Error."""
    if driver not in (None, "vfio", "kvm"):
        raise InvalidArgument(f"unknown driver name '{driver}'")
    if driver == "kvm":
        raise ArgumentUnsupported("KVM device assignment is no longer supported on this system")
    if not supported(root):
        raise ArgumentUnsupported(
            "VFIO device assignment is currently not supported on this system"
        )


def _can_be_reset(config: bytes, address: str) -> bool:
    """Whether a device can be, by itself or with its bus: those on a root bus cannot."""

    def value(start: int, offset: int, size: int) -> int:
        return int.from_bytes(config[start + offset : start + offset + size], "little")

    express = find_capability(config, EXPRESS)
    advanced, power = find_capability(config, _ADVANCED), find_capability(config, POWER)
    return bool(
        (express and value(express, 4, 4) & _FLR)
        or (advanced and value(advanced, 3, 1) & _ADVANCED_FLR)
        or (power and not value(power, 4, 4) & _NO_SOFT_RESET)
        or (place(address) or (0, 0, 0, 0))[1]
    )
