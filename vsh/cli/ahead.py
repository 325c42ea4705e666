"""What the next command of a script is sure to ask first, asked before it is its turn."""

from __future__ import annotations

from time import monotonic

from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.cli.parse import Invocation

SECONDS = 1.0
"""How old an answer may be when its turn comes."""

UUID_LENGTH = 36


class Sought:
    """A domain that was asked for by its name."""

    __slots__ = ("_answer", "_connection", "_name", "_until")

    def __init__(
        self, connection: Connection, name: str, answer: Callable[[], Domain], until: float
    ) -> None:
        self._connection = connection
        self._name = name
        self._answer = answer
        self._until = until

    @classmethod
    def following(
        cls, connection: Connection, this: Invocation | None, following: Invocation | None
    ) -> Sought | None:
        """The domain of the next command, if that is this one again, which only looks."""
        if this is None or following is None or following.command is not this.command:
            return None
        name = following.given.get("domain")
        if this.command.tells.startswith("done") or not isinstance(name, str):
            return None
        if name[:1].isdecimal() or len(name) == UUID_LENGTH:  # these are not names first
            return None
        answer = connection.driver.begin(connection.domain_lookup_by_name.request(name))
        if answer is None:
            return None
        return cls(connection, name, answer, monotonic() + SECONDS)

    def taken(self, connection: Connection, name: str) -> Domain | None:
        """The domain, if it is this one; None where it has to be asked for.  Raises Error."""
        if self._connection is not connection:
            return None
        if self._name == name and monotonic() < self._until:
            return self._answer()
        from contextlib import suppress

        with suppress(Error):  # nobody wants to know any more
            self._answer()
        return None
