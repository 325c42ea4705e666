"""Run invocations: check the rules between options, resolve the atoms, call, show, report."""

from __future__ import annotations

from vsh.cli import parse, words
from vsh.errors import CommandError, Domains, Error, InvalidConn, NoConnect, RpcError, SystemFailure
from vsh.output.document import Document, Done, Unset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.command import Command
    from vsh.cli.command import Given as Gave
    from vsh.cli.params import Given, Param
    from vsh.cli.parse import Invocation
    from vsh.cli.session import Session


OBJECTS = {
    "Checkpoint": "checkpoint",
    "Domain": "domain",
    "Interface": "interface",
    "Network": "network",
    "NetworkPort": "port",
    "NodeDevice": "node_device",
    "Nwfilter": "nwfilter",
    "NwfilterBinding": "binding",
    "Pool": "pool",
    "Secret": "secret",
    "Snapshot": "snapshot",
    "Volume": "volume",
}
"""By the class of an object: the key of its name in formats for programs."""


class Exit(Exception):
    """The user asked to leave."""


def run_line(session: Session, line: str) -> bool:
    """Parse one line and run its commands.  True if the last one succeeded."""
    session.line, session.invocation = line, None
    foreseen, known = session.foreseen
    invocations = known if foreseen is line else parse_line(session, words.split(line))
    return invocations is not None and run(session, invocations)


def parse_line(session: Session, source: Iterable[str | None]) -> list[Invocation] | None:
    """The invocations of a line, or None after its error has been reported."""
    debug = None
    if session.screen.debug_level <= 1:
        from vsh.cli.secrets import MASK

        counts: dict[tuple[int, str], int] = {}

        def debug(invocation: Invocation, option: Param, text: str | None) -> None:
            name = f"{invocation.command.name}: {option.name}"
            if option.secret:
                text = MASK
            if option.kind is None:
                session.debug(1, f"{name}(bool)")
            elif option.repeats:
                key = (id(invocation), option.name)
                counts[key] = counts.get(key, -1) + 1
                session.debug(1, f"{name}(argv: {counts[key]}): {text}")
            else:
                session.debug(1, f"{name}(optdata): {text}")

    try:
        return parse.parse(source, debug=debug, extras=session.program != "virsh")
    except CommandError as error:
        report(session, error)
        return None


def run(session: Session, invocations: list[Invocation]) -> bool:
    """Run parsed commands in order.  True if the last one succeeded; --fail-fast stops at a
    failure."""
    if session.format == "json" and len(invocations) > 1 and session.screen.results is None:
        return _as_one(session, invocations)
    succeeded = True
    for session.ordinal, invocation in enumerate(invocations):
        session.chain = invocations
        if session.timing:
            from time import perf_counter

            start = perf_counter()
        succeeded = run_one(session, invocation)
        if session.timing:
            session.write(f"\n(Time: {(perf_counter() - start) * 1000:.3f} ms)\n\n")
        elif (
            invocation.looks.get("format", session.format) == "plain"
            and session.template is None
            and "template" not in invocation.looks
        ):
            session.extra("\n")
        if not succeeded and session.fail_fast:
            break
    return succeeded


def _as_one(session: Session, invocations: list[Invocation]) -> bool:
    """Run a chain whose results are one JSON document, an array; also where it is left early."""
    from vsh.output.json import render_results

    results = session.screen.results = []
    try:
        return run(session, invocations)
    finally:
        session.screen.results = None
        render_results(session.screen, results)


