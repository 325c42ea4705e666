"""pwd: print the working directory."""

from __future__ import annotations

import os

from vsh.cli.command import command
from vsh.errors import CommandError
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.output.document import Document


@command(connect=False, tells="directory")
def pwd() -> Document:
    """Print the working directory.

    Files that commands read or write are looked for there.

    Examples:
        pwd  # where file names begin
    """
    try:
        return Line("{directory}", directory=os.getcwd())
    except OSError as error:
        raise CommandError(f"cannot get current directory: {error.strerror}") from None
