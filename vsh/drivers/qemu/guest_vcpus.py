"""The virtual CPUs of a guest as its own system has them, which its agent tells and changes."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.drivers.qemu import agent
from vsh.errors import InternalError, InvalidArgument, OperationUnsupported
from vsh.qmp.value import integer, structs
from vsh.xml.engine.values import show_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.qmp.value import Struct


def _all(guest: Guest) -> list[Struct]:
    return structs(agent.ask(guest, "guest-get-vcpus"))


def count(guest: Guest, *, most: bool) -> int:
    """How many vCPUs the guest has, or has online.  Raises as ``agent.ask``."""
    found = _all(guest)
    return len(found) if most else sum(bool(each["online"]) for each in found)


def described(guest: Guest) -> TypedParams:
    """Which there are, are online and can be taken offline."""
    found = _all(guest)
    params = TypedParams()
    for name, tested in (("vcpus", None), ("online", "online"), ("offlinable", "can-offline")):
        chosen = [integer(each["logical-id"]) for each in found if not tested or each.get(tested)]
        params.set(name, "string", show_set(sorted(chosen)))
    return params


def switch(guest: Guest, wanted: set[int], *, on: bool) -> None:
    """Have some vCPUs online, or not.  Raises InvalidArgument, OperationUnsupported."""
    found = {integer(each["logical-id"]): each for each in _all(guest)}
    for number in sorted(wanted & found.keys()):
        if not on and not found[number].get("can-offline"):
            raise OperationUnsupported(f"vCPU '{number}' is not offlinable")
    missing = wanted - found.keys()
    if missing:
        raise InvalidArgument(f"guest is missing vCPUs '{show_set(sorted(missing))}'")
    _set_online(guest, [found[number] for number in sorted(wanted)], on=on)


def set_count(guest: Guest, wanted: int) -> None:
    """Have so many online.  Raises InvalidArgument."""
    found = _all(guest)
    online = [each for each in found if each["online"]]
    if wanted > len(found):
        raise InvalidArgument("guest agent reports less cpu than requested")
    if wanted > len(online):
        off = [each for each in found if not each["online"]]
        _set_online(guest, off[: wanted - len(online)], on=True)
        return
    free = [each for each in online if each.get("can-offline")]
    if len(online) - wanted > len(free):
        raise InvalidArgument("Cannot offline enough CPUs")
    _set_online(guest, free[: len(online) - wanted], on=False)


def _set_online(guest: Guest, chosen: list[Struct], *, on: bool) -> None:
    """Have the guest bring vCPUs online or offline; it may do so with some of them only."""
    left = [
        {"logical-id": each["logical-id"], "online": on}
        for each in chosen
        if bool(each["online"]) != on
    ]
    while left:
        done = integer(agent.ask(guest, "guest-set-vcpus", {"vcpus": left}))
        if not 0 < done <= len(left):
            raise InternalError("guest agent returned malformed or invalid return value")
        left = left[done:]
