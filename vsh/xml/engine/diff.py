"""What differs between two documents of a kind, by what they mean: where, before, after.

Both are read by their model and written again, so the order of attributes, blanks, units and what
is only a default make no difference.  Elements that come more than once are told apart by what
names them (a disk's target, a card's MAC address, a controller's type and index), else by what is
alike in them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

    from vsh.xml.engine.element import Element

    Pair = tuple[str, _Element | None, _Element | None]

# what names an element among its like; the first that is there and different everywhere counts
_NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "disk": (("target/@dev",), ("@name",)),
    "interface": (("mac/@address",), ("target/@dev",)),
    "controller": (("@type", "@index", "@model"),),
    "channel": (("target/@name",), ("target/@port",)),
    "serial": (("target/@port",),),
    "parallel": (("target/@port",),),
    "console": (("target/@port",),),
    "filesystem": (("target/@dir",),),
    "graphics": (("@type",),),
    "input": (("@type", "@bus"),),
    "hostdev": (
        ("source/address/@domain", "source/address/@bus", "source/address/@slot",
         "source/address/@function"),
        ("source/address/@uuid",),
    ),
    "host": (("@mac",), ("@name",), ("@id",), ("@ip",)),
    "ip": (("@address",),),
    "range": (("@start", "@end"),),
    "route": (("@address", "@prefix"),),
    "vcpupin": (("@vcpu",),),
    "emulatorpin": (("@cpuset",),),
    "iothreadpin": (("@iothread",),),
    "sibling": (("@id",),),
    "seclabel": (("@model",),),
    "filterref": (("@filter",),),
}  # fmt: skip
_ANY = (("@name",), ("@id",), ("@index",), ("@dev",), ("@cellid",), ("@type",), ("@model",))


class Change:
    """One difference: ``before`` is None for what is new, ``after`` for what is gone.

    ``path`` is from the document's root, as ``devices/disk[target/@dev='vda']/driver/@cache``.
    """

    __slots__ = ("after", "before", "path")

    def __init__(self, path: str, before: str | None, after: str | None) -> None:
        self.path = path
        self.before = before
        self.after = after

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Change) and self.values() == other.values()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Change({self.path!r}, {self.before!r}, {self.after!r})"

    def values(self) -> tuple[str, str | None, str | None]:
        """The three parts."""
        return self.path, self.before, self.after


def compare(before: Element, after: Element, flags: int = 0) -> list[Change]:
    """The differences between two models; ``flags`` say what of them is written."""
    from vsh.xml.engine.reader import parse

    trees = [parse(model.format(flags)) for model in (before, after)]
    return list(_elements("", trees[0], trees[1]))


def compare_texts(
    before: str | bytes, after: str | bytes, model: type[Element], flags: int = 0
) -> list[Change]:
    """The differences between two documents of a model.  Raises what is wrong with either.

    A UUID that one of them does not have is no difference: reading makes one up.
    """
    from vsh.xml.engine.reader import parse, read

    models = [read(text, model, flags=flags) for text in (before, after)]
    if "uuid" in model.fields:
        if parse(before).find("uuid") is None:
            models[0].__dict__["uuid"] = models[1].__dict__.get("uuid")
        elif parse(after).find("uuid") is None:
            models[1].__dict__["uuid"] = models[0].__dict__.get("uuid")
    return compare(models[0], models[1], flags)


def compare_trees(before: str | bytes, after: str | bytes) -> list[Change]:
    """The differences between two documents of any kind, as they are written.

    Blanks and the order of attributes make no difference.  Raises what is wrong with either.
    """
    from vsh.xml.engine.reader import parse

    return list(_elements("", parse(before), parse(after)))


def _join(path: str, step: str) -> str:
    return f"{path}/{step}" if path else step


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _elements(path: str, before: _Element, after: _Element) -> Iterator[Change]:
    names = [*before.attrib, *(name for name in after.attrib if name not in before.attrib)]
    for name in names:
        old, new = before.get(name), after.get(name)
        if old != new:
            yield Change(_join(path, "@" + _name(name)), old, new)
    old, new = _text(before), _text(after)
    if old != new:
        yield Change(path or ".", old, new)
    tags: dict[str, None] = {}
    for child in (*before, *after):
        if child.tag.__class__ is str:
            tags[child.tag] = None
    for tag in tags:
        yield from _alike(path, tag, before.findall(tag), after.findall(tag))


def _text(element: _Element) -> str | None:
    return (element.text or "").strip() or None


def _alike(path: str, tag: str, before: list[_Element], after: list[_Element]) -> Iterator[Change]:
    """The differences between all elements of one name in two places."""
    step = _name(tag)
    pairs: Iterable[Pair]
    if len(before) <= 1 and len(after) <= 1:
        pairs = [(step, before[0] if before else None, after[0] if after else None)]
    else:
        names = _names(step, before, after)
        pairs = _by_name(step, names, before, after) if names else _by_look(step, before, after)
    for place, old, new in pairs:
        here = _join(path, place)
        if old is not None and new is not None:
            yield from _elements(here, old, new)
        else:
            yield Change(here, _shown(old), _shown(new))


def _names(tag: str, before: list[_Element], after: list[_Element]) -> tuple[str, ...] | None:
    for names in (*_NAMES.get(tag, ()), *_ANY):
        if all(_distinct(names, elements) for elements in (before, after)):
            return names
    return None


def _distinct(names: tuple[str, ...], elements: list[_Element]) -> bool:
    keys = [_key(names, element) for element in elements]
    return all(any(key) for key in keys) and len(set(keys)) == len(keys)


def _key(names: tuple[str, ...], element: _Element) -> tuple[str | None, ...]:
    values = []
    for name in names:
        way, _, attribute = name.rpartition("@")
        found = element.find(way.rstrip("/")) if way else element
        values.append(None if found is None else found.get(attribute))
    return tuple(values)


def _by_name(
    tag: str, names: tuple[str, ...], before: list[_Element], after: list[_Element]
) -> Iterator[Pair]:
    old = {_key(names, element): element for element in before}
    new = {_key(names, element): element for element in after}
    for key in {**old, **new}:
        told = [f"{name}='{value}'" for name, value in zip(names, key, strict=True) if value]
        yield f"{tag}[{' and '.join(told)}]", old.get(key), new.get(key)


def _by_look(tag: str, before: list[_Element], after: list[_Element]) -> Iterator[Pair]:
    from difflib import SequenceMatcher

    looks = [[_shown(element) for element in elements] for elements in (before, after)]
    matcher = SequenceMatcher(None, looks[0], looks[1], autojunk=False)
    for word, old, old_end, new, new_end in matcher.get_opcodes():
        if word == "equal":
            continue
        for step in range(max(old_end - old, new_end - new)):
            first = before[old + step] if old + step < old_end else None
            second = after[new + step] if new + step < new_end else None
            place = (old if first is not None else new) + step + 1
            yield f"{tag}[{place}]", first, second


def _shown(element: _Element | None) -> str | None:
    """An element on one line."""
    if element is None:
        return None
    parts = [_name(element.tag)]
    parts += [f"{_name(name)}='{value}'" for name, value in element.attrib.items()]
    inside = _text(element) or ""
    inside += "".join(_shown(child) or "" for child in element if child.tag.__class__ is str)
    start = " ".join(parts)
    return f"<{start}>{inside}</{parts[0]}>" if inside else f"<{start}/>"
