"""What keeps a moment from being redefined whatever its document says: options that are asked for,
the driver, the domain.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from vsh.errors import InvalidArgument, OperationDenied, OperationInvalid, OperationUnsupported
from vsh.redefine import profiles
from vsh.redefine.problem import Problem
from vsh.words import excludes
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api._call import Call
    from vsh.redefine.profiles import Profile

_profiles: WeakKeyDictionary[Any, Profile] = WeakKeyDictionary()

# options that have no meaning beside --redefine, and how they are refused
_MEANINGLESS = (
    SnapshotCreate.LIVE,
    SnapshotCreate.REUSE_EXT,
    SnapshotCreate.QUIESCE,
    SnapshotCreate.ATOMIC,
)


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


def _readonly(domain: Any, call: Call[..., Any]) -> list[Problem]:
    """Rule 4: all else would have to be asked for in vain."""
    if not domain.connection.readonly:
        return []
    return [Problem("4", OperationDenied(f"read only access prevents {call.api}"))]


def flag_problems(call: Call[..., Any], flags: int, rules: tuple[str, ...]) -> list[Problem]:
    """What a call's own declaration says against its flags, in libvirt's words.

    rules  the rules' names, for what is required first; the last stands for all that follow
    """
    return [
        Problem(rules[min(place, len(rules) - 1)], InvalidArgument.whole(text))
        for place, text in call.conflicts(flags)
    ]


def _meaningless(flags: int, lenient: bool) -> list[Problem]:
    """E1: options that only mean something where a snapshot is taken."""
    redefine = SnapshotCreate.REDEFINE
    return [
        Problem("E1", InvalidArgument.whole(excludes(flag, redefine)), warning=lenient)
        for flag in _MEANINGLESS
        if flags & flag and flags & redefine
    ]


def _driver_flags(known: int, function: str, flags: int, rule: str) -> list[Problem]:
    unknown = flags & ~known
    if not unknown or not function:
        return []
    return [
        Problem(
            rule, InvalidArgument.whole(f"unsupported flags (0x{unknown:x}) in function {function}")
        )
    ]
