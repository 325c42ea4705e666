"""What keeps a moment from being redefined whatever its document says: options that are asked for,
the driver, the domain.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from vsh.errors import OperationDenied, OperationInvalid, OperationUnsupported, from_wire
from vsh.redefine import profiles
from vsh.redefine.problem import Problem
from vsh.redefine.profiles import ATOMIC, LIVE, QUIESCE, REDEFINE, REUSE_EXT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api._call import Call
    from vsh.redefine.profiles import Profile

_profiles: WeakKeyDictionary[Any, Profile] = WeakKeyDictionary()

# options that have no meaning beside --redefine, and how they are refused
_MEANINGLESS = ((LIVE, "LIVE"), (REUSE_EXT, "REUSE_EXT"), (QUIESCE, "QUIESCE"), (ATOMIC, "ATOMIC"))


def profile_of(connection: Any) -> Profile:
    """The profile of a connection's driver; asked for once."""
    found = _profiles.get(connection.driver)
    if found is None:
        found = _profiles[connection.driver] = profiles.profile_of(connection.get_type())
    return found


def snapshot_circumstances(domain: Any, flags: int, *, lenient: bool = False) -> list[Problem]:
    """What keeps any snapshot from being redefined, whatever its document: rules 1 to 8, E1."""
    problems = _readonly(domain, domain.snapshot_create_xml.call)
    if problems:
        return problems
    profile = profile_of(domain.connection)
    problems += flag_problems(domain.snapshot_create_xml.call, flags, ("1", "2", "3"))
    problems += _meaningless(flags, lenient)
    problems += _driver_flags(profile.flags, profile.function, flags, "6")
    if profile.exclusive_moments and domain.list_all_checkpoints(0):
        problems.append(
            Problem("7", OperationUnsupported("cannot create snapshot while checkpoint exists"))
        )
    if profile.off_only and domain.is_active():
        problems.append(Problem("44", OperationInvalid("domain is running")))
    return problems


def checkpoint_circumstances(domain: Any, flags: int) -> list[Problem]:
    """What keeps any checkpoint from being redefined: rules 4, 45 and 46, E10."""
    problems = _readonly(domain, domain.checkpoint_create_xml.call)
    if problems:
        return problems
    profile = profile_of(domain.connection)
    problems += flag_problems(domain.checkpoint_create_xml.call, flags, ("45",))
    problems += _driver_flags(profile.checkpoint_flags, profile.checkpoint_function, flags, "46")
    if profile.exclusive_moments and domain.list_all_snapshots(0):
        problems.append(
            Problem(
                "46",
                OperationUnsupported("cannot create checkpoint while snapshot exists"),
                hint="delete the snapshots first",
            )
        )
    if profile.active_checkpoints and not domain.is_active():
        problems.append(
            Problem("46", OperationUnsupported("cannot create checkpoint for inactive domain"))
        )
    if flags & 4 and profile.name != "test" and not domain.is_active():
        problems.append(Problem("E10", OperationInvalid("domain is not running")))
    return problems


def _readonly(domain: Any, call: Call) -> list[Problem]:
    """Rule 4: all else would have to be asked for in vain."""
    if not domain.connection.readonly:
        return []
    return [Problem("4", OperationDenied(f"read only access prevents {call.api}"))]


def flag_problems(call: Call, flags: int, rules: tuple[str, ...]) -> list[Problem]:
    """What a call's own declaration says against its flags, in libvirt's words.

    rules  the rules' names, for what is required first; the last stands for all that follow
    """
    found = []
    texts = []
    for bit, name, needed, needed_name in call.options.get("requires", ()):
        wrong = bool(flags & bit and not flags & needed)
        texts.append((wrong, f"Flag '{needed_name}' is required by flag '{name}'"))
    for bit, name, other, other_name in call.options.get("exclusive", ()):
        wrong = bool(flags & bit and flags & other)
        texts.append((wrong, f"Flags '{name}' and '{other_name}' are mutually exclusive"))
    for number, (wrong, text) in enumerate(texts):
        if wrong:
            found.append(Problem(rules[min(number, len(rules) - 1)], from_wire(8, 0, text)))
    return found


def _meaningless(flags: int, lenient: bool) -> list[Problem]:
    """E1: options that only mean something where a snapshot is taken."""
    intro = "Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_"
    return [
        Problem(
            "E1",
            from_wire(
                8,
                0,
                f"{intro}{name}' and 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' are mutually exclusive",
            ),
            warning=lenient,
        )
        for bit, name in _MEANINGLESS
        if flags & bit and flags & REDEFINE
    ]


def _driver_flags(known: int, function: str, flags: int, rule: str) -> list[Problem]:
    unknown = flags & ~known
    if not unknown or not function:
        return []
    return [
        Problem(rule, from_wire(8, 0, f"unsupported flags (0x{unknown:x}) in function {function}"))
    ]
