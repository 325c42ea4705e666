"""From a model to text, in libvirt's own style: two spaces a level, single quotes, empty
elements closed at once.

An element with nothing in it is not written, unless its model says so (``always``, a Present
field, the root).

Models that have values for the same fields look the same but for the values: the first of them
makes a plan (``vsh.xml.engine.plan``), the others fill it in.
"""

from __future__ import annotations

from vsh.xml.engine.flags import INACTIVE, SECURE
from vsh.xml.engine.plan import indent, make
from vsh.xml.engine.steps import CLOSE, CUSTOM, EMPTY, MANY, MODEL, OPEN, RAW, TEXT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from vsh.xml.engine.field import Field
    from vsh.xml.engine.node import Node

    class Written(Protocol):
        """A model, as far as writing knows it."""

        _node: Node | None
        omit_empty: bool
        declarations: str

        def node(self) -> Node: ...


# a service that writes for years meets many shapes: what is forgotten is made again
_MOST_PLANS = 256


def write(model: Written, flags: int = 0) -> str:
    """The whole document."""
    out: list[str] = []
    append(model, out, 0, flags)
    return "".join(out)


def append(
    model: Written,
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
        start = f"{indent(level)}<{tag}"
        head, end, rest = out[place].partition(">")
        bare = head.removesuffix("/")
        out[place] = f"{bare}{model.declarations}{head[len(bare) :]}{end}{rest}"
        assert out[place].startswith(start)


def _node(
    node: Node, model: Written, out: list[str], level: int, flags: int, tag: str, always: bool
) -> None:
    """Write a model's values by the plan of their shape."""
    values = model.__dict__
    shape: list[str] = []
    written = node.written
    for name, value in values.items():
        if not value and (value is None or value.__class__ is list):
            continue
        if name in written:
            field = written[name]
            if field is None or _wanted(field, value, model, flags):
                shape.append(name)
    key = (tag, level, always, *shape)
    plan = node.plans.get(key)
    if plan is None:
        if len(node.plans) >= _MOST_PLANS:
            node.plans.clear()
        plan = node.plans[key] = make(node, tag, level, always, shape)
    opened: list[tuple[int, str]] = []
    for kind, text, fields, name, inside in plan:
        if kind == TEXT and text is not None:
            out.append(text % tuple([show(values[each]) for each, show in fields]))
        elif kind == MANY:
            for item in values[name]:
                append(item, out, inside, flags, text)
        elif kind == MODEL:
            append(values[name], out, inside, flags, text)
        elif kind == OPEN and text is not None:
            start = text % tuple([show(values[each]) for each, show in fields])
            opened.append((len(out), start))
            out.append(start)
        elif kind in (CLOSE, EMPTY) and text is not None:
            place, start = opened.pop()
            if len(out) > place + 1:
                out[place] = start + ">\n"
                out.append(text)
            elif kind == EMPTY:
                out[place] = start + "/>\n"
            else:
                out.pop()
        elif kind == CUSTOM:
            node.own[name].write(values[name], out, inside, flags)
        elif kind == RAW:
            out.append(values[name].format(inside))


def _wanted(field: Field, value: object, model: Written, flags: int) -> bool:
    """Whether a value is written, for a field that has conditions."""
    if field.presence:
        return bool(value) and (field.when is None or bool(field.when(model)))
    return not (
        value == field.skip
        or (field.live and flags & INACTIVE)
        or (field.secure and not flags & SECURE)
        or (field.when is not None and not field.when(model))
    )
