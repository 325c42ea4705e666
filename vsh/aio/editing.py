"""A definition changed as a model in an event loop: ``async with domain.edit() as xml: ...``.

The rules are those of ``vsh.api.editing``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from vsh.api import editing
from vsh.errors import InvalidArgument
from vsh.xml.engine.element import Element

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Model = TypeVar("Model", bound=Element)


class Edit(Generic[Model]):
    """One change of one definition.

    noun, name  what is changed, for messages
    read        its document as it is now
    define      defines a document
    model       the class of its model
    """

    def __init__(
        self,
        noun: str,
        name: str,
        read: Callable[[], Awaitable[str]],
        define: Callable[[str], Awaitable[object]],
        model: type[Model],
    ) -> None:
        self.read = read
        self.define = define
        self.draft: editing.Draft[Model] = editing.Draft(f"{noun} '{name}'", model)

    async def __aenter__(self) -> Model:
        return self.draft.begin(await self.read())

    async def __aexit__(self, kind: object, *rest: object) -> None:
        if kind is None and (after := self.draft.changed()) is not None:
            self.draft.check(await self.read())
            await self.define(after)


async def inactive(read: Callable[[int], Awaitable[str]], flag: int) -> str:
    """A document's inactive form, by its flag; a driver without the flag has but one form."""
    try:
        return await read(flag)
    except InvalidArgument:
        return await read(0)
