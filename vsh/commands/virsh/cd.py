"""cd: change the working directory."""

from __future__ import annotations

import os

from vsh.cli.command import command
from vsh.cli.objects import file_names
from vsh.cli.params import Argument, anything
from vsh.errors import CommandError


@command(connect=False)
def cd(
    dir: str | None = Argument(
        "the directory to go to (default: the home directory)",
        kind=anything,
        required=False,
        complete=file_names,
    ),
) -> None:
    """Change the working directory.

    Files that later commands read or write are looked for there.

    Examples:
        cd /srv  # where file names begin
    """
    target = dir or os.path.expanduser("~")
    try:
        os.chdir(target)
    except OSError as error:
        raise CommandError(f"cd: {error.strerror}: {target}") from None
