"""vsh's prompt: where we are, what the line asks for, and where its output goes."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager, suppress

from vsh.cli import run
from vsh.cli.places import remember
from vsh.errors import CommandError, Error
from vsh.lookup import load
from vsh.output.pager import paging
from vsh.output.paint import size
from vsh.shell import lines
from vsh.shell.aliases import expand
from vsh.shell.answers import Answers
from vsh.shell.banner import fragments, greeting
from vsh.shell.overview import Overview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from prompt_toolkit.formatted_text import StyleAndTextTuples

    from vsh.cli.parse import Invocation
    from vsh.cli.session import Session
    from vsh.shell.early import Early

TWICE = 1.0
"""Seconds within which a second Ctrl-C on an empty line is taken for a wish to leave."""


@contextmanager
def sending(session: Session, stream: Any) -> Iterator[None]:
    """While this lasts, output goes to a stream that is no terminal: in plain form, unless the user
    chose another one."""
    out, format = session.screen.out, session.format
    session.screen.out = stream
    if format == "table" and session.settings["format"] is None:
        session.show_as("plain")
    try:
        yield
    finally:
        session.screen.out = out
        if session.format != format:
            session.show_as(format)


class _Pipe:
    """A stream to a program that may have seen enough: what it does not want is no error."""

    encoding = "utf-8"

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Hand the text on."""
        with suppress(BrokenPipeError):
            self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        with suppress(BrokenPipeError):
            self.stream.flush()

    def isatty(self) -> bool:
        """No."""
        return False

    def fileno(self) -> int:
        """Its descriptor."""
        return int(self.stream.fileno())


class Prompt:
    """The prompt of one session on a terminal."""

    def __init__(self, session: Session, *, dumb: bool) -> None:
        self.session = session
        self.dumb = dumb
        self.answers = Answers(session)
        self.overview: Overview | None = None
        self.failed = False
        self._interrupted = 0.0
        self._early: Early | None = None
        self._reader: Any = None

    def run(self) -> int:
        """Read and run commands until the user leaves.  Returns the exit status."""
        self._open()
        self.session.aliases = self.session.settings.table("aliases")
        self._reader = self._make_reader()
        session = self.session
        session.past = self._reader.past
        session.confirm = self._confirm
        while True:
            try:
                line = self._reader.read()
            except EOFError:
                session.write("\n" if self.dumb else "")
                return 0
            except KeyboardInterrupt:
                self._cleared()
                continue
            if not line.strip():
                continue
            try:
                self._reader.typed_ahead()
                self.failed = not self.line(line)
            except run.Exit:
                return 0
            except KeyboardInterrupt:
                session.screen.complain("\n")
                session.error("interrupted")
                self.failed = True
            self._after()

    def message(self) -> StyleAndTextTuples:
        """The text before the cursor, in pieces."""
        template = str(self.session.settings["prompt"])
        return [*fragments(self.session, self.overview, template, failed=self.failed)]

    def prepared(self) -> str:
        """What stands on the next line before the user types: what came before it could be read."""
        early, self._early = self._early, None
        return "" if early is None else early.hand_over(self._reader.asker)

    def line(self, line: str) -> bool:
        """Run one line as it was typed.  True if it succeeded."""
        self.session.screen.printed = False
        asked = lines.question(line)
        if asked is not None:
            return self.explain(asked)
        if line.lstrip().startswith("!"):
            return self._shell(line.lstrip()[1:])
        try:
            with lines.document(line) as text:
                taken = lines.piped(text)
                taken.command = expand(taken.command, self.session.aliases)
                if taken.shell is not None:
                    return self._piped(taken.command, taken.shell)
                if taken.path is not None:
                    return self._into(taken.command, taken.path, append=taken.append)
                with paging(self.session.screen, self.session.settings["pager"]):
                    return self._run(taken.command)
        except CommandError as error:
            run.report(self.session, error)
            return False

    def explain(self, name: str) -> bool:
        """Print the help of a command's name, or the short help."""
        with paging(self.session.screen, self.session.settings["pager"]):
            return self._run(f"help {name}")

    # -- where output goes ----------------------------------------------------------------------

    def _run(self, command: str) -> bool:
        with self.answers.lock:
            return run.run_line(self.session, command)

    def _shell(self, command: str) -> bool:
        import subprocess

        self.session.screen.flush()
        return subprocess.call([os.environ.get("SHELL") or "/bin/sh", "-c", command]) == 0

    def _piped(self, command: str, shell: str) -> bool:
        import subprocess

        session = self.session
        session.screen.flush()
        reader = subprocess.Popen(
            [os.environ.get("SHELL") or "/bin/sh", "-c", shell],
            stdin=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
        )
        assert reader.stdin is not None
        try:
            with sending(session, _Pipe(reader.stdin)):
                succeeded = self._run(command)
        finally:
            with suppress(BrokenPipeError):
                reader.stdin.close()
            status = reader.wait()
        return succeeded and status == 0

    def _into(self, command: str, path: str, *, append: bool) -> bool:
        try:
            file = open(  # noqa: SIM115 - closed below
                os.path.expanduser(path),
                "a" if append else "w",
                encoding="utf-8",
                errors="surrogateescape",
            )
        except OSError as error:
            raise CommandError(f"cannot write to '{path}': {error.strerror}") from None
        with file, sending(self.session, file):
            return self._run(command)

    def _confirm(self, session: Session, invocation: Invocation) -> bool:
        if session.settings["confirm"] == "never":
            return True
        from vsh.shell.confirm import confirm

        return confirm(session, invocation)

    # -- between commands -----------------------------------------------------------------------

    def _open(self) -> None:
        session = self.session
        try:
            session.connection  # noqa: B018 - opened here, so that the prompt can say where it is
        except (CommandError, Error) as error:
            session.extra(greeting(session, None, size()[0]))
            run.report(session, error)
            return
        self._look()
        session.extra(greeting(session, self.overview, size()[0]))
        session.screen.flush()

    def _look(self) -> None:
        """Ask how many run; a connection that has gone keeps what was known."""
        if not self.session.connected:
            self.overview = None
            return
        try:
            self.overview = Overview(self.session.connection, self.session.begun)
        except (CommandError, Error):
            return
        remember(self.session.uri)

    def _after(self) -> None:
        """A command may have changed what was known, and left the cursor anywhere."""
        self.answers.drop()
        sys.stdout.flush()
        if not self.session.broken:
            with self.answers.lock:
                self._look()

    def _make_reader(self) -> Any:
        if self.dumb:
            from vsh.shell.dumb import DumbReader

            return DumbReader(self.session)
        if sys.stdin.isatty():
            from vsh.shell.early import Early

            prompt = "".join(text for _, text, *_ in self.message())
            self._early = Early(prompt, lambda: load("vsh.shell.terminal"))
            self._early.read()
        from vsh.shell.terminal import TerminalReader

        return TerminalReader(self, self.explain)

    def _cleared(self) -> None:
        """Ctrl-C: the line is gone, the session stays."""
        if self.dumb:
            self.session.write("\n")
        now = time.monotonic()
        if self._reader.empty and now - self._interrupted < TWICE:
            self.session.write("Ctrl-D or quit leaves.\n")
            self.session.screen.flush()
        self._interrupted = now
