"""What the classes of this package are made of: handles whose calls are awaited.

A handle has the fields of its twin in ``vsh.api`` and is encoded as that is; what a driver answers
has those twins in it, and is given back with the classes of this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from vsh.api import _call
from vsh.api.kinds import KINDS, kind
from vsh.api.types import Record
from vsh.lookup import load

if TYPE_CHECKING:
    from vsh.aio.connection import Connection

MODULES = {name: module.replace("vsh.api", "vsh.aio") for name, module in KINDS.items()}
"""By the name of a class: the module of this package that has it."""


class Object:
    """Something a connection has: a domain, a snapshot, a pool ...  Two handles are equal where
    they mean the same object."""

    fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, connection: Connection, *values: object) -> None:
        self.connection = connection
        self.__dict__.update(zip(self.fields, values, strict=True))

    async def _ask(self, name: str, *values: object) -> Any:
        """Make the call of that name; its values are checked before anything is sent."""
        call: _call.Call[..., object] = getattr(kind(type(self).__name__), name)
        answer = await self.connection.driver.call(call, self, call.bind(values, {}))
        return twin(self.connection, answer)

    def _key(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.fields if name != "id")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Object) and type(other) is type(self) and other._key() == self._key()
        )

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        values = ((name, getattr(self, name)) for name in self.fields)
        shown = [f"{name}={getattr(value, 'name', value)!r}" for name, value in values]
        return f"{type(self).__name__}({', '.join(shown)})"


def twin(connection: Connection, value: Any) -> Any:
    """An answer with the classes of this package in the place of their twins."""
    if isinstance(value, list):
        return [twin(connection, each) for each in value]
    if isinstance(value, _call.Object):
        name = type(value).__name__
        if not value.fields:
            return connection
        made = getattr(load(MODULES[name]), name)
        return made(connection, *(twin(connection, getattr(value, each)) for each in value.fields))
    if isinstance(value, Record) and type(value).__name__ in RECORDS:
        made = getattr(load("vsh.aio.records"), type(value).__name__)
        return made(*(twin(connection, each) for each in value))
    return value


RECORDS = ("DomainStats", "Finished")
"""Answers that have objects in them."""


def plain(connection: Any, value: Any) -> Any:
    """The other way: a value as the library without an event loop has it.

    connection  that library's, which its objects are of
    """
    if isinstance(value, (list, tuple)):
        return [plain(connection, each) for each in value]
    if isinstance(value, Object):
        if not value.fields:
            return connection
        values = (plain(connection, getattr(value, each)) for each in value.fields)
        return kind(type(value).__name__)(connection, *values)
    return value
