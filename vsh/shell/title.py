"""The title of the terminal's window: who runs there, and on what; it comes back at the end."""

from __future__ import annotations

from contextlib import contextmanager

from vsh.output.screen import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.cli.session import Session

KEEP, BACK = "\x1b[22;2t", "\x1b[23;2t"


@contextmanager
def titled(session: Session) -> Iterator[None]:
    """While this lasts the window is called "vsh # URI" (``>`` where nothing can be changed)."""
    mark = ">" if session.readonly else "#"
    title = harmless(f"{session.program} {mark} {session.uri or ''}".rstrip()).replace("\n", " ")
    session.screen.draw(f"{KEEP}\x1b]2;{title}\x07")
    try:
        yield
    finally:
        session.screen.draw(BACK)
        session.screen.flush()
