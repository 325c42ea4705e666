"""What the kernel's KVM says of itself."""

from __future__ import annotations

import fcntl
import os
import struct

DEVICE = "/dev/kvm"
_CREATE_VM, _CHECK_EXTENSION, _CREATE_VCPU, _GET_TSC_KHZ = 0xAE01, 0xAE03, 0xAE41, 0xAEA3
_GET_MSRS = 0xC008AE88
_ONE_MSR = struct.Struct("=IxxxxIxxxxQ")
_NR_VCPUS, _TSC_CONTROL, _MAX_VCPUS = 9, 60, 66


def most_vcpus() -> int:
    """How many vCPUs a guest can have; 0 where there is no KVM for this process."""
    try:
        device = os.open(DEVICE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        most = fcntl.ioctl(device, _CHECK_EXTENSION, _MAX_VCPUS)
        return most if most > 0 else max(0, fcntl.ioctl(device, _CHECK_EXTENSION, _NR_VCPUS))
    except OSError:  # something else has that name
        return 0
    finally:
        os.close(device)


def runs_protected_guests(root: str = "/") -> bool:
    """Whether an s390 host's kernel has been told to run guests that it cannot look into.

    root  the folder where ``sys`` and ``proc`` are
    """
    if not os.path.isdir(os.path.join(root, "sys/firmware/uv")):
        return False
    with open(os.path.join(root, "proc/cmdline"), encoding="utf-8", errors="replace") as file:
        words = file.read().split()
    told = [word.partition("=")[2] for word in words if word.startswith("prot_virt=")]
    return bool(told) and told[0].lower().startswith(("y", "on", "1"))


def feature_register(number: int) -> int:
    """A register that tells features which guests can have; 0 where KVM has no such register."""
    answer = bytearray(_ONE_MSR.pack(1, number, 0))
    try:
        device = os.open(DEVICE, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        found = fcntl.ioctl(device, _GET_MSRS, answer)
    except OSError:
        return 0
    finally:
        os.close(device)
    value: int = _ONE_MSR.unpack(answer)[2]
    return value if found == 1 else 0


def tsc() -> tuple[int, bool] | None:
    """The frequency of the time stamp counter in Hz, and whether guests can have another."""
    opened: list[int] = []
    try:
        for ask in (None, _CREATE_VM, _CREATE_VCPU):
            flags = os.O_RDWR | os.O_CLOEXEC
            opened.append(
                os.open(DEVICE, flags) if ask is None else fcntl.ioctl(opened[-1], ask, 0)
            )
        kilohertz = fcntl.ioctl(opened[-1], _GET_TSC_KHZ, 0)
        scaling = fcntl.ioctl(opened[0], _CHECK_EXTENSION, _TSC_CONTROL) > 0
    except OSError:
        return None
    finally:
        for file in reversed(opened):
            os.close(file)
    return (kilohertz * 1000, scaling) if kilohertz > 0 else None
