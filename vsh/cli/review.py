"""Looking at an edited document before it is applied: what it changes, and where it is wrong.

Only at a prompt on a terminal; anywhere else an edited document is applied as it is.
"""

from __future__ import annotations

from vsh.errors import CommandError, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session

MARK = "<!-- vsh: "
WORDS = {
    "a": "[a]pply",
    "e": "[e]dit again",
    "d": "[d]iff",
    "i": "[i]gnore the schema",
    "q": "[q]uit, changing nothing",
}


def wanted(session: Session) -> bool:
    """Whether somebody looks at what is edited here."""
    return session.interactive and session.people


def show_changes(session: Session, before: str, after: str) -> bool:
    """Print what the edited document changes.  False where it is no document: its error is printed,
    with the line."""
    from vsh.xml.engine.diff import compare_trees

    try:
        changes = compare_trees(before, after)
    except (CommandError, Error) as error:
        show_error(session, error, after)
        return False
    if not changes:
        session.write("No difference in what it says.\n")
        return True
    from vsh.output.document import Column, Table

    rows = [list(change.values()) for change in changes]
    columns = (
        Column("Path", "path", rank=-1),
        Column("Before", "before", _shown, rank=-1),
        Column("After", "after", _shown, rank=-1),
    )
    session.show(Table(rows, *columns))
    return True


def _shown(value: object) -> str:
    return "-" if value is None else str(value)


def show_error(session: Session, error: CommandError | Error, text: str) -> None:
    """Print an error, with the line of the text that it is about."""
    from vsh.cli.run import report

    session.document = text
    try:
        report(session, error)
    finally:
        session.document = None


def ask(session: Session, keys: str) -> str:
    """Which of some keys the user presses; "q" for the end of the line's reading."""
    session.write(", ".join(WORDS[key] for key in keys) + ": ")
    session.screen.flush()
    while True:
        try:
            answer = input().strip().lower()[:1]
        except (EOFError, KeyboardInterrupt):
            session.write("\n")
            return "q"
        if answer in keys and answer:
            return answer
        session.write(", ".join(WORDS[key] for key in keys) + ": ")
        session.screen.flush()


def commented(text: str, error: CommandError | Error) -> str:
    """The text with an error as a comment on top, for the next round in the editor."""
    lines = []
    cause: BaseException | None = error
    while isinstance(cause, (CommandError, Error)):
        lines += [line for line in cause.message.split("\n") if line.strip()]
        cause = cause.__cause__
    safe = [line.replace("--", "- -") for line in lines]
    return "".join(f"{MARK}{line} -->\n" for line in safe) + text


def uncommented(text: str) -> str:
    """The text without such comments."""
    while text.startswith(MARK):
        text = text.partition("\n")[2]
    return text