def run_one(session: Session, invocation: Invocation) -> bool:
    """Run one command and report its error, if any.  True if it succeeded."""
    if not invocation.looks:
        return _run_one(session, invocation)
    before = session.format, session.columns, session.sort, session.screen.header
    beside = session.where, session.template
    looks = invocation.looks
    session.columns = looks.get("columns", session.columns)
    session.sort = looks.get("sort", session.sort)
    session.where = looks.get("where", session.where)
    session.template = looks.get("template", session.template)
    session.screen.header = session.screen.header and "no-header" not in looks
    try:
        if "format" in looks:
            session.show_as(looks["format"])
            session.renderer  # noqa: B018 - a wrong name is an error before anything is done
        return _run_one(session, invocation)
    except CommandError as error:
        report(session, error)
        return False
    finally:
        session.show_as(before[0])
        _, session.columns, session.sort, session.screen.header = before
        session.where, session.template = beside


def _run_one(session: Session, invocation: Invocation) -> bool:
    command = invocation.command
    session.invocation, session.refused = invocation, None
    session.running = session.screen.command = command.name
    session.status = None
    session.explains = False
    try:
        if command.connect:
            connection = session.connection
            if not connection.driver.alive:
                session.lost()
                connection = session.connection
        if command.loses and session.confirm is not None and "yes" not in invocation.given:
            if command.checks:
                check(command, invocation.given)
            if not session.confirm(session, invocation):
                return False
        values = _values(session, command, invocation.given)
        session.told = False
        people = session.format in ("plain", "table")
        result = command.function(**values)
        if people:
            if isinstance(result, Document):
                session.show(result)
            elif result is not None:
                session.show_all(result)
        else:
            _tell(session, command, result, values)
    except (CommandError, Error) as error:
        report(session, error)
        return False
    except (Exit, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - a mistake in one command leaves the others
        mistake(session, error)
        return False
    return session.status in (None, 0)


def _tell(session: Session, command: Command, result: Gave, values: dict[str, object]) -> None:
    """Show what a command gave in a format for programs: what it says nothing of, too."""
    if isinstance(result, Document):
        session.show(_to_what(result, values))
    elif result is None:
        if command.tells and not session.told:
            session.show(_to_what(Done(""), values))
    elif command.tells.startswith("each "):
        session.show_all(_to_what(document, values) for document in result)
    else:
        _tell_as_one(session, result, values)


def _tell_as_one(
    session: Session, documents: Iterable[Document], values: dict[str, object]
) -> None:
    """Show the documents of a command as one, with what was done before something failed."""
    from vsh.output._data import together
    from vsh.output.document import Shaped

    found: list[Document] = []
    try:
        found.extend(_to_what(document, values) for document in documents)
    finally:
        if found:
            session.show(found[0] if len(found) == 1 else Shaped("", together(found)))


def _to_what(document: Document, values: dict[str, object]) -> Document:
    """What was done with the objects that it was done to; any other document as it is."""
    if isinstance(document, Done) and type(document) is not Unset:
        from vsh.api._call import Object

        told = document.values
        for value in values.values():
            value = getattr(value, "found", value)  # it may have been looked up late
            if isinstance(value, Object) and value.kind:
                key = OBJECTS[value.kind]
                if key not in told or told[key] == getattr(value, "called", None):
                    told[key] = value.__dict__[value.fields[1 if key in ("port", "volume") else 0]]
    return document


def _values(session: Session, command: Command, given: Given) -> dict[str, object]:
    """The function's arguments: rules between options first, then each value in order."""
    if command.checks:
        check(command, given)
    values: dict[str, object] = {}
    for param in command.steps:
        if callable(param):
            param(given)
        elif param.flags:
            number = 0
            for flag in param.flags:
                if flag.name in given:
                    number |= flag.number
            values[param.parameter] = number
        elif param.options:
            values[param.parameter] = {
                option.parameter: _value(session, option, given) for option in param.options
            }
        elif param.visible and not param.repeats and param.name not in given:
            values[param.parameter] = param.default  # what most are
        else:
            values[param.parameter] = _value(session, param, given)
    return values


def _value(session: Session, param: Param, given: Given) -> object:
    """What the function gets for one parameter; an error says which one it is about."""
    try:
        return _resolved(session, param, given)
    except (CommandError, Error):
        session.refused = param.name if param.visible else None
        raise


def _resolved(session: Session, param: Param, given: Given) -> object:
    if not param.visible:
        return param.resolve(session, None, param.name) if param.resolve is not None else None
    if param.name not in given:
        return [] if param.repeats and param.kind else param.default
    if param.kind is None:
        return True
    if param.repeats:
        texts = [param.convert(text) for text in given[param.name]]
        if param.resolve is None:
            return texts
        return [param.resolve(session, text, param.name) for text in texts]
    value = param.convert(given[param.name])
    return value if param.resolve is None else param.resolve(session, value, param.name)


def check(command: Command, given: Given) -> None:
    """Check a command's declared rules between options.  Raises CommandError in virsh's words."""
    for one, other in command.exclusive:
        if one in given and other in given:
            raise CommandError(f"Options --{one} and --{other} are mutually exclusive")
    for option, needed in command.requires.items():
        if option in given and needed not in given:
            raise CommandError(
                f"Option --{needed} is required by option --{option}", hint=f"add --{needed}"
            )
    if command.check is not None:
        command.check(given)


def report(session: Session, error: CommandError | Error) -> None:
    """Show an error and what caused it, outermost first, and notice a connection that was lost."""
    errors = _chain(error)
    if not errors:  # it failed, and all there was to say has been said
        return
    if session.broken or (any(map(lost_connection, errors)) and not session.alive):
        session.lost()
    try:
        renderer = session.renderer
    except CommandError:  # the format itself is what is wrong
        from vsh.output import plain as renderer
    if session.people:
        from vsh.cli.pointing import point

        point(session, errors)
    renderer.report(errors, session.screen)
    if session.format in ("plain", "table"):
        _explain(session, errors)


def _explain(session: Session, errors: list[CommandError | Error]) -> None:
    """What --explain asks for: every problem of a refused document, and their rules in full."""
    in_full = session.explain or session.explains
    if not (in_full or any(isinstance(error, CommandError) and error.listed for error in errors)):
        if session.format == "plain" and session.interactive and session.program != "virsh":
            hints = (error.hint for error in errors)  # a person at a terminal that can only print
            session.screen.complain("".join(f"hint: {hint}\n" for hint in hints if hint))
        return
    for error in errors:
        problems = error.problems if isinstance(error, Error) else ()
        text = ""
        if session.format == "plain":  # a table has shown these already
            text = "".join(f"{problem.text()}\n" for problem in problems)
            if error.hint and not problems:
                text = f"hint: {error.hint}\n"
        rules = {problem.explanation(): None for problem in problems if in_full}
        session.screen.complain(text + "".join(f"{rule}\n" for rule in rules))


def _chain(error: BaseException) -> list[CommandError | Error]:
    """The error and its causes that are ours to show."""
    found: list[CommandError | Error] = []
    cause: BaseException | None = error
    while isinstance(cause, (CommandError, Error)):
        notes = reversed(getattr(cause, "__notes__", ()))  # what an act was doing
        found.extend(CommandError(note) for note in notes)
        if cause.message:
            found.append(cause)
        cause = cause.__cause__
    return found


def mistake(session: Session, error: Exception) -> None:
    """Report a mistake in vsh itself: one line, or with -d 0 or VSH_DEBUG the traceback too."""
    import os

    if session.screen.debug_level == 0 or os.environ.get("VSH_DEBUG"):
        import traceback

        session.screen.complain("".join(traceback.format_exception(error)))
    session.error(f"internal error in vsh: {type(error).__name__}: {error}")
    if session.screen.debug_level != 0:
        session.screen.complain("Run it again with -d 0 to see where, and please report it.\n")


def lost_connection(error: CommandError | Error) -> bool:
    """Whether an error says that a connection is gone: this one, or one of another host's that the
    command was to use."""
    return isinstance(error, (RpcError, NoConnect, InvalidConn)) or (
        isinstance(error, SystemFailure) and error.domain == Domains.REMOTE
    )
