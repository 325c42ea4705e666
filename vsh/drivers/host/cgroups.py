"""Control groups: what the kernel lets groups of processes have.

In the first version each controller is a tree of its own, in the second all are in one.  A group
of ours is a folder below one for its owner, so that what a killed process left can be found.
"""

from __future__ import annotations

import os

from vsh.drivers.host.first_groups import Group
from vsh.drivers.state.attempts import Ignoring

CONTROLLERS = ("cpu", "cpuset", "memory", "blkio", "cpuacct", "devices")
_ALWAYS = ("cpuacct", "devices")
"""What is there in the second version without a controller: its counters, and programs (bpf(2))."""
MOUNTS = "/proc/self/mounts"
UNIFIED = "cgroup.controllers"


def mounted() -> dict[str, str]:
    """Where the controllers are that we may make groups of."""
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for line in _lines(MOUNTS):
        if "cgroup" not in line:
            continue
        _, place, kind, options, *_ = line.split()
        if kind == "cgroup":
            for name in set(options.split(",")).intersection(CONTROLLERS):
                first.setdefault(name, place)
        elif kind == "cgroup2":
            for name in _unified(place):
                second.setdefault(name, place)
    found = {**second, **first}
    return {name: place for name, place in found.items() if os.access(place, os.W_OK)}


def _lines(path: str) -> list[str]:
    """The lines of one of the kernel's files; none where there is no such file."""
    with Ignoring(OSError), open(path, "rb", 0) as file:
        return file.readall().decode().splitlines()
    return []


def _unified(place: str) -> list[str]:
    """The controllers that the one tree of the second version has, by the first's names."""
    lines = _lines(f"{place}/{UNIFIED}")
    names = ["blkio" if name == "io" else name for line in lines for name in line.split()]
    return [*names, *_ALWAYS] if lines else []


def at(place: str, name: str) -> Group:
    """The group of a name in a tree."""
    if os.path.exists(f"{place}/{UNIFIED}"):
        from vsh.drivers.host.unified_groups import UnifiedGroup

        return UnifiedGroup(f"{place}/{name}", place)
    return Group(f"{place}/{name}", place)


def owner(root: str) -> str:
    """The name of the group that all groups of a folder's guests are in: the folder's number."""
    status = os.stat(root)
    return f"vsh-{status.st_dev:x}-{status.st_ino:x}"


def remove(root: str, name: str) -> None:
    """Remove a guest's groups, if it has any; the last one's owner goes with it."""
    if os.geteuid() != 0:
        return
    for place in set(mounted().values()):
        ours = at(place, owner(root))
        if ours.exists:
            ours.child(name).remove()
            if not ours.children():
                ours.remove()


def clean_up(root: str, running: set[str]) -> None:
    """Remove the groups of guests of a folder that do not run: somebody was killed."""
    if os.geteuid() != 0:
        return
    name = owner(root)
    for place in set(mounted().values()):
        if not os.path.isdir(f"{place}/{name}"):
            continue
        ours = at(place, name)
        children = ours.children()
        left = [child for child in children if os.path.basename(child.path) not in running]
        for child in left:
            child.remove()
        if len(left) == len(children) and not ours.children():
            ours.remove()
