"""What the collections of this package share: iterating, and the error for a name that is not
there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from vsh.aio._object import Object
from vsh.api import collection as blocking
from vsh.errors import Error

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

Item = TypeVar("Item", bound=Object)
Owner = TypeVar("Owner", bound=Object)


class Base(Generic[Owner, Item]):
    """The objects of one kind that ``owner`` has; each use asks the hypervisor."""

    noun = "object"
    missing: type[Error] = Error

    def __init__(self, owner: Owner) -> None:
        self.owner = owner

    async def all(self, flags: int = 0) -> list[Item]:
        """All of them, or those that the flags of the listing pick."""
        raise NotImplementedError

    async def find(self, key: str) -> Item:
        """The one of that name (or UUID, where it has one).  Raises the Error of its kind."""
        raise NotImplementedError

    async def __aiter__(self) -> AsyncIterator[Item]:
        for item in await self.all():
            yield item

    async def __getitem__(self, key: str) -> Item:
        if not isinstance(key, str):
            raise TypeError(f"a {self.noun} is known by its name, not by a {type(key).__name__}")
        try:
            return await self.find(key)
        except self.missing as error:
            raise blocking.named(self.noun, self.missing, key, await self.names()) from error

    async def get(self, key: str) -> Item | None:
        """The one of that name or UUID, or None."""
        try:
            return await self.find(key)
        except self.missing:
            return None

    async def _either(
        self,
        key: str,
        by_uuid: Callable[[str], Awaitable[Item]],
        by_name: Callable[[str], Awaitable[Item]],
    ) -> Item:
        """The one of that UUID, or else of that name: a name may look like a UUID."""
        if uuid := blocking.uuid_of(key):
            try:
                return await by_uuid(uuid)
            except self.missing:
                pass
        return await by_name(key)

    async def names(self) -> list[str]:
        """Their names, sorted."""
        return sorted(self.name_of(item) for item in await self.all())

    @staticmethod
    def name_of(item: Item) -> str:
        """What one is known by."""
        return str(item.__dict__[item.fields[0]])

    def __repr__(self) -> str:
        return f"<the {self.noun}s of {self.owner!r}>"
