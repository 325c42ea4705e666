"""What a guest's QEMU is kept to from its start on: the devices that it may use; and its account of
CPU time, which begins then."""

from __future__ import annotations

import os
import stat

from vsh.drivers.host.cgroups import at, mounted, owner
from vsh.errors import SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.drivers.host.first_groups import Group
    from vsh.drivers.qemu.settings import Settings
    from vsh.xml.domain import Domain as Definition

    Device = tuple[str, int, int]

ALWAYS = (
    "/dev/null", "/dev/full", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/ptmx", "/dev/kvm",
)  # fmt: skip
_TERMINALS, _SOUND = ("c", 136, -1), ("c", 116, -1)
_BEGUN = ("devices", "cpuacct")


def begin(
    root: str, uuid: str, settings: Settings, process: int, live: Definition, paths: Iterable[str]
) -> None:
    """Put a QEMU that has just been started into its groups.

    paths  what it opens

    Raises SystemFailure, OperationUnsupported.
    """
    there = mounted()
    wanted = settings.cgroup_controllers
    for controller in _BEGUN:
        place = there.get(controller)
        if place is None or (wanted is not None and controller not in wanted):
            continue
        group = at(place, f"{owner(root)}/{uuid}")
        group.make()
        group.take(process)
        if controller == "devices":
            named = (*(settings.cgroup_device_acl or ALWAYS), *paths)
            sound = any(audio.type in ("alsa", "oss") for audio in live.audios)
            group.confine([_TERMINALS, *([_SOUND] if sound else []), *devices(named)])


def allow(root: str, uuid: str, paths: Iterable[str]) -> None:
    """A QEMU that runs is to open more files.  Raises SystemFailure."""
    found = devices(paths)
    if found:
        group = _group(root, uuid, "devices")
        if group is not None:
            group.allow(found)


def account(root: str, uuid: str) -> Group | None:
    """The group that counts the CPU time of a guest that runs; None where the host has none."""
    return _group(root, uuid, "cpuacct")


def _group(root: str, uuid: str, controller: str) -> Group | None:
    place = mounted().get(controller) if os.geteuid() == 0 else None
    group = None if place is None else at(place, f"{owner(root)}/{uuid}")
    return group if group is not None and group.exists else None


def devices(paths: Iterable[str]) -> list[Device]:
    """The devices that there are among files, by their kinds and numbers."""
    found: dict[Device, None] = {}
    for path in paths:
        try:
            status = os.stat(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise SystemFailure(f"cannot stat '{path}': {error.strerror}") from None
        if stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode):
            kind = "b" if stat.S_ISBLK(status.st_mode) else "c"
            found[kind, os.major(status.st_rdev), os.minor(status.st_rdev)] = None
    return list(found)
