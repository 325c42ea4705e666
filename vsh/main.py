"""The program: top-level options, then a batch, a script on standard input, or a prompt."""

from __future__ import annotations

import os
import sys

from vsh.cli import run
from vsh.cli.options import cut, escape_sequence, known
from vsh.cli.params import integer
from vsh.cli.session import Session
from vsh.errors import CommandError
from vsh.output.screen import ERROR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.parse import Invocation


class Leave(Exception):
    """Options such as --version end the program here."""


def main(argv: list[str] | None = None, *, ending: bool = False) -> int:
    """Run the program on its arguments (default: the process's own).  Returns the exit status.

    ending  the process ends right after
    """
    arguments = sys.argv if argv is None else ["vsh", *argv]
    program = os.path.basename(arguments[0]).removesuffix(".py")
    session = Session("virsh" if program == "virsh" else "vsh")
    session.ending = ending
    try:
        status = _main(session, arguments[1:])
        session.screen.flush()
        if session.screen.failed is not None:
            session.error(f"cannot write the output: {session.screen.failed.strerror}")
            return status or 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - a mistake in vsh is told, not dumped
        run.mistake(session, error)
        return 1
    finally:
        session.close()
    return status


def _main(session: Session, arguments: list[str]) -> int:
    try:
        _environment(session)
        rest = take_options(session, arguments)
        if session.settings.values.get("format") is not None:
            session.renderer  # noqa: B018 - what is missing for it is an error before the first call
    except Leave:
        return 0
    except CommandError as error:
        run.report(session, error)
        return 1
    interactive = not rest
    if interactive and session.program != "virsh" and not sys.stdin.isatty():
        return _script(session)
    invocations = None
    if not interactive:
        session.line = _typed(rest)
        if rest == [""]:
            return 1  # no command, and nothing to say: as virsh
        if len(rest) == 1:
            from vsh.cli.words import split

            if session.screen.debug_level <= 1:
                from vsh.cli.secrets import masked

                session.debug(1, f'commands: "{masked(rest[0])}"')
            invocations = run.parse_line(session, split(rest[0]))
        else:
            invocations = run.parse_line(session, rest)
        if invocations is None:
            return 1
    if session.uri is not None:
        try:
            session.connect()
        except CommandError as error:
            run.report(session, error)
            return 1
    else:
        session.uri = _environment_value("DEFAULT_CONNECT_URI")
    if invocations is not None:
        return _status(session, succeeded=_leaving(session, invocations))
    session.interactive = True
    if sys.stdin.isatty():
        from vsh.shell.loop import loop

        return loop(session)
    return _replay(session)


def _typed(rest: list[str]) -> str:
    """What was typed as vsh reads it: one text, or words."""
    if len(rest) == 1:
        return rest[0]
    from vsh.cli.words import quote

    return " ".join(quote(word) for word in rest)


def _leaving(session: Session, invocations: list[Invocation]) -> bool:
    try:
        return run.run(session, invocations)
    except run.Exit:
        return True


def _status(session: Session, *, succeeded: bool) -> int:
    if session.status is not None:
        return session.status
    return 0 if succeeded else 1


def _script(session: Session) -> int:
    """Run standard input as a script, a line at a time; the answer is the last command's status."""
    if session.uri is None:
        session.uri = _environment_value("DEFAULT_CONNECT_URI")
    else:
        try:
            session.connect()
        except CommandError as error:
            run.report(session, error)
            return 1
    from vsh.cli.script import Script

    session.script = script = Script(sys.stdin)
    succeeded = True
    try:
        for text in script:
            succeeded = run.run_line(session, text)
            session.screen.flush()  # whoever writes the script may wait for this answer
            if not succeeded and session.fail_fast:
                break
    except run.Exit:
        return _status(session, succeeded=True)
    return _status(session, succeeded=succeeded)


def _replay(session: Session) -> int:
    """A script on standard input under the name virsh: prompts and lines are echoed, status is
    0."""
    from vsh.shell.banner import prompt, welcome

    session.extra(welcome(session))
    for line in sys.stdin:
        text = line.rstrip("\n")
        session.write(f"{prompt(session)}{text}\n")
        if text:
            try:
                run.run_line(session, text)
            except run.Exit:
                session.write("\n")
                return 0
        session.screen.flush()
    session.write(f"{prompt(session)}\n")
    return 0


