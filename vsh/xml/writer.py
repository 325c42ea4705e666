"""From a model to text, in libvirt's own style: two spaces a level, single quotes, empty
elements closed at once.

An element with nothing in it is not written, unless its model says so (``always``, a Present
field, the root).
"""

from __future__ import annotations

from vsh.xml.element import Element, Node
from vsh.xml.field import Custom, Field, Raw
from vsh.xml.flags import INACTIVE, SECURE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_INDENTS = ["  " * level for level in range(64)]


def indent(level: int) -> str:
    """The spaces before a line."""
    return _INDENTS[level] if level < 64 else "  " * level


def write(model: Element, flags: int = 0) -> str:
    """The whole document."""
    out: list[str] = []
    append(model, out, 0, flags)
    return "".join(out)


def append(
    model: Element,
    out: list[str],
    level: int,
    flags: int,
    tag: str | None = None,
    root: bool = True,
) -> None:
    """Write one model as an element of a document; ``tag`` replaces its own name."""
    view = getattr(model, "view", None)
    if view is not None:
        model = view(flags)
        if model is None:
            return
    adjust = getattr(model, "adjust", None)
    if adjust is not None:
        flags = adjust(flags)
    node = model._node or model.node()
    tag = tag or node.tag
    place = len(out)
    _node(node, model, out, level, flags, tag, root and not model.omit_empty)
    if model.declarations and len(out) > place:
        start = f"{_INDENTS[level]}<{tag}"
        head, end, rest = out[place].partition(">")
        bare = head.removesuffix("/")
        out[place] = f"{bare}{model.declarations}{head[len(bare) :]}{end}{rest}"
        assert out[place].startswith(start)


def _node(
    node: Node, model: Any, out: list[str], level: int, flags: int, tag: str, always: bool
) -> None:
    values = model.__dict__
    start = f"{_INDENTS[level]}<{tag}"
    for name, field in node.attributes.items():
        value = values.get(field.name)
        if (
            value is None
            or value == field.skip
            or (field.live and flags & INACTIVE)
            or (field.secure and not flags & SECURE)
            or (field.when is not None and not field.when(model))
        ):
            continue
        start = f"{start} {name}='{field.show(value)}'"
        always = True
    if node.text is not None:
        field = node.text
        value = values.get(field.name)
        if value is not None and _wanted(field, value, model, flags):
            out.append(f"{start}{field.suffix}>{field.show(value)}</{tag}>\n")
            return
    place = len(out)
    out.append(start)
    for number in _places(node, values):
        item = node.content[number]
        if item.__class__ is Node:
            leaf = item.leaf
            if leaf is not None:
                value = values.get(leaf.name)
                if value is not None and _wanted(leaf, value, model, flags):
                    out.append(
                        f""
                        f"{_INDENTS[level + 1]}<{item.tag}{leaf.suffix}>"
                        f"{leaf.show(value)}</{item.tag}>\n"
                    )
                continue
            present = _present(item.present, values, model)
            _node(item, model, out, level + 1, flags, item.tag, present or item.always)
        else:
            _structure(item, values.get(item.name), model, out, level + 1, flags)
    if len(out) > place + 1 or node.open:
        out[place] = start + ">\n"
        out.append(f"{_INDENTS[level]}</{tag}>\n")
    elif always:
        out[place] = start + "/>\n"
    else:
        out.pop()


def _present(field: Field | None, values: dict[str, Any], model: Any) -> bool:
    if field is None or not values.get(field.name):
        return False
    return field.when is None or bool(field.when(model))


def _places(node: Node, values: dict[str, Any]) -> list[int]:
    """Which parts of an element's content there is something to write for, in order."""
    places = node.places
    if not places:
        return []
    found = set(node.fixed)
    for name, value in values.items():
        if value is not None and name in places and (value.__class__ is not list or value):
            found.add(places[name])
    return sorted(found)


def _wanted(field: Field, value: Any, model: Any, flags: int) -> bool:
    return not (
        value == field.skip
        or (field.live and flags & INACTIVE)
        or (field.secure and not flags & SECURE)
        or (field.when is not None and not field.when(model))
    )


def _structure(field: Any, value: Any, model: Any, out: list[str], level: int, flags: int) -> None:
    if value is None or (field.many and not value) or not _wanted(field, value, model, flags):
        return
    if isinstance(field, Custom):
        write_one: Callable[[Any, list[str], int, int], None] = field.write
    elif isinstance(field, Raw):
        out.append(value.format(level))
        return
    else:
        tag = field.path.rpartition("/")[2]

        def write_one(item: Any, out: list[str], level: int, flags: int) -> None:
            append(item, out, level, flags, None if tag == "*" else tag)

    if field.many and not isinstance(field, Custom):
        for item in value:
            write_one(item, out, level, flags)
    else:
        write_one(value, out, level, flags)
