"""The I/O threads of a guest: shown, added, taken out, pinned and tuned; for who holds it."""

from __future__ import annotations

from vsh.api.domain.records import IOThreadInfo
from vsh.domains.check import HEAVIEST
from vsh.drivers.qemu import changing, definitions, threads
from vsh.drivers.state import tuning_model
from vsh.errors import (
    ArgumentUnsupported,
    ConfigUnsupported,
    InvalidArgument,
    OperationInvalid,
    OperationUnsupported,
)
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import structs
from vsh.xml.engine.text import INT_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.tune import IoThread

PARAMETERS: dict[str, tuple[str, str, str]] = {
    "poll_max_ns": ("ullong", "poll_max", "poll-max-ns"),
    "poll_grow": ("uint", "poll_grow", "poll-grow"),
    "poll_shrink": ("uint", "poll_shrink", "poll-shrink"),
    "poll_weight": ("uint", "poll_weight", "poll-weight"),
    "thread_pool_min": ("int", "pool_min", "thread-pool-min"),
    "thread_pool_max": ("int", "pool_max", "thread-pool-max"),
}
"""Parameters of an I/O thread: the type of each, its field in <iothreadids>, QEMU's property."""
_DEFAULT_POOL_MAX = 64
"""QEMU's own ``thread-pool-max``."""


_WIDER = ("poll_grow", "poll_shrink")
"""Newer libvirt takes these with 64 bits, too."""


def kinds(params: TypedParams, *, modern: bool) -> dict[str, str]:
    """The type that each parameter has to have."""
    found = {name: kind for name, (kind, *_) in PARAMETERS.items()}
    if modern:
        wide = [name for name in _WIDER if params.types.get(name) == "ullong"]
        found.update(dict.fromkeys(wide, "ullong"))
    return found


