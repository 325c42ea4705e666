"""screenshot: a picture of what a guest shows."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, file_names
from vsh.cli.params import Option, uint32
from vsh.errors import CommandError, failing
from vsh.output.document import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(order=("file", "screen"), tells="done file type")
def screenshot(
    domain: Domain = ACTIVE_DOMAIN,
    file: str | None = Option(
        "the file to write; without it the name tells domain and time",
        by_place=True,
        complete=file_names,
    ),
    screen: int | None = Option("number of the screen", kind=uint32, by_place=True),
) -> Document:
    """Write a picture of a guest's screen to a file.

    The hypervisor chooses the form of the picture, and says which.

    Examples:
        screenshot web1 now.png  # what its screen shows
    """
    import os

    from vsh.acts.transfer import receive

    stream = domain.connection.stream()
    with failing(f"could not take a screenshot of {domain.called}"):
        mime = domain.screenshot(stream, screen or 0, 0)
    path = file if file is not None else _name(domain, mime)
    target, created = _open(path)
    done = False
    try:
        with failing(f"could not receive data from domain '{domain.called}'"):
            for _ in receive(stream, target):
                pass
        with failing(f"cannot close stream on domain '{domain.called}'"):
            stream.finish()
        done = True
    finally:
        os.close(target)
        if created and not done:
            os.unlink(path)
    return Said("Screenshot saved to {file}, with type of {type}", file=path, type=mime)


def _open(path: str) -> tuple[int, bool]:
    """A file to write, and whether it was not there before.  Raises CommandError."""
    import os

    try:
        try:
            return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), True
        except FileExistsError:
            return os.open(path, os.O_WRONLY | os.O_TRUNC), False
    except OSError as error:
        raise CommandError(f"cannot create file {path}", hint=error.strerror) from None


def _name(domain: Domain, mime: str | None) -> str:
    """A name in the working directory, whatever a daemon calls its guest."""
    import time

    ending = {"image/x-portable-pixmap": ".ppm", "image/png": ".png"}.get(mime or "", "")
    name = domain.name.replace("/", "_")
    return f"{name}-{time.strftime('%Y-%m-%d-%H:%M:%S')}{ending}"
