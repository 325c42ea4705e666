"""What is done when a guest powers off, reboots or crashes, and changing it."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.xml.domain import Domain as Definition

# by virDomainLifecycle and virDomainLifecycleAction
_LIFECYCLES = ("poweroff", "reboot", "crash")
_ACTIONS = (
    "destroy", "restart", "rename-restart", "preserve", "coredump-destroy", "coredump-restart",
)  # fmt: skip
_CRASH, _FIRST_DUMP = 2, 4
_ON_REBOOT = {"destroy": "shutdown", "restart": "reset"}


def check(kind: int, action: int) -> None:
    """Refuse what nothing can mean.  Raises InvalidArgument, ConfigUnsupported."""
    if not 0 <= kind < len(_LIFECYCLES):
        raise InvalidArgument(f"invalid lifecycle type '{kind}'")
    if not 0 <= action < len(_ACTIONS):
        raise InvalidArgument(f"invalid lifecycle action '{action}'")
    if kind != _CRASH and action >= _FIRST_DUMP:
        raise ConfigUnsupported(
            f"Lifecycle event '{_LIFECYCLES[kind]}' doesn't support '{_ACTIONS[action]}' action"
        )


def change(guest: Guest, kind: int, number: int, flags: int) -> None:
    """Change what is done, live, in the configuration or both.  Raises ConfigUnsupported."""
    live, planned = guest.both(flags)
    name, action = _LIFECYCLES[kind], _ACTIONS[number]
    for definition in (live, planned):
        if definition is not None:
            _refuse({**_actions(definition), name: action})
    if live is not None and name == "reboot" and live.on_reboot != action:
        how = _ON_REBOOT.get(action)
        if how is not None:
            guest.ask("set-action", {"reboot": how})
    for definition in (live, planned):
        if definition is not None:
            setattr(definition, f"on_{name}", action)


def _actions(definition: Definition) -> dict[str, str | None]:
    return {name: getattr(definition, f"on_{name}") for name in _LIFECYCLES}


def _refuse(actions: dict[str, str | None]) -> None:
    """Refuse what QEMU's guests cannot do."""
    from vsh.hypervisors.qemu.check import lifecycle_problems

    for problem in lifecycle_problems(actions["poweroff"], actions["reboot"], actions["crash"]):
        raise problem