def shown(guest: Guest, flags: int) -> list[IOThreadInfo]:
    """The threads that run, or will, and the host CPUs that they may run on."""
    definition = guest.one(flags)
    if definition is guest.definition and guest.active:
        found = guest.running.threads.io(guest.ask)
        places = {number: threads.cpus_of(thread) for number, thread in found.items()}
    else:
        fallback = tuning_model.cpu_set(definition) or threads.host_cpus()
        pinned = tuning_model.io_threads(definition)
        places = {number: set(cpus or fallback) for number, cpus in pinned.items()}
    return [
        IOThreadInfo(number, tuning_model.to_map(cpus, max(cpus) // 8 + 1))
        for number, cpus in places.items()
    ]


def add(hypervisor: Hypervisor, guest: Guest, number: int, flags: int) -> None:
    """Add one.  Raises InvalidArgument where there is one of that number."""
    live, planned = guest.both(flags)
    for definition in (planned, live):
        if definition is not None and number in tuning_model.io_threads(definition):
            raise InvalidArgument(f"an IOThread is already using iothread_id '{number}'")
    asked = {"qom-type": "iothread", "id": f"iothread{number}"}
    _change(hypervisor, guest, number, live, planned, ("object-add", asked))


def remove(hypervisor: Hypervisor, guest: Guest, number: int, flags: int) -> None:
    """Take one out.  Raises InvalidArgument where there is none, or something uses it."""
    live, planned = guest.both(flags)
    for definition in (planned, live):
        if definition is None:
            continue
        if number not in tuning_model.io_threads(definition):
            raise InvalidArgument(f"cannot find IOThread '{number}' in iothreadids list")
        user = tuning_model.io_thread_user(definition, number)
        if user is not None:
            raise InvalidArgument(user)
    asked = {"id": f"iothread{number}"}
    _change(hypervisor, guest, number, live, planned, ("object-del", asked))


def _change(
    hypervisor: Hypervisor, guest: Guest, number: int, live: Definition | None,
    planned: Definition | None, asked: tuple[str, dict[str, str]],
) -> None:  # fmt: skip
    """Add or take out one: in QEMU, in the document of what runs, and in that of what will."""
    there = asked[0] == "object-add"
    if live is None:
        if planned is not None:
            _plan(planned, number, there=there)
        return
    later = None if planned is None else definitions.copied(planned)
    if later is not None:
        _plan(later, number, there=there)
    with changing.Becoming(guest, later):
        changing.begin(hypervisor, guest, "iothread", {"number": number, "there": there})
        try:
            guest.ask(*asked)
        except BaseException:
            changing.over(hypervisor, guest)
            raise
        guest.running.threads.forget()
        _put(live, number, there=there)
        changing.done(hypervisor, guest)


def _plan(planned: Definition, number: int, *, there: bool) -> None:
    tuning_model.settle_io_threads(planned)
    _put(planned, number, there=there)


def _put(definition: Definition, number: int, *, there: bool) -> None:
    if there:
        tuning_model.add_io_thread(definition, number)
    else:
        tuning_model.remove_io_thread(definition, number)


def settle(guest: Guest, number: int) -> bool:
    """A vsh was killed over one: what runs has it where QEMU does; whether it does."""
    objects = structs(guest.ask("qom-list", {"path": "/objects"}))
    there = any(each["name"] == f"iothread{number}" for each in objects)
    if (number in tuning_model.io_threads(guest.definition)) != there:
        _put(guest.definition, number, there=there)
    return there


def check(definition: Definition, number: int) -> None:
    """Raises InvalidArgument where there is none of that number."""
    if number not in tuning_model.io_threads(definition):
        raise InvalidArgument(f"iothread {number} not found")


def pin(guest: Guest, number: int, cpus: list[int]) -> None:
    """Let one that runs run on these host CPUs only.  Raises SystemFailure."""
    threads.pin(guest.running.threads.io(guest.ask)[number], cpus)
    tuning_model.set_io_thread_pin(guest.definition, number, cpus)


def plan_pin(planned: Definition, number: int, cpus: list[int]) -> None:
    """Have one run on these host CPUs only from the next start on.  Raises InvalidArgument."""
    if number not in tuning_model.io_threads(planned):
        raise InvalidArgument(f"iothreadid {number} not found")
    tuning_model.set_io_thread_pin(planned, number, cpus)


def tune(guest: Guest, number: int, params: TypedParams, flags: int) -> None:
    """Change how one polls, and its pool.

    Raises InvalidArgument, OperationInvalid, OperationUnsupported.
    """
    live, planned = guest.both(flags)
    modern = is_modern(guest.definition)
    _check_values(params, modern=modern)
    if planned is not None:
        _check(planned, number, params, live=False)
        if not modern and any(name.startswith("poll") for name in params):
            raise OperationUnsupported("configuring persistent polling values is not supported")
    if live is not None:
        _check(live, number, params, live=True)
    if live is not None:
        for name in _in_order(live, number, params):
            guest.ask("qom-set", {"path": f"/objects/iothread{number}",
                                  "property": PARAMETERS[name][2],
                                  "value": params[name]})  # fmt: skip
    for definition in (planned, live):
        if definition is not None:
            thread = _thread(definition, number)
            for name, value in params.items():
                if name.startswith("poll") and not modern:
                    continue  # there is no element for it
                setattr(thread, PARAMETERS[name][1], None if value == -1 else value)
                thread.automatic = False


def _thread(definition: Definition, number: int) -> IoThread:
    for thread in definition.iothreads:
        if thread.id == number:
            return thread
    raise InvalidArgument(f"cannot find IOThread '{number}' in iothreadids")


def _check_values(params: TypedParams, *, modern: bool) -> None:
    """What no thread can have.  Raises ArgumentUnsupported, ConfigUnsupported."""
    if "poll_weight" in params and not modern:
        raise ArgumentUnsupported("parameter 'poll_weight' not supported")
    for name in () if modern else ("poll_max_ns", "poll_grow", "poll_shrink"):
        if params.get(name, 0) > INT_MAX:
            shown = f"{name.replace('_', '-')} ({params[name]})"
            raise ConfigUnsupported(f"{shown} must be less than or equal to {INT_MAX}")
    weight = params.get("poll_weight", 0)
    if weight > HEAVIEST:
        raise ConfigUnsupported(f"poll-weight value {weight} is out of range [0, {HEAVIEST}]")
    least, most = params.get("thread_pool_min", -1), params.get("thread_pool_max", -1)
    if least < -1:
        words = "must be equal to or greater than -1"
        raise ConfigUnsupported(f"thread_pool_min ({least}) {words}")
    if most < -1 or most == 0:
        words = "must be a positive number or -1"
        raise ConfigUnsupported(f"thread_pool_max ({most}) {words}")


def _check(definition: Definition, number: int, params: TypedParams, *, live: bool) -> None:
    thread = _thread(definition, number)
    for name in ("thread_pool_min", "thread_pool_max"):
        if live and params.get(name, 0) < 0:
            raise OperationInvalid(
                f"{name} ({params[name]}) must be equal to or greater than 0 for live change"
            )
    least = params.get("thread_pool_min", -1 if thread.pool_min is None else thread.pool_min)
    most = params.get("thread_pool_max", -1 if thread.pool_max is None else thread.pool_max)
    if least > most:  # also than the maximum that QEMU takes by itself, which libvirt counts as -1
        raise OperationInvalid(
            f"thread_pool_min ({least}) can't be greater than thread_pool_max ({most})"
        )


def _in_order(definition: Definition, number: int, params: TypedParams) -> list[str]:
    """The parameters in an order in which the pool's limits never cross on the way."""
    now = _thread(definition, number).pool_max
    first = "thread_pool_min", "thread_pool_max"
    if params.get("thread_pool_min", 0) > (_DEFAULT_POOL_MAX if now is None else now):
        first = "thread_pool_max", "thread_pool_min"
    return [name for name in (*PARAMETERS,) if name in params and name not in first] + [
        name for name in first if name in params
    ]
