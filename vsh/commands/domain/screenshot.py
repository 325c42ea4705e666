"""screenshot: a picture of what a guest shows."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, file_names
from vsh.cli.params import Option, uint32
from vsh.commands.domain._saving import receive_file
from vsh.errors import Error, failing
from vsh.output.document import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def screenshot(
    domain: Any = ACTIVE_DOMAIN,
    file: str | None = Option(
        "the file to write; without it the name tells domain and time",
        by_place=True,
        complete=file_names,
    ),
    screen: int | None = Option("number of the screen", kind=uint32, by_place=True),
) -> Document:
    """Write a picture of a guest's screen to a file.

    The hypervisor chooses the form of the picture, and says which.
    """
    from vsh.api.stream import Stream

    stream = Stream(domain.connection)
    with failing(f"could not take a screenshot of {domain.called}"):
        mime = domain.screenshot(stream, screen or 0, 0)
    path = file if file is not None else _name(domain, mime)
    created = receive_file(stream, path, domain.called)
    with failing(f"cannot close stream on domain '{domain.called}'"):
        try:
            stream.finish()
        except Error:
            created()
            raise
    return Said("Screenshot saved to {file}, with type of {type}", file=path, type=mime)


def _name(domain: Any, mime: str) -> str:
    import time

    ending = {"image/x-portable-pixmap": ".ppm", "image/png": ".png"}.get(mime, "")
    return f"{domain.name}-{time.strftime('%Y-%m-%d-%H:%M:%S')}{ending}"
