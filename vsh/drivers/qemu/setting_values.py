"""Values of qemu.conf that no driver can have, or this one or this host cannot."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, ConfSyntax, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.qemu.settings import Settings
    from vsh.errors import Error

_CONTROLLERS = ("cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "net_cls",
                "perf_event", "name=systemd")  # fmt: skip
_WITHOUT = "is no setting of this driver: take it out"


def check(found: Settings) -> Iterator[Error]:
    """The problems of the settings of a root, in libvirt's words."""
    yield from _security(found)
    if _is_here(found.migration_host.strip("[]")):
        yield ConfSyntax(
            f"{found.path}: migration_host must not be the address of the local machine: "
            f"{found.migration_host}"
        )
    for name in found.cgroup_controllers or ():
        if name not in _CONTROLLERS:
            yield ConfSyntax(f"Unknown cgroup controller '{name}'")
    for name in found.namespaces or ():
        if name != "mount":
            yield ConfSyntax(f"Unknown namespace: {name}")
    if found.stdio_handler not in ("", "file", "logd"):
        yield ConfigUnsupported(f"Unknown stdio handler {found.stdio_handler}")
    if found.sched_core not in ("", "none", "vcpus", "emulator", "full"):
        yield ConfigUnsupported(f"Unknown sched_core value {found.sched_core}")
    elif found.sched_core not in ("", "none"):
        yield ConfigUnsupported(
            "SCHED_CORE not supported by this driver: take sched_core out of qemu.conf"
        )
    if found.lock_manager not in ("", "nop"):
        yield ConfigUnsupported(f"lock_manager '{found.lock_manager}' {_WITHOUT}")
    if found.mac_filter:
        yield ConfigUnsupported(
            f"mac_filter {_WITHOUT}, and give cards <filterref filter='no-mac-spoofing'/>"
        )
    if found.capability_filters:
        yield ConfigUnsupported(f"capability_filters {_WITHOUT}")


def _security(found: Settings) -> Iterator[Error]:
    """Of security drivers there is the one that is none, besides that of owners."""
    given = found.security_driver
    for name in [given] if isinstance(given, str) else given:
        if name in ("selinux", "apparmor"):
            yield ConfigUnsupported(f"Security driver {name} not enabled")
        elif name not in ("", "none"):
            yield InternalError(f"Security driver {name} not found")


def _is_here(host: str) -> bool:
    """Whether other machines would come to themselves under that name or address."""
    return host.startswith(("localhost", "127.")) or host == "::1"
