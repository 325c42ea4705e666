"""How a model with values for some of its fields is written: made once for each such shape.

A plan is a list of steps (``vsh.xml.engine.steps``).  What is the same for every model of the
shape is in one text with places for the values; only elements whose content is not known before
it is written (they hold other models, which may turn out empty) are opened and closed step by
step.
"""

from __future__ import annotations

from vsh.xml.engine.field import Choice, Field, Int
from vsh.xml.engine.node import Node
from vsh.xml.engine.steps import CLOSE, CUSTOM, EMPTY, MANY, MODEL, OPEN, RAW, TEXT
from vsh.xml.engine.structure import OwnWays, Raw
from vsh.xml.engine.text import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.engine.steps import Shown, Step

_INDENTS = ["  " * level for level in range(64)]


def indent(level: int) -> str:
    """The spaces before a line."""
    return _INDENTS[level] if level < 64 else "  " * level


class _Plan:
    """The steps so far, and the text that has not become one yet."""

    __slots__ = ("fields", "names", "steps", "texts")

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.steps: list[Step] = []
        self.texts: list[str] = []
        self.fields: list[Shown] = []

    def flush(self) -> None:
        if self.texts:
            self.steps.append((TEXT, "".join(self.texts), tuple(self.fields), "", 0))
            self.texts, self.fields = [], []

    def text(self, text: str, fields: list[Shown]) -> None:
        self.texts.append(text)
        self.fields += fields

    def step(
        self,
        kind: int,
        text: str | None,
        level: int,
        *,
        fields: tuple[Shown, ...] = (),
        name: str = "",
    ) -> None:
        self.flush()
        self.steps.append((kind, text, fields, name, level))


def make(node: Node, tag: str, level: int, always: bool, names: Iterable[str]) -> list[Step]:
    """The plan for models with values to write in the fields of these names."""
    plan = _Plan(frozenset(names))
    _node(plan, node, tag, level, always)
    plan.flush()
    return plan.steps


def _shown(field: Field) -> Shown:
    """A field's name and how its value is shown, by the shortest way there is."""
    show = type(field).show
    if show is Field.show:
        return field.name, escape
    if show is Choice.show:
        return field.name, str
    if show is Int.show and isinstance(field, Int):
        return field.name, str if field.form is None else field.form.format
    return field.name, field.show


def _node(plan: _Plan, node: Node, tag: str, level: int, always: bool) -> None:
    pad = indent(level)
    start = f"{pad}<{tag}"
    fields = []
    for name, field in node.attributes.items():
        if field.name in plan.names:
            start += f" {name}='%s'"
            fields.append(_shown(field))
            always = True
    text = node.text
    if text is not None and text.name in plan.names:
        plan.text(f"{start}{text.suffix}>%s</{tag}>\n", [*fields, _shown(text)])
        return
    content = [item for item in node.content if _wanted(item, plan.names)]
    sure = node.open or any(_sure(item, plan.names) for item in content)
    if not sure and not content:
        if always:
            plan.text(start + "/>\n", fields)
        return
    end = f"{pad}</{tag}>\n"
    if sure:
        plan.text(start + ">\n", fields)
    else:
        plan.step(OPEN, start, level, fields=tuple(fields))
    for item in content:
        if isinstance(item, Node):
            present = item.present is not None and item.present.name in plan.names
            _node(plan, item, item.tag, level + 1, present or item.always)
        else:
            _structure(plan, item, level + 1)
    if sure:
        plan.text(end, [])
    else:
        plan.step(EMPTY if always else CLOSE, end, level)


def _structure(plan: _Plan, field: Field, level: int) -> None:
    tag: str | None = field.path.rpartition("/")[2]
    if tag == "*":
        tag = None
    if isinstance(field, OwnWays):
        plan.step(CUSTOM, None, level, name=field.name)
    elif isinstance(field, Raw):
        plan.step(RAW, None, level, name=field.name)
    else:
        plan.step(MANY if field.many else MODEL, tag, level, name=field.name)


def _wanted(item: Node | Field, names: frozenset[str]) -> bool:
    """Whether anything may be written for a part of an element's content."""
    if not isinstance(item, Node):
        return item.name in names
    if item.always or item.open:
        return True
    own = [*item.attributes.values(), item.text, item.present]
    if any(field is not None and field.name in names for field in own):
        return True
    return any(_wanted(part, names) for part in item.content)


def _sure(item: Node | Field, names: frozenset[str]) -> bool:
    """Whether something is written for it, whatever the models in it are like."""
    if not isinstance(item, Node):
        return isinstance(item, Raw)
    if item.always or item.open:
        return True
    own = [*item.attributes.values(), item.text, item.present]
    if any(field is not None and field.name in names for field in own):
        return True
    return any(_sure(part, names) for part in item.content if _wanted(part, names))
