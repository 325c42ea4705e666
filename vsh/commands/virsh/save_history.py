"""save-history: the lines typed at the prompt, as a script."""

from __future__ import annotations

import os

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument
from vsh.errors import CommandError
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(connect=False, extra=True, tells="done lines file")
def save_history(
    file: str = Argument("a file that is not there yet", complete=file_names),
    session: Session = SESSION,
) -> Document:
    """Write the lines typed at the prompt to a file, one command a line, for ``source``.

    Examples:
        save-history today.vsh  # as a script for source
    """
    kept = session.past() if session.past is not None else []
    lines = [line for line in kept if not line.startswith("save-history ")]
    try:
        handle = os.open(os.path.expanduser(file), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8", errors="surrogateescape") as out:
            out.write("".join(f"{line}\n" for line in lines))
    except OSError as error:
        raise CommandError(f"cannot write to '{file}': {error.strerror}") from None
    return Done("{lines} lines written to '{file}'", lines=len(lines), file=file)
