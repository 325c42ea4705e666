"""Modules of Python's library that others import and hardly use: not imported for them.

``inspect`` is a fifth of what it takes to import lxml, which looks at the targets of parsers with
it: nothing here has such.  ``functools`` is most of what it takes to import sqlite3.
"""

from __future__ import annotations

import sys


class Sparing:
    """Inside ``with`` a module's name stands for a few things, if nobody has imported it yet.

    Nothing is left of that behind.  Where other threads may import it at this moment, it is
    imported as ever.
    """

    def __init__(self, name: str, **contents: object) -> None:
        self._name = name
        self._contents = contents
        self._stands = False

    def __enter__(self) -> None:
        if self._name in sys.modules or "threading" in sys.modules:
            return
        stand_in = type(sys)(self._name)
        stand_in.__dict__.update(self._contents)
        sys.modules[self._name] = stand_in
        self._stands = True

    def __exit__(self, *raised: object) -> None:
        if self._stands:
            del sys.modules[self._name]
