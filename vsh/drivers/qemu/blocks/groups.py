"""Groups of limits that disks share: made, changed and removed, in what runs and in what will."""

from __future__ import annotations

import contextlib

from vsh.drivers.qemu import changing
from vsh.drivers.qemu.blocks import tuning
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InvalidArgument
from vsh.hypervisors.qemu.argv.throttle import limits_of, object_of
from vsh.xml.domain.devices.disk import IOTUNES
from vsh.xml.domain.tune import ThrottleGroup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition


def change(
    hypervisor: Hypervisor, guest: Guest, name: str, params: TypedParams, flags: int
) -> None:
    """Make a group, or change it; limits of a kind that is not named stay.  Raises Error."""
    live, config = guest.both(flags)
    given: tuning.Limits = {key: value for key, value in params.items() if key != "group_name"}
    tuning.check_sums(given)
    if live is not None:
        tuning.check_maxima(given)  # what QEMU has of them already does not count
    with _told(hypervisor, guest, name, live):
        for definition in (live, config):
            if definition is None:
                continue
            old = _find(definition, name)
            before = {} if old is None else {key: value for key in IOTUNES if (
                value := getattr(old, key)) is not None}  # fmt: skip
            wanted = {key: value for key, value in tuning.merged(before, given).items() if value}
            group = ThrottleGroup(**{**wanted, "group_name": name})
            if definition is live:
                _set(guest, group, new=old is None)
                tuning.tell(hypervisor, guest, ("group_name", name), params)
            _put(definition, old, group)


@contextlib.contextmanager
def _told(
    hypervisor: Hypervisor, guest: Guest, name: str, live: Definition | None
) -> Iterator[None]:
    """Inside ``with`` a QEMU may know a group otherwise than its guest's document says."""
    if live is None:
        yield
        return
    changing.begin(hypervisor, guest, "group", {"name": name})
    try:
        yield
    finally:
        changing.over(hypervisor, guest)


def settle(guest: Guest, name: str) -> None:
    """A vsh was killed over a group: QEMU knows it again as the guest's document has it."""
    group = _find(guest.definition, name)
    if group is None:
        with Ignoring(CommandRefused):
            guest.ask("object-del", {"id": object_of(name)})
        return
    try:
        _set(guest, group, new=True)
    except CommandRefused:  # it is there
        _set(guest, group, new=False)


def _set(guest: Guest, group: ThrottleGroup, *, new: bool) -> None:
    """Have QEMU know a group.  Raises CommandRefused."""
    name, limits = object_of(str(group.group_name)), limits_of(group)
    if new:
        guest.ask("object-add", {"qom-type": "throttle-group", "id": name, "limits": limits})
    else:
        guest.ask("qom-set", {"path": name, "property": "limits", "value": limits})


def _put(definition: Definition, old: ThrottleGroup | None, group: ThrottleGroup) -> None:
    if old is None:
        definition.throttle_groups.append(group)
    else:
        definition.throttle_groups[definition.throttle_groups.index(old)] = group


def remove(hypervisor: Hypervisor, guest: Guest, name: str, flags: int) -> None:
    """Remove a group that no disk is under.  Raises InvalidArgument, CommandRefused."""
    live, config = guest.both(flags)
    for definition in (live, config):
        for disk in definition.disks if definition is not None else ():
            if any(each.group == name for each in disk.throttle_filters):
                raise InvalidArgument(
                    f"throttle group '{name}' is still being used by disk {disk.target}"
                )
    with _told(hypervisor, guest, name, live):
        if live is not None:
            guest.ask("object-del", {"id": object_of(name)})
        for definition in (live, config):
            if definition is not None:
                definition.throttle_groups = [
                    group for group in definition.throttle_groups if group.group_name != name
                ]


def _find(definition: Definition, name: str) -> ThrottleGroup | None:
    return next((each for each in definition.throttle_groups if each.group_name == name), None)
