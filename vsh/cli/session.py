"""One user at work: the connection, the output, and the settings that commands share."""

from __future__ import annotations

import sys

from vsh import lookup
from vsh.cli.settings import Settings
from vsh.errors import CommandError, Error, NoSupport
from vsh.output import renderer_of
from vsh.output.screen import DEBUG, INFO, Screen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TextIO

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.cli.ahead import Sought
    from vsh.cli.parse import Invocation
    from vsh.cli.script import Script
    from vsh.output.document import Document

GONE = {0: "I/O error", 1: "end of file", 2: "keepalive timeout"}
"""Why a connection is closed that we have not closed (``virConnectCloseReason``)."""


class Session:
    """The state behind a prompt or a batch.

    uri          where to connect; None means the default, found on first use
    program      the name that the user called: "vsh", or "virsh" for the drop-in behaviour
    format       the name of the output format, a file of ``vsh/output``
    screen       where its output goes, with quiet mode, headings, debug level and log
    timing, readonly, fail_fast, escape, keepalive_interval, keepalive_count
    timeout      seconds that one call may take; None is as long as the daemon shows that it lives
    interactive  True at a prompt (a terminal or a script on standard input)
    settings     what the user has chosen in the settings file and the environment
    asks         whether the user can be asked for a name or a password
    told         whether the command that runs has shown a document
    line         what was typed, of which a command runs; line_label where it stands: "setup.vsh:3"
    invocation   the command that runs, as it was understood; ordinal which of the line it is
    document     the text that errors are about while it is edited, or None
    refused      the option or argument of it whose value was refused, or None
    recent       the last command's name, the domain that it redefined something of, how many calls
                 had been made by then, until when its name is believed; or None
    script       the commands of standard input that are being run, or None
    chain        the commands of the line that is being run
    sought       the domain of the command that follows, which has been asked for; or None
    foreseen     the line that follows in the script, and its commands, once it has been looked at
    ending       whether the process ends when this is closed
    begun        long jobs that commands have left running: (domain, disk or "")
    running      the name of the command that is running, for debug messages
    aliases      words of the user's own, and the lines that they stand for
    past         ``past()``: the lines typed at this prompt, oldest first; None where there is none
    depth        how many files are being run inside each other (``source``)
    confirm      ``confirm(session, invocation)``: whether the user, asked on the terminal, wants
                 what a command would lose to go; None where nobody is asked
    explain      whether rules that a document breaks are told in full, of whatever command
    explains     the same, as the command that runs was asked for
    status       the exit status that a command asked for beyond 0 and 1 (``await`` has 2), or None
    """

    def __init__(self, program: str = "vsh") -> None:
        self.program = program
        self.screen = Screen(program)
        self.uri: str | None = None
        self.settings = Settings()
        self.format = "plain"
        self.columns: str | None = None
        self.sort: str | None = None
        self.where: str | None = None
        self.template: str | None = None
        self.told = False
        self.timing = False
        self.readonly = False
        self.fail_fast = False
        self.explain = False
        self.explains = False
        self.escape = "^]"
        self.keepalive_interval: int | None = None
        self.keepalive_count: int | None = None
        self.timeout: float | None = None
        self.interactive = False
        self.asks = True
        self.ending = False
        self.recent: tuple[str, Domain, int, float] | None = None
        self.script: Script | None = None
        self.chain: list[Invocation] = []
        self.sought: Sought | None = None
        self.foreseen: tuple[str, list[Invocation]] = "", []
        self.begun: list[tuple[Domain, str]] = []
        self.running = ""
        self.line = ""
        self.line_label = ""
        self.invocation: Invocation | None = None
        self.ordinal = 0
        self.refused: str | None = None
        self.document: str | None = None
        self.status: int | None = None
        self.aliases: dict[str, str] = {}
        self.past: Any = None
        self.depth = 0
        self.confirm: Any = None
        self._connection: Connection | None = None
        self._lost = False
        self._renderer: Any = None

    @property
    def lenient(self) -> bool:
        """Whether what vsh refuses beyond virsh is only warned of: so under the name virsh."""
        return self.program == "virsh"

    @property
    def people(self) -> bool:
        """Whether what is shown is for people, who want to know more than scripts read."""
        return self.format == "table"

    def following(self) -> Invocation | None:
        """The command that is run after this one, where that is known without waiting for it."""
        if self.ordinal + 1 < len(self.chain):
            return self.chain[self.ordinal + 1]
        if self.script is None or self.depth or self.screen.debug_level <= 1:
            return None
        from vsh.cli import parse, words

        line = self.script.following()
        try:
            found = parse.parse(words.split(line), extras=self.program != "virsh")
        except CommandError:
            return None
        self.foreseen = line, found
        return found[0] if found else None

    # -- the connection -------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether a connection is open."""
        return self._connection is not None

    @property
    def connection(self) -> Connection:
        """The open connection; opened, or reopened after it was lost, when it is first needed."""
        connection = self._connection
        if connection is None or self._lost:
            connection = self.connect()
        return connection

    def connect(self, uri: str | None = None, readonly: bool | None = None) -> Connection:
        """Connect, closing what was open; gives the connection.

        Raises CommandError from the driver's error.

        uri       where to; None means where the session was, and says so where a lost connection is
                  back
        readonly  None keeps what the session has
        """
        import vsh

        back = self._connection is not None and uri is None and readonly is None
        self.disconnect()
        wanted = self.place(self.uri if uri is None else uri)
        look_only = self.readonly if readonly is None else readonly
        try:
            connection = self._connection = vsh.connect(
                wanted,
                readonly=look_only,
                ask=self._asked,
                keepalive=(self.keepalive_interval, self.keepalive_count),
                timeout=self.timeout,
            )
        except Error as error:
            word = "Failed to reconnect" if self._lost else "failed to connect"
            raise CommandError(f"{word} to the hypervisor", hint=self._ways_on(wanted)) from error
        self._check_keepalive(connection)
        self.readonly = look_only
        self.uri = wanted if wanted is not None else connection.uri
        if back:
            if self.people:
                self.screen.complain(f"note: reconnected to {self.uri}\n")
            else:
                self.error("Reconnected to the hypervisor")
        self._lost = False
        return connection

    def place(self, name: str | None) -> str | None:
        """The URI that a short name of the setting ``hosts`` stands for; anything else as it is."""
        if not name or ":" in name:
            return name
        return self.settings.table("hosts").get(name, name)

    def _ways_on(self, uri: str | None) -> str | None:
        """What to try where nothing answers."""
        from vsh.cli.places import ways_on

        return None if self.program == "virsh" else ways_on(self, uri, interactive=self.interactive)

    def _check_keepalive(self, connection: Connection) -> None:
        """A driver that cannot test its peer is an error only if the user asked for that."""
        if connection.driver.keeps_alive or self.keepalive_interval == 0:
            return
        if self.keepalive_interval is None and self.keepalive_count is None:
            self.debug(INFO, "Failed to setup keepalive on connection")
            return
        self.disconnect()
        self.error("Cannot setup keepalive on connection as requested, disconnecting")
        reason = NoSupport("virConnectSetKeepAlive")
        raise CommandError("failed to connect to the hypervisor") from reason

    @property
    def broken(self) -> bool:
        """Whether the connection is known to have gone without our doing; looks at nothing."""
        connection = self._connection
        return connection is not None and connection.driver.close_reason in GONE

    @property
    def alive(self) -> bool:
        """Whether a connection is open and its other end is still there; looks, and waits for
        nothing."""
        return self._connection is not None and self._connection.driver.alive

    def lost(self) -> None:
        """The peer has gone: say once why, where that is known; the next command reconnects."""
        closed = None if self._connection is None else self._connection.driver.close_reason
        if closed in GONE and not self._lost:
            reason = GONE[closed]
            self.error(f"Disconnected from {self.uri} due to {reason}")
        self._lost = True

    def disconnect(self) -> None:
        """Close the connection if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except Error as error:
                self.debug(DEBUG, f"closing the connection: {error}")

    def close(self) -> None:
        """The work is done: let go of the connection and the log.

        A user who does not want to wait for the daemon's farewell changes nothing of what was done,
        nor of what a process that ends here says by its status.
        """
        if self.ending and self._connection is not None:
            self._connection.driver.ending = True
        try:
            self.disconnect()
            if self.ending:
                ignore_interrupts()
        except KeyboardInterrupt:
            if self.ending:
                ignore_interrupts()
            self.debug(DEBUG, "the daemon's farewell is not awaited")
        self.screen.close_log()

    def _asked(self, prompt: str, *, secret: bool) -> str:
        """What the user answers to a question of the other side; nothing where nobody can."""
        from vsh.cli.asking import ask

        try:
            return ask(self.screen, f"{prompt}: ", secret=secret) if self.asks else ""
        except EOFError:
            return ""

    # -- what the user sees ---------------------------------------------------------------------

    def show_as(self, format: str) -> None:
        """Show documents in another format from now on."""
        self.format, self._renderer = format, None

    @property
    def renderer(self) -> Any:
        """The module of ``vsh/output`` that prints documents in the chosen format."""
        if self._renderer is None:
            self._renderer = renderer_of(self.format)
        return self._renderer

    def show(self, document: Document) -> None:
        """Print a document in the chosen format, with the columns and the order that were asked
        for."""
        self.told = True
        if self.people and not self.columns:
            document = self._chosen(document)
        if self._selects:
            document = self._selected(document)
            if self.template:
                from vsh.output import plain

                plain.render(document, self.screen)
                return
        self.renderer.render(document, self.screen)

    def _chosen(self, document: Document) -> Document:
        """A listing with the columns that the setting ``columns`` has for its command."""
        columns = self.settings.table("columns").get(self.running)
        if columns is None:
            return document
        from vsh.output._select import Wanted, select
        from vsh.output.document import Table

        if not isinstance(document, Table) or document.chosen:
            return document
        return select(document, Wanted(columns, named=f"columns.{self.running}"))

    def show_all(self, documents: Iterable[Document]) -> None:
        """Print documents as they come, each with what was asked for."""
        self.told = True
        if self.template:
            for document in documents:
                self.show(document)
                self.screen.flush()
            return
        if self._selects:
            documents = map(self._selected, documents)
        self.renderer.render_all(documents, self.screen)

    @property
    def _selects(self) -> bool:
        return bool(self.columns or self.sort or self.where or self.template)

    def _selected(self, document: Document) -> Document:
        from vsh.output._select import Wanted, select

        return select(document, Wanted(self.columns, self.sort, self.where, self.template))

    @property
    def out(self) -> TextIO:
        """Standard output."""
        return self.screen.out

    @out.setter
    def out(self, stream: TextIO) -> None:
        self.screen.out = stream

    @property
    def quiet(self) -> bool:
        """Whether what was not asked for is left out."""
        return self.screen.quiet

    def write(self, text: str) -> None:
        """Text to standard output."""
        self.screen.write(text)

    def extra(self, text: str) -> None:
        """Text that quiet mode leaves out."""
        self.screen.extra(text)

    def error(self, message: str) -> None:
        """One error line on standard error, and in the log."""
        self.screen.error(message)

    def warn(self, message: str, facts: dict[str, Any] | None = None) -> None:
        """One warning on standard error: a line, or what the format has for programs.

        facts  more about it, for programs
        """
        text = ""
        if self.format not in ("plain", "table"):
            form = getattr(lookup.module("vsh.output", self.format), "warning", None)
            if form is not None:
                text = form({"message": message, **(facts or {})})
        self.screen.warn(message, text)

    def debug(self, level: int, message: str | None) -> None:
        """A debug message on standard error, if the level asks for it, and in the log."""
        self.screen.debug(level, message)

    def open_log(self, path: str) -> None:
        """Append messages to a file from now on.  Raises CommandError if that cannot be."""
        try:
            self.screen.open_log(path)
        except (OSError, ValueError) as error:
            raise CommandError("failed to open the log file. check the log file path") from error


def ignore_interrupts() -> None:
    """A Ctrl-C does nothing from now on: all is done, and the process ends."""
    signals = vars(sys.modules["_signal"])  # built in; ``signal`` would be imported for this alone
    signals["signal"](signals["SIGINT"], signals["SIG_IGN"])
