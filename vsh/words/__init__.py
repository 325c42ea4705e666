"""libvirt's vocabulary: flags and enumerations, their numbers and texts; a file for each object.

A class is one enumeration of libvirt's; ``prefix`` is what its C names begin with:

    class DomainState(Enumeration, prefix="VIR_DOMAIN_"):
        '''What a domain is doing.'''

        NOSTATE = 0, "no state"
        RUNNING = 1

``DomainState.NOSTATE`` is the number 0 with a ``name`` ("NOSTATE"), a ``word`` ("no state"; where
none is given its ``key``: the name in small letters with hyphens) and a ``symbol``
("VIR_DOMAIN_NOSTATE").
``DomainState(1)`` is ``DomainState.RUNNING``; a number that is newer than this program is taken,
too, and its word is "unknown".  The members of ``Flags`` are joined with ``|``.

For a type checker they are ``enum.IntEnum`` and ``enum.IntFlag``, whose import would cost more than
all the rest of a short command.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import IntEnum, IntFlag
    from typing import Self

    class Enumeration(IntEnum):
        """Numbers of which one holds."""

        prefix: str
        word: str
        key: str
        symbol: str

        def __new__(cls, value: int, word: str = ...) -> Self: ...
        def __init_subclass__(cls, *, prefix: str) -> None: ...
        @classmethod
        def word_of(cls, number: int, other: str = "unknown") -> str: ...
        @classmethod
        def words(cls) -> tuple[str, ...]: ...

    class Flags(IntFlag):
        """Bits of which any may be set."""

        prefix: str
        word: str
        key: str
        symbol: str

        def __new__(cls, value: int, word: str = ...) -> Self: ...
        def __init_subclass__(cls, *, prefix: str) -> None: ...
        @classmethod
        def words(cls) -> tuple[str, ...]: ...

else:
    from _thread import allocate_lock

    _making = allocate_lock()

    class _Kind(type):
        """What makes the members of a class, and finds them by number."""

        def __new__(meta, name, bases, space, *, prefix=""):
            declared = {key: space.pop(key) for key in [*space] if key.isupper()}
            return type.__new__(meta, name, bases, space | {"prefix": prefix, "declared": declared})

        @property
        def members(cls):
            """The members by number; made when one is first asked for."""
            found = cls.__dict__.get("_members")
            return cls._made() if found is None else found

        def __getattr__(cls, name):
            if name in cls.__dict__["declared"]:
                cls._made()
                return cls.__dict__[name]
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")

        def __dir__(cls):
            return sorted({*type.__dir__(cls), *cls.declared})

        def _made(cls):
            with _making:
                if "_members" in cls.__dict__:  # another thread was faster
                    return cls.__dict__["_members"]
                members = {}
                for key, value in cls.declared.items():
                    number, word = value if type(value) is tuple else (value, None)
                    member = int.__new__(cls, number)
                    member.name = key
                    member.word = member.key if word is None else word
                    setattr(cls, key, member)
                    members.setdefault(number, member)
                cls._members = members
                return members

        def __call__(cls, value):
            member = cls.members.get(value)
            return int.__new__(cls, value) if member is None else member

        def __iter__(cls) -> Iterator[int]:
            return iter(cls.members.values())

        def __len__(cls) -> int:
            return len(cls.members)

        def __getitem__(cls, name):
            cls.members  # noqa: B018 - that there are any
            found = cls.__dict__.get(name)
            if type(found) is not cls:
                raise KeyError(name)
            return found

    class Enumeration(int, metaclass=_Kind):
        """Numbers of which one holds."""

        word = "unknown"

        def __getattr__(self, name):
            if name == "name":  # of a number that is newer than this program
                return int.__repr__(self)
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")

        @property
        def value(self) -> int:
            return int(self)

        @property
        def key(self) -> str:
            return self.name.lower().replace("_", "-")

        @property
        def symbol(self) -> str:
            return type(self).prefix + self.name

        @classmethod
        def word_of(cls, number: int, other: str = "unknown") -> str:
            """The word for a number; ``other`` for one that is newer than this program."""
            member = cls.members.get(number)
            return other if member is None else member.word

        @classmethod
        def words(cls) -> tuple[str, ...]:
            """The words of all members, in the order of their numbers."""
            return tuple(cls.members[number].word for number in sorted(cls.members))

        def __repr__(self) -> str:
            return f"{type(self).__name__}.{self.name}"

        __str__ = int.__repr__

        def __reduce__(self):
            return (type(self), (int(self),))

    class Flags(Enumeration):
        """Bits of which any may be set."""

        def __getattr__(self, name):
            if name == "name":
                return "|".join(member.name for member in self) or "0"
            return Enumeration.__getattr__(self, name)

        def __iter__(self) -> Iterator[int]:
            return (member for member in type(self) if member and member & ~self == 0)

        def __contains__(self, other) -> bool:
            return int(other) & ~int(self) == 0

        def __or__(self, other):
            return type(self)(int.__or__(self, other))

        def __and__(self, other):
            return type(self)(int.__and__(self, other))

        def __xor__(self, other):
            return type(self)(int.__xor__(self, other))

        __ror__, __rand__, __rxor__ = __or__, __and__, __xor__


def excludes(one: Flags, other: Flags) -> str:
    """What libvirt says of two flags that must not both be given."""
    return f"Flags '{one.symbol}' and '{other.symbol}' are mutually exclusive"


def requires(one: Flags, needed: Flags) -> str:
    """What libvirt says of a flag without another that it needs."""
    return f"Flag '{needed.symbol}' is required by flag '{one.symbol}'"
