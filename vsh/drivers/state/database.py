"""SQLite without all that Python's own module for it has, and imports."""

from __future__ import annotations

from _functools import _lru_cache_wrapper

from vsh.sparing import Sparing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def _lru_cache(size: int) -> Callable[[Callable[..., object]], object]:
    """That of functools, for a connection's statements."""
    return lambda function: _lru_cache_wrapper(
        function, maxsize=size, typed=False, cache_info_type=tuple
    )


with Sparing("functools", lru_cache=_lru_cache):
    import _sqlite3

FileError = _sqlite3.Error
connect = _sqlite3.connect
