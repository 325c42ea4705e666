"""What keeps a fault of ours in one client's work from ending the loop, or a worker."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class Barrier:
    """``with Barrier(tell):`` goes on behind the block whatever error it met; ``tell`` hears of it.

    Only errors: an interrupt or an exit goes through.
    """

    __slots__ = ("tell",)

    def __init__(self, tell: Callable[[Exception], None]) -> None:
        self.tell = tell

    def __enter__(self) -> None:
        return

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.tell(error)
        return True
