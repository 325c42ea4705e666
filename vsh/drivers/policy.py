"""What libvirt's public layer and access control refuse before any driver is asked.

A stub's ``acl`` names the permissions that a call needs: "domain:write"; some only where its flags
say so ("domain:save:VIR_DOMAIN_AFFECT_CONFIG"; with "!" where none of them is set), or another
value ("domain:write::source:VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT").

Whoever decides is told of an object what libvirt tells polkit of it: see ``subjects``.
"""

from __future__ import annotations

import contextlib

from vsh.api._access import NUMBERS
from vsh.api._call import Object
from vsh.drivers import subjects
from vsh.errors import AccessDenied, Error, InvalidArgument, NoStorageVolume, OperationDenied
from vsh.words.connection import ListAllDomains

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Protocol, TypeVar

    from vsh.api._call import Call
    from vsh.api.event import Event
    from vsh.drivers.subjects import Subject

    Answered = TypeVar("Answered")

    class Access(Protocol):
        """Who decides what a connection may do; for a daemon, by the identity of its client."""

        def __call__(self, kind: str, permission: str, subject: Subject) -> bool:
            """Whether this may be done to an object; ``kind`` is "domain", "connect" ..."""

    class Answering(Protocol):
        """A driver, as far as access rules know it."""

        name: str
        access: Access | None

        def answer(
            self, call: Call[..., Answered], target: Object, values: tuple[object, ...]
        ) -> Answered:
            """Answer a call that may be made."""
            ...


def admit(call: Call[..., object], values: tuple[object, ...], *, readonly: bool = False) -> None:
    """Refuse a call that must not reach any driver.

    Raises OperationDenied on a read-only connection, and what libvirt says to values that cannot
    be meant.
    """
    if readonly:
        check_readonly(call, values)
    if call.guarded:
        check_values(call, values)


def _looks_up(call: Call[..., object]) -> bool:
    """Whether a call finds one object: it is asked about then, not before."""
    return "_lookup_" in call.slot and not call.slot.startswith(("domain_snap", "domain_check"))


def found(
    call: Call[..., object], values: tuple[object, ...], answer: object, access: Access, name: str
) -> None:
    """Refuse the finding of an object that may not be seen.

    ``answer`` is the object or the error that there is none: what may not be seen and what is not
    there is refused alike.  Raises AccessDenied, NoStorageVolume.
    """
    for kind, permission in needed(call, values):
        if isinstance(answer, Error):
            subject = subjects.meant(kind, call, values)
        else:
            subject = subjects.described(kind, answer)
        if not access(kind, permission, subject):
            if call.slot in _SEARCHED:
                raise NoStorageVolume.whole(_SEARCHED[call.slot].format(values[0])) from None
            raise AccessDenied(f"'{name}' denied access") from None


_SEARCHED = {
    f"storage_vol_lookup_by_{way}": f"Storage volume not found: no storage vol with {words}"
    for way, words in (("key", "matching key {}"), ("path", "matching path '{}'"))
}
"""Calls that look through all pools, and what is said where that finds nothing to be seen."""


def ask(
    driver: Answering, call: Call[..., Answered], target: Object, values: tuple[object, ...]
) -> Answered:
    """Have a driver answer a call under its access rules: what they hide is not there."""
    access = driver.access
    assert access is not None
    if not _looks_up(call):
        _check(driver, call, target, values, access)
        whole = driver.answer(call, target, values)
        rule = call.options.get("filter")
        if rule is None or "_register" in call.slot:
            return whole  # events are looked at one by one, when they come
        shown: Answered = _shown(call, target, values, whole, access, rule)
        return shown
    try:
        answer = driver.answer(call, target, values)
    except Error as error:
        found(call, values, error, access, driver.name)
        raise
    found(call, values, answer, access, driver.name)
    return answer


def _check(
    driver: Answering,
    call: Call[..., object],
    target: Object,
    values: tuple[object, ...],
    access: Access,
) -> None:
    """Refuse what the access rules do not allow.  Raises AccessDenied."""
    for kind, permission in needed(call, values):
        if permission == "none":
            continue
        real = _real(driver, target)
        about = [subjects.of_call(kind, call, real, values)]
        if call.slot == "domain_rename":  # to a name that a rule is about
            about.append({**about[0], "domain_name": str(values[0])})
        elif subjects.KINDS.get(type(real).__name__) != kind:
            about += _replaced(driver, kind, call, target, values, about[0])
        if not all(access(kind, permission, subject) for subject in about):
            raise AccessDenied(f"'{driver.name}' denied access")


def _replaced(
    driver: Answering,
    kind: str,
    call: Call[..., object],
    target: Object,
    values: tuple[object, ...],
    subject: Subject,
) -> Iterator[Subject]:
    """What else a call is about that names no object: those that have the name or the UUID of its
    document already, and the domain of its saved image."""
    image = subjects.image(call, values) if kind == "domain" else None
    if image is not None:
        about = _by_slot("domain_save_image_get_xml_desc")
        with contextlib.suppress(Error):  # no image: the driver will say so
            subject = subjects.in_document(kind, str(driver.answer(about, target, (image, 0))))
            yield subject
    for word, field in subjects.NAMES[kind].items() if kind in _FOUND else ():
        slot = f"{_FOUND[kind]}_lookup_by_{field}"
        if word in subject and slot != "secret_lookup_by_name":
            with contextlib.suppress(Error):  # there is none
                there = driver.answer(_by_slot(slot), target.connection, (subject[word],))
                yield subjects.described(kind, there)


