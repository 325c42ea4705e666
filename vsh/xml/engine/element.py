"""What every model of an XML element is: a plain object whose class body says how it is read and
written.

The fields of a class are compiled once, on first use, into a tree of ``Node``s: one per element
that the fields' paths name.  The reader and the writer walk that tree; instances hold nothing but
values.
"""

from __future__ import annotations

from vsh.xml.engine.field import Field
from vsh.xml.engine.node import FIRST, MERGED, Node
from vsh.xml.engine.structure import Structure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Self

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class Element:
    """Base of all models.

    A subclass gives its ``tag`` and its fields.  What it may add:

    ``always``            paths of elements that are written even when there is nothing in them
    ``open``              paths of elements that are written with a start and an end even when empty
    ``repeated``          what counts where an element that may stand once stands several times
    ``first``             elements of which the first counts whatever ``repeated`` says
    ``merged``            elements of which all parts count whatever ``repeated`` says
    ``once``              the complaint about a second element of a name
    ``needs``             child elements that libvirt's schemas want to see
    ``texted``            whether text may stand beside the elements
    ``in_parts``          several elements of this kind are taken for one, with all they have
    ``parsed(reading)``   yields problems that libvirt finds while reading: an Error, (field name,
                          Error), or a Problem
    ``check()``           yields problems that libvirt finds in a complete document
    ``view(flags)``       the object to write in place of this one
    ``adjust(flags)``     the flags to write it with
    ``form(element)``     yields what libvirt's schemas find wrong with an element as a whole

    With ``last`` in the class line the fields come after those of every subclass.
    """

    tag = ""
    always: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    omit_empty = False
    in_parts = False
    repeated = FIRST
    first: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    texted = False
    once: Mapping[str, tuple[type[Error], str]] = {}
    declarations = ""
    fields: dict[str, Field] = {}
    line: int | None = None
    trailing: dict[str, Field] = {}
    own_flags = False  # whether read_flags does anything
    _node: Node | None = None
    _defaults: dict[str, object] = {}
    _lists: tuple[str, ...] = ()

    def __init_subclass__(cls, tag: str = "", last: bool = False, **options: object) -> None:
        super().__init_subclass__(**options)
        if tag:
            cls.tag = tag
        own: dict[str, Field] = {}
        for name, value in list(vars(cls).items()):
            if isinstance(value, Field):
                value = value.twin()
                value.name = name
                own[name] = value
                setattr(cls, name, None if value.many else value.default)
        if last:
            cls.trailing = {**cls.trailing, **own}
            own = {}
        inherited = {
            name: field.twin()
            for name, field in cls.fields.items()
            if name not in own and name not in cls.trailing
        }
        ending = {name: f.twin() for name, f in cls.trailing.items() if name not in own}
        fields = {**inherited, **own, **ending}
        cls.fields = fields
        cls._node = None
        cls.own_flags = "read_flags" in vars(cls) or cls.own_flags
        cls._lists = tuple(name for name, field in fields.items() if field.many)
        cls._defaults = {
            name: field.default
            for name, field in fields.items()
            if field.default is not None and field.default is not False
        }

    def __init__(self, **values: object) -> None:
        own = self.__dict__
        own.update(self._defaults)
        for name in self._lists:
            own[name] = []
        if values:
            for name, value in values.items():
                if name not in self.fields:
                    raise TypeError(f"{type(self).__name__} has no field {name!r}")
                own[name] = value

    @classmethod
    def blank(cls) -> Self:
        """A new one, with nothing but the defaults: the reader fills it in."""
        made = cls.__new__(cls)
        own = made.__dict__
        own.update(cls._defaults)
        for name in cls._lists:
            own[name] = []
        return made

    @classmethod
    def node(cls) -> Node:
        """The compiled declarations."""
        if cls._node is None:
            node = Node(cls.tag, cls.repeated)
            for field in cls.fields.values():
                node.add(field)
            for number, name in enumerate(cls.reading_order()):
                cls.fields[name].rank = number
            node.once = cls.once
            for path in cls.first:
                node.walk(path.split("/"))[-1].repeated = FIRST
            for path in cls.merged:
                *above, tag = path.split("/")
                place = node.walk(above)[-1]
                place.merges = True
                entry = place.known[tag]
                if isinstance(entry, Node):
                    entry.repeated = MERGED
            for path in (*cls.always, *cls.open):
                target = node
                for step in path.split("/") if path != "." else ():
                    target = target.child(step)
                target.always = True
                target.open = path in cls.open
            node.finish()
            cls._node = node
        return cls._node

    @classmethod
    def reading_order(cls) -> list[str]:
        """The names of the fields in the order in which libvirt reads them, which decides which of
        several problems is the first: as they are declared, but for those that stand ``after``
        another."""
        moved: dict[str, list[str]] = {}
        for name, field in cls.fields.items():
            if field.after is not None:
                moved.setdefault(field.after, []).append(name)
        if not moved:
            return list(cls.fields)
        waiting = [name for name, field in cls.fields.items() if field.after is None]
        waiting = [*moved.get("", ()), *waiting][::-1]
        order = []
        while waiting:
            name = waiting.pop()
            order.append(name)
            waiting += moved.get(name, ())[::-1]
        if len(order) != len(cls.fields):
            lost = ", ".join(sorted(set(cls.fields) - set(order)))
            raise TypeError(f"{cls.__name__}: nothing is read before {lost}")
        return order

    @classmethod
    def read_flags(cls, flags: int) -> int:
        """The flags to read this element with, inside a document that is read with others."""
        return flags

    def parsed(self, reading: Reading) -> Found:
        """Problems that libvirt finds while it reads this element."""
        return ()

    def refused(self, reading: Reading, name: str) -> bool:
        """Whether a field's value could not be read: its being absent is no second problem."""
        return (id(self.__dict__), name) in reading.refused

    def check(self) -> Iterable[Error]:
        """Problems that libvirt finds in the complete document."""
        return ()

    def format(self, flags: int = 0) -> str:
        """The document, as libvirt writes it."""
        from vsh.xml.engine.writer import write

        return write(self, flags)

    def drop(self, *names: str) -> None:
        """Forget the values of some fields.

        libvirt does not look at them, so what was found wrong with them is no problem.
        """
        own = self.__dict__
        faults = own.get("faults")
        if faults is not None:
            ranks = {self.fields[name].rank for name in names}
            for problem, rank in faults:
                problem.void = problem.void or rank in ranks
        self.forget(*names)

    def forget(self, *names: str) -> None:
        """Have no values for some fields, which libvirt looks at all the same."""
        own = self.__dict__
        for name in names:
            if own.get(name) is not None:
                own[name] = [] if self.fields[name].many else None

    def keep(self, *names: str) -> None:
        """Forget the values of all fields but some."""
        self.drop(*[name for name in self.fields if name not in names])

    def take(self, later: Self) -> None:
        """Have also what a later element of the same name says: this is for ``in_parts``."""
        own = self.__dict__
        for name in self.fields:
            known, value = own.get(name), later.__dict__.get(name)
            if value is None:
                continue
            if isinstance(known, Element) and isinstance(value, Element):
                known.take(value)
            else:
                own[name] = value

    def copy(self) -> Self:
        """An independent copy."""
        twin = object.__new__(type(self))
        own = twin.__dict__
        for name, value in self.__dict__.items():
            if isinstance(value, Element):
                own[name] = value.copy()
            elif value.__class__ is list:
                own[name] = [item.copy() if isinstance(item, Element) else item for item in value]
            else:
                own[name] = value
        return twin

    def __deepcopy__(self, memory: object) -> Self:
        return self.copy()

    def __copy__(self) -> Self:
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def values(self) -> Iterator[tuple[str, object]]:
        """The fields that have a value, by name."""
        for name, field in self.fields.items():
            value = getattr(self, name)
            if value is not None and value is not False and not (field.many and not value):
                yield name, value

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and list(self.values()) == list(other.values())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.values())
        return f"{type(self).__name__}({shown})"


def children(model: Element) -> Iterator[Element]:
    """The models directly inside a model, in output order."""
    for name, field in model.fields.items():
        if isinstance(field, Structure):
            value = getattr(model, name)
            if value is None:
                continue
            if field.many:
                yield from value
            else:
                yield value
