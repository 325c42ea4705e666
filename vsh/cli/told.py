"""What a command gives to programs, as its declaration says it: ``@command(tells="[name uuid]")``.

"state reason?"        one object with these keys; one with a "?" may be left out
"[name uuid]"          rows with these keys, whatever the options
"each event time"      a stream of objects
"done file"            what was done: done, message, the objects that the command was given
                       ("domain", "volume" ...), and these keys
"xml document | done"  one or the other, as the options say
"""

from __future__ import annotations

from vsh.cli.run import OBJECTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.cli.command import Command

ACT = ("done", "message")


class Told:
    """One form of what a command gives.

    rows  whether it is a list of objects
    keys  the keys of an object, each with whether it is always there
    """

    __slots__ = ("keys", "rows")

    def __init__(self, keys: dict[str, bool], *, rows: bool) -> None:
        self.keys = keys
        self.rows = rows


def told(command: Command) -> list[Told]:
    """The forms of what a command gives; none where it gives nothing."""
    return [_form(command, text.split()) for text in command.tells.split(" | ") if text]


def _form(command: Command, words: list[str]) -> Told:
    rows = words[0].startswith("[")
    if rows:
        words = " ".join(words)[1:-1].split()
    elif words[0] == "each":
        words = words[1:]
    keys: dict[str, bool] = {}
    if words[0] == "done":
        words = words[1:]
        keys = dict.fromkeys(ACT, True) | dict(_objects(command))
    keys.update((word.rstrip("?"), not word.endswith("?")) for word in words)
    return Told(keys, rows=rows)


def _objects(command: Command) -> Iterator[tuple[str, bool]]:
    """The keys of the objects that a command is given, each with whether it always is."""
    for name, annotation in command.function.__annotations__.items():
        word = annotation.removeprefix("Callable[[], ").rstrip("]").removesuffix(" | None")
        if name != "return" and word in OBJECTS:
            yield OBJECTS[word], "None" not in annotation