def _environment_value(name: str) -> str | None:
    """VSH_name, or VIRSH_name as virsh has it."""
    return os.environ.get("VSH_" + name) or os.environ.get("VIRSH_" + name)


def _environment(session: Session) -> None:
    """Settings from the environment: the debug level, the log file, the format, fail-fast."""
    level = os.environ.get("VIRSH_DEBUG")
    if level is not None:
        number = integer(level, 0, ERROR)
        if number is None:
            for _ in range(2):  # virsh says so twice
                session.error("VIRSH_DEBUG not set with a valid numeric value")
        else:
            session.screen.debug_level = number
    log = _environment_value("LOG_FILE")
    if log:
        session.open_log(log)
    if session.program != "virsh":
        _settings(session)


def _settings(session: Session) -> None:
    """What vsh adds: the user's settings file, then the environment, then the defaults."""
    session.settings.load(os.environ)
    format = session.settings["format"]
    session.format = str(format or ("table" if _person() else "plain"))
    session.fail_fast = bool(session.settings["fail_fast"])
    session.screen.theme = str(session.settings["theme"])
    session.escape = str(session.settings["escape"])


def _person() -> bool:
    """Whether a person looks on, at a terminal that can do more than print."""
    if not sys.stdout.isatty():
        return False
    from vsh.output.paint import dumb

    return not dumb()


def take_options(session: Session, arguments: list[str]) -> list[str]:
    """Take the top-level options off the front, as getopt_long does; returns the rest.

    Raises CommandError in virsh's words, and Leave where an option has said it all.
    """
    rest = list(arguments)
    for option, value, shown in cut(known(session.program), rest):
        _apply(session, option.name, value, shown)
    return rest


def _apply(session: Session, name: str, value: str | None, shown: str) -> None:
    """Carry out one top-level option."""
    if name == "connect":
        session.uri = value
    elif name == "debug":
        _debug(session, value or "", shown)
    elif name == "escape":
        session.escape = escape_sequence(value or "")
    elif name == "keepalive-interval":
        session.keepalive_interval = _keepalive(value or "", shown)
    elif name == "keepalive-count":
        session.keepalive_count = _keepalive(value or "", shown)
    elif name == "log":
        session.open_log(value or "")
    elif name == "quiet":
        session.screen.quiet = True
    elif name in ("readonly", "timing", "fail-fast", "explain"):
        setattr(session, name.replace("-", "_"), True)
    elif name == "timeout":
        session.timeout = _seconds(value or "", shown)
    elif name == "no-header":
        session.screen.header = False
    elif name in ("format", "columns", "sort", "where", "template"):
        if name == "format":
            session.show_as(value or "")
            session.settings.choose("format", value, shown)
            session.renderer  # noqa: B018 - a wrong name is an error now, not at the first output
        else:
            from vsh.output._select import check

            check(name, value or "")
            setattr(session, name, value or "")
    elif name == "help":
        _help(session)
        raise Leave
    elif name == "version":
        from vsh.cli.version import long_text, short_text

        people = session.people and session.program != "virsh"
        session.write(long_text(session) if value == "long" else short_text(people=people))
        raise Leave


def _help(session: Session) -> None:
    from vsh.output.paint import on_terminal

    if session.program != "virsh" and on_terminal(session.screen.out, session.format):
        from vsh.cli import pages
        from vsh.output.pager import paging

        with paging(session.screen, session.settings["pager"]):
            session.screen.draw(pages.short_page(session.screen.out, session.program))
    else:
        from vsh.cli.help import usage

        session.write(usage(session))


def _debug(session: Session, value: str, shown: str) -> None:
    number = integer(value, -(2**31), 2**31 - 1)
    if number is None:
        raise CommandError(f"option {shown} takes a numeric argument")
    if not 0 <= number <= ERROR:
        session.error(f"ignoring debug level {number} out of range [0-{ERROR}]")
    else:
        session.screen.debug_level = number


def _seconds(value: str, shown: str) -> float:
    """A time above zero, in seconds."""
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise CommandError(f"Invalid value for option {shown}", hint="seconds, such as 2.5")
    return seconds


def _keepalive(value: str, shown: str) -> int:
    try:
        number = int(value, 0)
    except ValueError:
        raise CommandError(f"Invalid value for option {shown}") from None
    if number < 0:
        raise CommandError(f"option {shown} requires a positive integer argument")
    return number
