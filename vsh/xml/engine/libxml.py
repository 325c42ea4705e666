"""lxml, without what only parsers with a target of one's own need of Python's library.

lxml imports ``inspect`` to look at such a target, which nothing here has: that is a fifth of what
it takes to import lxml.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def load() -> None:
    """Import lxml.  Nothing is left behind that would not be there else.

    Where other threads may import ``inspect`` at this moment it is imported as ever.
    """
    if not sys.modules.keys().isdisjoint(("lxml.etree", "inspect", "threading")):
        return
    stand_in = type(sys)("inspect")
    stand_in.__dict__["getfullargspec"] = _getfullargspec
    sys.modules["inspect"] = stand_in
    try:
        import lxml.etree  # noqa: F401 - for the others
    finally:
        del sys.modules["inspect"]


def _getfullargspec(function: Callable[..., object]) -> object:
    import inspect

    return inspect.getfullargspec(function)
