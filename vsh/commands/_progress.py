"""Who is told how far a long job is: people by a bar, programs that read JSON by lines."""

from __future__ import annotations

from contextlib import contextmanager

from vsh.api.following import Following
from vsh.output.bar import Bar, Silent, Told
from vsh.output.screen import harmless
from vsh.signals import interruptible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.cli.session import Session


def progress(session: Session, label: str) -> Silent:
    """The bar of a job: ``with progress(session, "Save") as bar: ... bar.tick(remaining, total)``.

    label  what is done, for people
    """
    if not session.quiet and session.program != "virsh":
        if session.people and session.screen.err.isatty():
            return Bar(session.screen, harmless(label))
        if session.format in ("json", "ndjson"):
            return Told(session.screen, label)
    return Silent()


@contextmanager
def followed(session: Session, label: str) -> Iterator[None]:
    """Show how far a call is that a driver in this process may take long for; a Ctrl-C ends it.

    label  what is done, for people
    """
    with interruptible(), progress(session, label) as bar, Following(bar.tick):
        yield


def follow(session: Session, name: str, transfer: Iterator[int], total: Callable[[], int]) -> None:
    """Run a transfer to its end, which gives how many bytes it has moved each time.

    total  asks for the number of bytes to come, 0 where that is not known; only a bar asks it
    """
    with progress(session, name) as bar:
        done = next(transfer, 0)  # what fails at once needs no bar
        if not bar.told:
            for _ in transfer:
                pass
            return
        expected = total()
        for size in transfer:
            done += size
            bar.tick(max(0, expected - done), max(expected, done) if expected else 0)