_FOUND = {
    "domain": "domain", "network": "network", "nwfilter": "nwfilter", "secret": "secret",
    "storage_pool": "storage_pool",
}  # fmt: skip
"""The kinds of objects that documents make, and how the calls that find them begin."""


def _real(driver: Answering, thing: Object) -> Object:
    """The object as the driver knows it: a client may call what it has a UUID of as it likes."""
    from vsh.api.network import Network
    from vsh.api.network_port import NetworkPort
    from vsh.api.pool import Pool
    from vsh.api.volume import Volume

    connection = thing.connection
    whole = getattr(thing, "domain", getattr(thing, "network", thing))
    try:
        if isinstance(thing, Volume):
            by_name = _by_slot("storage_pool_lookup_by_name")
            pool = driver.answer(by_name, connection, (thing.pool,))
            assert isinstance(pool, Pool)
            found = driver.answer(_by_slot("storage_vol_lookup_by_name"), pool, (thing.name,))
        elif (slot := _BY_UUID.get(type(whole).__name__)) is not None:
            found = driver.answer(_by_slot(slot), connection, (getattr(whole, "uuid", None),))
            if isinstance(thing, NetworkPort) and isinstance(found, Network):
                return NetworkPort(connection, found, thing.uuid)
        else:
            return thing
    except Error:
        return thing  # there is none: the driver will say so
    assert isinstance(found, Object)
    return found


_BY_UUID = {
    "Domain": "domain_lookup_by_uuid",
    "Network": "network_lookup_by_uuid",
    "Pool": "storage_pool_lookup_by_uuid",
    "Nwfilter": "nwfilter_lookup_by_uuid",
    "Secret": "secret_lookup_by_uuid",
}


def _shown(
    call: Call[..., object],
    target: Object,
    values: tuple[object, ...],
    whole: object,
    access: Access,
    rule: str,
) -> Any:
    """What is shown of a listing, or counted: what the access rules do not hide."""
    if "_num_of_" in call.slot:
        lister = getattr(target, call.name.replace("num_of_", "list_"))
        return len(lister(*values))
    if call.slot == "connect_list_domains":  # numbers
        running = target.connection.list_all_domains(ListAllDomains.ACTIVE)
        return [domain.id for domain in running]
    kind, permission = rule.split(":")
    assert isinstance(whole, list)
    return [each for each in whole if access(kind, permission, subjects.listed(kind, each))]


def hears(event: Event, access: Access) -> bool:
    """Whether an event is about objects that may be seen."""
    return all(
        access(kind, "getattr", subjects.described(kind, value))
        for value in event
        if (kind := subjects.KINDS.get(type(value).__name__)) is not None
    )


def permissions() -> set[str]:
    """All that can be asked for: "domain:write" ..."""
    _by_slot("domain_lookup_by_name")
    found = set()
    for call in _slots.values():
        for rule in (call.acl,) if isinstance(call.acl, str) else call.acl:
            found.add(":".join(rule.split(":")[:2]))
    return found - {"none"}


_slots: dict[str, Call[..., object]] = {}


def _by_slot(slot: str) -> Call[..., object]:
    if not _slots:
        from vsh.api.table import calls

        _slots.update((call.slot, call) for call in calls().values())
    return _slots[slot]


def needed(call: Call[..., object], values: tuple[object, ...]) -> Iterator[tuple[str, str]]:
    """The permissions that a call with these values needs: (kind of object, permission)."""
    for rule in (call.acl,) if isinstance(call.acl, str) else call.acl:
        kind, _, rest = rule.partition(":")
        permission, _, condition = rest.partition(":")
        if not condition or _holds(condition, call, values):
            yield kind, permission or kind


def _holds(condition: str, call: Call[..., object], values: tuple[object, ...]) -> bool:
    if condition.startswith(":"):
        name, _, word = condition[1:].partition(":")
        return values[call.names.index(name)] == NUMBERS[word]
    bits = 0
    for word in condition.removeprefix("!").split("|"):
        bits |= NUMBERS[word]
    flags = call.number_of(values, "flags")
    if condition.startswith("!"):
        return not flags & bits
    return flags & bits == bits


def check_readonly(call: Call[..., object], values: tuple[object, ...]) -> None:
    """Refuse what a read-only connection must not do.  Raises OperationDenied."""
    for name in call.options.get("secure", ()):
        if call.number_of(values, "flags") & call.word(name):
            raise OperationDenied(f"{call.api} with secure flag")
    refused = "secure" not in call.options and "agent" not in call.options and not call.reads_only
    for parameter, name in call.options.get("agent", {}).items():
        given, word = call.number_of(values, parameter), call.word(name, parameter)
        refused = bool(given & word) if parameter == "flags" else given == word
    if refused:
        raise OperationDenied(f"read only access prevents {call.api}")


def check_values(call: Call[..., object], values: tuple[object, ...]) -> None:
    """Refuse values that cannot be meant.

    The stub declares them: ``needs``, ``least``, ``exclusive`` and ``requires`` of ``Call``.
    """
    for value, text in call.options.get("needs", {}).items():
        if not values[call.names.index(value)]:
            raise InvalidArgument.whole(text.replace("%s", call.api))
    for value, (least, text) in call.options.get("least", {}).items():
        if call.number_of(values, value) < least:
            raise InvalidArgument.whole(text.replace("%s", call.api))
    if "flags" not in call.names:
        return
    for _, text in call.conflicts(call.number_of(values, "flags")):
        raise InvalidArgument.whole(text)
