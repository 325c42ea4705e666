"""What listings share: their order, their words, and drivers that cannot list."""

from __future__ import annotations

from vsh.errors import CommandError, Error, NoSupport, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeVar

    from vsh.api.connection import Connection
    from vsh.words.connection import (
        ListAllDomains,
        ListAllInterfaces,
        ListAllNetworks,
        ListAllNodeDevice,
        ListAllStoragePools,
    )

    Listed = TypeVar("Listed")
    Listing = type[
        ListAllDomains
        | ListAllInterfaces
        | ListAllNetworks
        | ListAllNodeDevice
        | ListAllStoragePools
    ]


def name_order(name: str) -> bytes:
    """The order of listings: names without regard to the case of ASCII letters."""
    return name.encode("utf-8", "surrogateescape").lower()


def yes_no(value: bool | None) -> str:
    """The word for a fact, or for one that is not known."""
    return "unknown" if value is None else "yes" if value else "no"


def activity_word(active: bool) -> str:
    """Whether something is active, as listings say it."""
    return "active" if active else "inactive"


def fact(answer: object) -> bool | None:
    """A yes-or-no answer of ``many``; None where it failed."""
    return None if isinstance(answer, Error) else bool(answer)


def activity(flags: Listing, *, inactive: bool, all: bool) -> int:
    """Which objects a listing has: the active ones, the inactive ones, or all.

    flags  the class of the listing's flags, with an ACTIVE and an INACTIVE
    """
    if all:
        return flags.ACTIVE | flags.INACTIVE
    return flags.INACTIVE if inactive else flags.ACTIVE


def answers(
    connection: Connection, objects: Iterable[object], ask: Callable[[Any], list[Any]]
) -> list[list[Any]]:
    """What each object answers to the requests that ``ask`` makes for it; all are sent at once."""
    asked = [ask(each) for each in objects]
    found = iter(connection.many([request for requests in asked for request in requests]))
    return [[next(found) for _ in requests] for requests in asked]


def listed(
    call: Callable[[], list[Listed]],
    failure: str,
    *,
    count: Callable[[], object] | None = None,
    counting: str = "",
) -> list[Listed]:
    """The objects that ``call`` lists.

    Where the driver has no such call the one that counts them (``count``, "``counting``") says so,
    as it does for drivers that have nothing of the kind.  Raises CommandError.
    """
    try:
        return call()
    except NoSupport as error:
        if count is not None:
            with failing(counting):
                count()
        raise CommandError(failure) from error
    except Error as error:
        raise CommandError(failure) from error
