"""Let the user edit a text in an editor of theirs: $VISUAL, else $EDITOR, else vi.

Rules:
- a text that was not changed is not sent anywhere;
- before an edited document is defined the original is read again: what somebody else changed is not
  overwritten;
- a definition that fails is asked about on a terminal, and is an error anywhere else.
"""

from __future__ import annotations

import os
import sys

from vsh.errors import CommandError, Error, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self, TypeVar

    from vsh.cli.session import Session

    Made = TypeVar("Made")

MAX_SIZE = 10 * 1024 * 1024
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/_.:@")
_CHANGED = "The XML configuration was changed by another user."


def edit_text(session: Session, text: str) -> str:
    """The text after the user edited it, without a newline at its end that the editor may have
    added."""
    from vsh.signals import cleaning_up

    with cleaning_up(), _File(text) as file:
        file.edit(session)
        edited = file.read()
    return edited.removesuffix("\n")


def edit_document(
    session: Session,
    read: Callable[[], str],
    define: Callable[[str], Made],
    *,
    relax: Callable[[str], Made] | None = None,
    even_unchanged: bool = False,
) -> Made | None:
    """Edit what ``read`` gives, and hand the edited text to ``define``.

    Returns what ``define`` returned (which must not be None), or None if nothing was changed.

    relax           ``define`` without validation, offered on a terminal when ``define`` has failed
    even_unchanged  define a text that was not changed, too

    Raises the error of ``define`` where nobody can be asked, or where the user gave up.
    """
    from vsh.cli import review
    from vsh.signals import cleaning_up

    original = read()
    if review.wanted(session):
        return _reviewed(session, original, read, define, relax, even_unchanged=even_unchanged)
    with cleaning_up(), _File(original) as file:
        editing = True
        apply = define
        while True:
            if editing:
                file.edit(session)
                edited = file.read()
                if edited == original and not even_unchanged:
                    return None
            failed: CommandError | Error
            again = read()
            if again != original:
                original = again
                failed = CommandError(_CHANGED, hint="edit it again: your changes were not applied")
                question = _CHANGED
            else:
                try:
                    return apply(edited)
                except (CommandError, Error) as error:
                    failed = error
                    question = "Failed."
            answer = _ask(session, question, failed, relax is not None and apply is define)
            if answer is None or answer == "n":
                if answer == "n":
                    raise CommandError("") from None  # its reason has been shown already
                raise failed
            editing = answer == "y"
            if answer == "i" and relax is not None:
                apply = relax


def _reviewed(
    session: Session,
    original: str,
    read: Callable[[], str],
    define: Callable[[str], Made],
    relax: Callable[[str], Made] | None,
    *,
    even_unchanged: bool,
) -> Made | None:
    """Edit at a prompt: what would change is shown before it is applied, what is wrong with its
    line, and as a comment in the next round."""
    from vsh.cli import review
    from vsh.signals import cleaning_up

    with cleaning_up(), _File(original) as file:
        apply = define
        while True:
            file.edit(session)
            edited = review.uncommented(file.read())
            if edited == original and not even_unchanged:
                return None
            keys = "aedq" if review.show_changes(session, original, edited) else "eq"
            failed: CommandError | Error | None = None
            while True:
                answer = review.ask(session, keys)
                if answer == "q":
                    raise CommandError("")
                if answer == "e":
                    break
                if answer == "d":
                    review.show_changes(session, original, edited)
                    continue
                if answer == "i" and relax is not None:
                    apply = relax
                if read() != original:
                    session.error(_CHANGED)
                    original = read()
                    review.show_changes(session, original, edited)
                    continue
                try:
                    return apply(edited)
                except (CommandError, Error) as error:
                    failed = error
                    review.show_error(session, error, edited)
                    keys = "eidq" if relax is not None and apply is define else "edq"
            file.write(edited if failed is None else review.commented(edited, failed))


