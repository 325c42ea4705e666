"""pwd: print the working directory."""

from __future__ import annotations

import os

from vsh.cli.command import command
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.output.document import Document


@command(connect=False)
def pwd() -> Document:
    """Print the working directory.

    Files that commands read or write are looked for there.

    Examples:
        pwd  # where file names begin
    """
    return Line("{directory}", directory=os.getcwd())
