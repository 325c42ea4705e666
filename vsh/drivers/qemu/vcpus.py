"""The virtual CPUs of a guest: in its definition, and in its QEMU, where they are plugged."""

from __future__ import annotations

import time

from vsh.drivers.qemu import telling, threads
from vsh.drivers.qemu.limits import Limits
from vsh.drivers.state.tuning_model import number_set
from vsh.errors import ConfigUnsupported, InvalidArgument, OperationTimeout, OperationUnsupported
from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.known_threads import KnownThreads
    from vsh.drivers.qemu.vcpu_places import Place
    from vsh.qmp.value import Ask
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.vcpu import Vcpu

UNPLUG_TIME = 5.0
"""Seconds that a guest has to let go of a vCPU."""

_ALIAS = "vcpu"


def of(guest: Guest) -> list[Place]:
    """All vCPUs of a guest that runs, by number."""
    return guest.running.threads.places(guest.ask)


def anew(guest: Guest) -> list[Place]:
    """The same, now that some have come or gone."""
    guest.running.threads.forget()
    return of(guest)


# ---- in a definition


def one_by_one(definition: Definition) -> list[Vcpu]:
    """The definition's vCPUs, each with an entry of its own from now on."""
    if not definition.vcpu_list:
        from vsh.xml.domain.vcpu import Vcpu

        now = int(definition.vcpu_current or definition.vcpus or 1)
        definition.vcpu_list = [
            Vcpu(id=number, enabled=number < now, hotpluggable=number >= now)
            for number in range(int(definition.vcpus or 1))
        ]
    found: list[Vcpu] = definition.vcpu_list
    return found


def set_current(definition: Definition, count: int, *, hotpluggable: bool = False) -> None:
    """Change how many vCPUs are there at the next start.

    hotpluggable  those that are added can be taken out again while the guest runs
    """
    if count > int(definition.vcpu_current or 0) and hotpluggable:
        one_by_one(definition)
    definition.vcpu_current, now = count, int(definition.vcpu_current or 0)
    if not definition.vcpu_list:
        return
    for vcpu in definition.vcpu_list:
        vcpu.order = None
    if count > now:
        for vcpu in definition.vcpu_list:
            if vcpu.enabled:
                # those that cannot be taken out have to be the first ones
                hotpluggable = hotpluggable or bool(vcpu.hotpluggable)
            elif now < count:
                vcpu.enabled, vcpu.hotpluggable = True, hotpluggable
                now += 1
    else:
        for vcpu in reversed(definition.vcpu_list):
            if vcpu.enabled and now > count:
                vcpu.enabled, vcpu.hotpluggable = False, True
                now -= 1


def set_most(definition: Definition, count: int) -> None:
    """Change how many vCPUs there can be.  Raises InvalidArgument."""
    cpu = definition.cpu
    cells = cpu.numa.cells if cpu is not None and cpu.numa is not None else []
    taken = {number for cell in cells for number in number_set(cell.cpus)}
    if len(taken) > count:
        raise InvalidArgument("Number of CPUs in <numa> exceeds the desired maximum vcpu count")
    if cpu is not None and cpu.sockets:
        product = cpu.sockets * (cpu.dies or 1) * (cpu.clusters or 1)
        product *= (cpu.cores or 1) * (cpu.threads or 1)
        if product != count:
            raise InvalidArgument("CPU topology doesn't match the desired vcpu count")
    if definition.vcpu_list:
        from vsh.xml.domain.vcpu import Vcpu

        kept = definition.vcpu_list[:count]
        for vcpu in kept:
            vcpu.order = None
        added = range(len(kept), count)
        definition.vcpu_list = [*kept, *(Vcpu(id=number, enabled=False) for number in added)]
        definition.vcpu_current = sum(bool(vcpu.enabled) for vcpu in definition.vcpu_list)
    definition.vcpus = count
    definition.vcpu_current = min(int(definition.vcpu_current or count), count)
    if cells and len(taken) < count:
        from vsh.xml.engine.values import show_set

        own = {*number_set(cells[0].cpus), *(set(range(count)) - taken)}
        cells[0].cpus = show_set(sorted(own))


def switch(definition: Definition, numbers: Iterable[int], *, on: bool) -> None:
    """Have some vCPUs there, or not, at the next start.  Raises InvalidArgument."""
    listed = one_by_one(definition)
    wanted = set(numbers)
    if 0 in wanted:
        raise InvalidArgument("vCPU '0' can't be modified")
    first = min(wanted)
    for vcpu in listed[first + 1 :]:
        if vcpu.id not in wanted and vcpu.enabled and not vcpu.hotpluggable:
            raise InvalidArgument(
                f"vcpu '{first}' can't be modified as it is followed "
                "by non-hotpluggable online vcpus"
            )
    for vcpu in listed:
        vcpu.order = None
        if vcpu.id in wanted:
            vcpu.enabled, vcpu.hotpluggable = on, True
    definition.vcpu_current = sum(bool(vcpu.enabled) for vcpu in listed)


# ---- in a QEMU


