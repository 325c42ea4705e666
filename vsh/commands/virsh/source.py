"""source: run the commands of a file in this session."""

from __future__ import annotations

import os

from vsh.cli import run
from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument, Flag
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session

DEEP = 32


@command(connect=False, extra=True)
def source(
    file: str = Argument("a file of commands, one a line, # for comments", complete=file_names),
    trace: bool = Flag("print each command before it is run"),
    session: Session = SESSION,
) -> None:
    """Run the commands of a file in this session, as if they were typed.

    The connection and the settings that they leave are those of the session afterwards.  The status
    is the last command's; with --fail-fast the first failure ends the file.

    Examples:
        source setup.vsh  # run its commands here
        source --trace setup.vsh  # and see each before it is run
    """
    if session.depth >= DEEP:
        raise CommandError(
            f"'{file}' is sourced within itself", hint="files must not call each other"
        )
    try:
        with open(os.path.expanduser(file), encoding="utf-8", errors="surrogateescape") as text:
            lines = text.read().replace("\\\n", " ").splitlines()
    except OSError as error:
        raise CommandError(f"cannot read '{file}': {error.strerror}") from None
    session.depth += 1
    typed, label = session.line, session.line_label
    succeeded = True
    try:
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if trace:
                session.screen.complain(f"+ {file}:{number}: {line.strip()}\n")
            session.line_label = f"{file}:{number}"
            succeeded = run.run_line(session, line)
            if not succeeded and session.fail_fast:
                break
    finally:
        session.depth -= 1
        session.line, session.line_label = typed, label
    if not succeeded:
        session.status = session.status or 1
