"""What listings share: their order, their words, and drivers that cannot list."""

from __future__ import annotations

from vsh.errors import CommandError, Error, NoSupport, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def name_order(name: str) -> bytes:
    """The order of listings: names without regard to the case of ASCII letters."""
    return name.encode("utf-8", "surrogateescape").lower()


def yes_no(value: bool | None) -> str:
    """The word for a fact, or for one that is not known."""
    return "unknown" if value is None else "yes" if value else "no"


def fact(answer: Any) -> bool | None:
    """A yes-or-no answer of ``many``; None where it failed."""
    return None if isinstance(answer, Error) else bool(answer)


def listed(
    call: Callable[[], list[Any]],
    failure: str,
    *,
    count: Callable[[], Any] | None = None,
    counting: str = "",
) -> list[Any]:
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
