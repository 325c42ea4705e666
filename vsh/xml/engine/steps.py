"""What writing a model is made of: the steps of a plan (``vsh.xml.engine.plan``)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Shown = tuple[str, Callable[[Any], str]]
    """A field's name and how its value is shown."""

    Step = tuple[int, str | None, tuple[Shown, ...], str, int]
    """The kind, and of what follows what the kind has: a text or tag, the values in it, a field's
    name, the level."""

TEXT = 0  # what is written, its values
MANY = 1  # the models' tag, the field's name
MODEL = 2  # the model's tag, the field's name
OPEN = 3  # an element's start without its end, its values
CLOSE = 4  # the element's end tag
EMPTY = 5  # the same, where the element is written even if nothing was put in
CUSTOM = 6  # the field's name
RAW = 7  # the field's name
