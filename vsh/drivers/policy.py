"""What libvirt's public layer and access control refuse before any driver is asked.

A stub's ``acl`` names the permissions that a call needs: "domain:write"; some only where its flags
say so ("domain:save:VIR_DOMAIN_AFFECT_CONFIG"; with "!" where none of them is set), or another
value ("domain:write::source:VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT").
"""

from __future__ import annotations

from vsh.api._access import NUMBERS
from vsh.errors import AccessDenied, InvalidArgument, OperationDenied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol, TypeVar

    from vsh.api._call import Call, Object

    Answered = TypeVar("Answered")

    class Access(Protocol):
        """Who decides what a connection may do; for a daemon, by the identity of its client."""

        def __call__(self, kind: str, permission: str, target: Object) -> bool:
            """Whether this may be done to an object; ``kind`` is "domain", "connect" ..."""


def admit(
    call: Call[..., object],
    target: Object,
    values: tuple[object, ...],
    *,
    readonly: bool = False,
    access: Access | None = None,
    name: str = "",
) -> None:
    """Refuse a call that must not reach the driver of that name.

    Raises OperationDenied on a read-only connection, AccessDenied by the access rules, and what
    libvirt says to values that cannot be meant.
    """
    if readonly:
        check_readonly(call, values)
    if call.guarded:
        check_values(call, values)
    if access is not None:
        for kind, permission in needed(call, values):
            if permission != "none" and not access(kind, permission, target):
                raise AccessDenied(f"'{name}' denied access")


def visible(call: Call[..., Answered], answer: Answered, access: Access) -> Answered:
    """A listing without what the access rules hide."""
    rule = call.options.get("filter")
    if rule is None or not isinstance(answer, list):
        return answer
    kind, permission = rule.split(":")
    return type(answer)(each for each in answer if access(kind, permission, each))


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
