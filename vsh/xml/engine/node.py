"""One element of a model as it was compiled: which fields stand in it."""

from __future__ import annotations

from vsh.xml.engine.field import Field, Present
from vsh.xml.engine.structure import OwnWays

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from vsh.errors import Error
    from vsh.xml.engine.steps import Step

# what counts where an element that may stand once stands several times
FIRST = 0  # the first: one that is asked for by name
MERGED = 1  # of each part the first, wherever it is: what a path finds
LAST = 2  # the last: a walk over all


class Node:
    """One element of a model: which fields stand in it.

    attributes   name -> field
    text         the field that is the element's own text
    present      the field that says whether the element is there at all
    content      what stands in the element, in output order: nodes and fields
    known        tag -> node or field, for the reader; ``*`` is any tag
    required     fields that have to be there when the element is
    leaf         the text field of an element that has nothing else
    written      field name -> the field if there are conditions for writing it, else None; of a
                 model's own node
    once         child tag -> the complaint about a second one
    repeated     what counts where an element stands several times
    merges       whether some of its elements are taken for one with others of their name
    own          the fields with ways of their own, by name
    plans        how models are written, by what they have values for (``vsh.xml.engine.plan``)
    """

    __slots__ = (
        "always", "attributes", "content", "known", "leaf", "merges", "once", "open", "own",
        "plans", "present", "repeated",
        "required", "tag", "text", "written",
    )  # fmt: skip

    def __init__(self, tag: str, repeated: int = FIRST) -> None:
        self.tag = tag
        self.repeated = repeated
        self.merges = repeated == MERGED
        self.attributes: dict[str, Field] = {}
        self.text: Field | None = None
        self.present: Field | None = None
        self.content: list[Node | Field] = []
        self.known: dict[str, Node | Field] = {}
        self.required: list[Field] = []
        self.leaf: Field | None = None
        self.always = False
        self.once: Mapping[str, tuple[type[Error], str]] = {}
        self.open = False
        self.own: dict[str, OwnWays[Any]] = {}
        self.written: dict[str, Field | None] = {}
        self.plans: dict[tuple[object, ...], list[Step]] = {}

    def child(self, tag: str) -> Node:
        """The node of a child element, made if it is not there yet."""
        node = self.known.get(tag)
        if node is None:
            node = self.known[tag] = Node(tag, self.repeated)
            self.content.append(node)
        if not isinstance(node, Node):
            raise TypeError(f"<{tag}> is both a structure and a path")
        return node

    def walk(self, steps: list[str]) -> list[Node]:
        """This node and those on a way down from it, made where there are none."""
        way = [self]
        for step in steps:
            way.append(way[-1].child(step))
        return way

    def add(self, field: Field) -> None:
        """Put a field where its path says."""
        # a name in a namespace is one step, whatever the namespace is called
        steps = [field.path] if field.path[:1] == "{" else field.path.split("/")
        last = steps.pop()
        node = self.walk(steps)[-1]
        if last[:1] == "@":
            node.attributes[last[1:]] = field
        elif field.element:
            node.known[last] = field
            node.content.append(field)
        else:
            if last != ".":
                node = node.child(last)
            if isinstance(field, Present):
                node.present = field
            else:
                node.text = field
        if field.required:
            node.required.append(field)

    def finish(self) -> list[Field]:
        """Note which nodes are leaves, and which fields are written; gives these."""
        fields = [*self.attributes.values()]
        fields += [field for field in (self.text, self.present) if field is not None]
        for item in self.content:
            fields += item.finish() if isinstance(item, Node) else [item]
        if self.text is not None and not (self.attributes or self.known or self.present):
            self.leaf = self.text
        self.written = {field.name: field if field.conditional else None for field in fields}
        self.own = {field.name: field for field in fields if isinstance(field, OwnWays)}
        return fields