def _ask(session: Session, question: str, failed: CommandError | Error, relax: bool) -> str | None:
    """What to do after a failure: y, n, f or i; None where there is no terminal to ask on."""
    if not sys.stdin.isatty():
        return None
    from vsh.cli.run import report

    if failed.message != question:
        report(session, failed)
    keys = "[y,n,i,f,?]" if relax else "[y,n,f,?]"
    while True:
        session.screen.draw(f"\r{question} Try again? {keys}: ")
        session.screen.flush()
        key = _key()
        if key == "?":
            session.screen.draw("\r\ny - yes, start editor again\r\n")
            session.screen.draw("n - no, throw away my changes\r\n")
            if relax:
                session.screen.draw("i - turn off validation and try to redefine again\r\n")
            session.screen.draw("f - force, try to redefine again\r\n? - print this help\r\n")
        elif key in ("y", "n", "f") or (relax and key == "i"):
            session.screen.draw("\r\n")
            return key


def _key() -> str:
    """One key from the terminal, in lower case; ``n`` at its end or for Ctrl-C."""
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setraw(terminal)
        pressed = os.read(terminal, 1)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    return "n" if pressed in (b"", b"\x03", b"\x04") else pressed.decode("ascii", "replace").lower()


def _new_file(folder: str) -> tuple[int, str]:
    """A new file that only the user can read, and its path, named as virsh names it."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    while True:
        word = "".join(letters[byte % len(letters)] for byte in os.urandom(6))
        path = f"{folder}/virsh{word}.xml"
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), path
        except FileExistsError:
            continue


class _File:
    """The text in a file of its own that only the user can read; removed at the end."""

    def __init__(self, text: str) -> None:
        folder = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - the place that virsh documents
        try:
            handle, self.path = _new_file(folder)
        except OSError as error:
            raise CommandError(
                f"g_mkstemp_full: failed to create temporary file: {error.strerror}"
            ) from None
        try:
            with open(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
                file.write(text)
        except BaseException as error:
            os.unlink(self.path)
            if isinstance(error, OSError):
                raise CommandError(
                    f"{self.path}: failed to write temporary file: {error.strerror}",
                    hint="set TMPDIR to a folder with more room",
                ) from None
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            return

    def write(self, text: str) -> None:
        """Put another text into the file."""
        handle = os.open(self.path, os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC)
        with open(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)

    def read(self) -> str:
        """The text that is in the file now."""
        try:
            if os.path.getsize(self.path) > MAX_SIZE:
                raise CommandError(f"{self.path}: failed to read temporary file: File too large")
            with open(self.path, encoding="utf-8", errors="surrogateescape", newline="") as file:
                return file.read()
        except OSError as error:
            raise CommandError(
                f"{self.path}: failed to read temporary file: {error.strerror}"
            ) from None

    def edit(self, session: Session) -> None:
        """Run the editor on the file and wait for it.  Raises Error if it fails."""
        import subprocess

        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        if _SAFE.issuperset(editor):
            command = [editor, self.path]
        elif _SAFE.issuperset(self.path):
            command = ["sh", "-c", f"{editor} {self.path}"]
        else:
            raise CommandError(
                f"{self.path}: temporary filename contains shell meta or other "
                "unacceptable characters (is $TMPDIR wrong?)"
            )
        session.screen.flush()
        try:
            status = _wait(subprocess.Popen(command))
        except OSError as error:
            raise CommandError(
                f"Cannot find '{editor}' in path: {error.strerror}",
                hint="set VISUAL or EDITOR to the editor you want",
            ) from None
        if status:
            how = f"exit status {status}" if status > 0 else f"fatal signal {-status}"
            shown = " ".join(map(_quoted, command))
            raise InternalError(f"Child process ({shown}) unexpected {how}")


def _quoted(word: str) -> str:
    """A word as libvirt shows it in a command line."""
    if word and not any(char in "\r\t\n !\"#$&'()*;<>?[\\]^`{|}~" for char in word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def _wait(process: Any) -> int:
    """The editor's status; Ctrl-C is the editor's while it runs, and what ends us ends it."""
    from vsh.signals import Ended

    while True:
        try:
            return int(process.wait())
        except KeyboardInterrupt:
            continue
        except Ended as ended:
            process.send_signal(ended.number)
            raise
