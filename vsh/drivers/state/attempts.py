"""What is tried: which failures do not matter, what follows a failure.  As ``contextlib`` has it,
whose import would cost more than a look at a guest."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class Ignoring:
    """``with Ignoring(OSError):`` what is done there may fail so."""

    __slots__ = ("_kinds",)

    def __init__(self, *kinds: type[BaseException]) -> None:
        self._kinds = kinds

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *raised: object) -> bool:
        return kind is not None and issubclass(kind, self._kinds)


class Attempt:
    """``with Attempt(undo):`` where that fails ``undo`` is called, else ``done``."""

    __slots__ = ("_done", "_undo")

    def __init__(
        self, undo: Callable[[], object], done: Callable[[], object] | None = None
    ) -> None:
        self._undo = undo
        self._done = done

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *raised: object) -> None:
        if kind is not None:
            self._undo()
        elif self._done is not None:
            self._done()


class Telling:
    """``with Telling(tell):`` goes on behind the block whatever error it met; ``tell`` hears of it.

    Only errors: an interrupt or an exit goes through.
    """

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[Exception], object]) -> None:
        self._tell = tell

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self._tell(error)
        return True
