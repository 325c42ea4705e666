"""What commands need is imported while they are typed, so that the first of a kind is as quick as
the second.
"""

from __future__ import annotations

import threading

from vsh.lookup import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit.buffer import Buffer

SOON = (
    "vsh.output.table",
    "vsh.commands.monitor.list",
    "vsh.commands.monitor._people",
    "vsh.xml.engine.reader",
    "vsh.xml.domain",
)
"""What most sessions need first: tables, and the documents that people's tables are made of."""


class Ahead:
    """Called when the text of the line has changed.

    find  gives the command of that name, which imports it
    """

    def __init__(self, find: Callable[[str], object]) -> None:
        self._find = find
        self._seen: set[str] = set()

    def begin(self) -> None:
        """Import what most sessions need, while the first line is typed."""
        self._start(lambda: [load(name) for name in SOON])

    def __call__(self, buffer: Buffer) -> None:
        """Import a command as soon as its name is there."""
        word, space, _ = buffer.text.lstrip().partition(" ")
        if space and word not in self._seen:
            self._seen.add(word)
            self._start(lambda: self._find(word))

    @staticmethod
    def _start(act: Callable[[], object]) -> None:
        def importing() -> None:
            try:
                act()
            except ImportError:
                return  # the command itself will say what is missing

        threading.Thread(target=importing, daemon=True).start()
