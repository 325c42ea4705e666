"""Modules of Python's library that others import and hardly use: not imported for them.

``inspect``, ``typing`` and ``gzip`` are a third of what it takes to import lxml, which looks at the
targets of parsers with the first, has one generic class, and can write compressed files: nothing
here needs any of it.  ``functools`` is most of what it takes to import sqlite3.
"""

from __future__ import annotations

import sys


class Sparing:
    """Inside ``with`` a module's name stands for a few things, if nobody has imported it yet.

    Whoever asks it for anything else there gets the real module's.  Nothing is left of that behind.
    Where other threads may import it at this moment, it is imported as ever.
    """

    def __init__(self, name: str, **contents: object) -> None:
        self._name = name
        self._contents = contents
        self._stands = False

    def __enter__(self) -> None:
        if self._name in sys.modules or "threading" in sys.modules:
            return
        stand_in = type(sys)(self._name)
        stand_in.__dict__.update(self._contents, __getattr__=self._real)
        sys.modules[self._name] = stand_in
        self._stands = True

    def _real(self, name: str) -> object:
        """What the real module has by a name."""
        self.__exit__()
        return getattr(__import__(self._name), name)

    def __exit__(self, *raised: object) -> None:
        if self._stands:
            del sys.modules[self._name]
            self._stands = False