def change(guest: Guest, count: int, *, wait: bool = True) -> None:
    """Plug vCPUs in or out until so many are there.

    Raises ConfigUnsupported where that cannot be, OperationTimeout where the guest keeps one.
    """
    found = of(guest)
    now = sum(place.online for place in found)
    add = count > now
    chosen = []
    for number in range(len(found)) if add else reversed(range(len(found))):
        place = found[number]
        if now == count or place.online == add or not place.count:
            continue
        if not add and place.alias is None:
            continue
        now += place.count if add else -place.count
        if (now > count) if add else (now < count):
            raise ConfigUnsupported(
                "target vm vcpu granularity does not allow the desired vcpu count"
            )
        chosen.append(number)
    if now != count:
        raise ConfigUnsupported(
            "failed to find appropriate hotpluggable vcpus to reach the desired target vcpu count"
        )
    plug(guest, found, chosen, on=add, wait=wait)


def selected(found: list[Place], numbers: set[int], *, on: bool) -> list[int]:
    """Which places to plug for these vCPUs.  Raises InvalidArgument."""
    for number in sorted(numbers):
        place = found[number]
        if place.online == on:
            raise InvalidArgument(f"vcpu '{number}' is already in requested state")
    chosen = []
    left = set(numbers)
    for number in sorted(numbers):
        if number not in left:
            continue
        last = number + found[number].count - 1
        if last < number:
            raise InvalidArgument(
                f"vcpu '{number}' belongs to a larger hotpluggable entity, "
                "but siblings were not selected"
            )
        for other in range(number + 1, last + 1):
            if other not in numbers:
                raise InvalidArgument(
                    f"vcpu '{other}' was not selected but it belongs to hotpluggable "
                    f"entity '{number}-{last}' which was partially selected"
                )
        left -= set(range(number, last + 1))
        chosen.append(number)
    return chosen


def plug_at_start(definition: Definition, ask: Ask, known: KnownThreads) -> None:
    """Plug in the vCPUs that are there but can be taken out, which no command line names."""
    wanted = [vcpu for vcpu in definition.vcpu_list if vcpu.enabled and vcpu.hotpluggable]
    if not wanted:
        return
    found = known.places(ask)
    for vcpu in sorted(wanted, key=lambda vcpu: (vcpu.order or 0, vcpu.id)):
        place = found[int(vcpu.id)]
        if place.count:
            ask("device_add", {"driver": place.kind, "id": f"{_ALIAS}{vcpu.id}", **place.values})
    known.forget()
    found = known.places(ask)
    for vcpu in definition.vcpu_list:
        vcpu.order = found[int(vcpu.id)].order or None


def plug(
    guest: Guest, found: list[Place], numbers: list[int], *, on: bool, wait: bool = True
) -> None:
    """Plug vCPUs in or out, one after the other; each is in the definition when it is done.

    wait  until the guest has let go of each; else ``left`` takes note of it when it has

    Raises OperationUnsupported, OperationTimeout.
    """
    if on:
        _check_room(guest, found, sum(found[number].count for number in numbers))
    for number in numbers if on else sorted(numbers, reverse=True):
        place = found[number]
        if on:
            alias = f"{_ALIAS}{number}"
            guest.ask("device_add", {"driver": place.kind, "id": alias, **place.values})
        elif place.alias is None:
            raise OperationUnsupported(f"vcpu '{number}' can't be unplugged")
        else:
            guest.ask("device_del", {"id": place.alias})
            if wait:
                _wait_until_gone(guest, number)
        record(guest)


def _check_room(guest: Guest, found: list[Place], more: int) -> None:
    """A QEMU that emulates has room for as many vCPUs as there can be, those that left among them.

    With one more it ends (``tcg_register_thread``), up to QEMU 11.1 at least; libvirt lets it.
    """
    gone = guest.running.gone_vcpus
    if guest.definition.type != "qemu" or not gone:
        return
    left = len(found) - gone - sum(place.online for place in found)
    if more > left:
        raise OperationUnsupported(
            f"an emulated guest cannot have {more} more vCPUs, but {max(left, 0)}: {gone} were "
            "taken out, and QEMU would end",
            hint="shut the guest down and start it again",
        )


def left(hypervisor: Hypervisor, guest: Guest, alias: str) -> None:
    """A guest has let go of a device: where it is a vCPU, take note of it and tell."""
    number = alias.removeprefix(_ALIAS)
    if number == alias or not number.isdecimal():
        return
    record(guest)
    Limits.of(hypervisor, guest).follow(guest.definition)
    hypervisor.guests.keep(guest)
    telling.tell(hypervisor, guest, DomainEventID.VCPU_REMOVED, int(number))


def record(guest: Guest) -> None:
    """Write into a guest's live definition which vCPUs its QEMU has."""
    definition, found = guest.definition, anew(guest)
    for vcpu in one_by_one(definition):
        place = found[int(vcpu.id)]
        came = place.online and not vcpu.enabled
        if vcpu.enabled and not place.online and guest.run is not None:
            guest.run.gone_vcpus += 1
        vcpu.enabled, vcpu.hotpluggable = place.online, place.hotpluggable
        vcpu.order = place.order or None
        if came:
            threads.place_vcpu(definition, int(vcpu.id), place.thread)
    definition.vcpu_current = sum(place.online for place in found)
    guest.facts = None


def _wait_until_gone(guest: Guest, number: int) -> None:
    until = time.monotonic() + UNPLUG_TIME
    while anew(guest)[number].online:
        if time.monotonic() > until:
            raise OperationTimeout(
                "vcpu unplug request timed out. Unplug result must be manually inspected "
                "in the domain"
            )
        time.sleep(0.05)
