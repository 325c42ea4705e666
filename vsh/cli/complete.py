"""What could come next on a line: commands, options of a command, values that a completer knows.

Two ways of offering, from the same declarations:

- ``candidates`` is virsh's: what ``complete`` prints, for scripts that were written for virsh;
- ``offers`` is vsh's, for its prompt and for shells: values by position first, options after a
  ``-``, each with what it is.

A completer is a tuple of words, or a function that gives words or pairs (word, what it is).  None
stands for a value that nobody knows; ``()`` for one where nothing else may be offered either.
"""

from __future__ import annotations

from vsh import lookup
from vsh.cli import parse, words
from vsh.cli.objects import file_names, folder_names
from vsh.errors import CommandError, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from vsh.cli.command import Command
    from vsh.cli.params import Param
    from vsh.cli.session import Session

    Offer = tuple[str, str]


class Offers:
    """What can stand at one place.

    found   (word, what it is) for each; what it is may be empty
    files   "files" or "folders" where names of those can stand, too; they are not in ``found``
    """

    __slots__ = ("files", "found")

    def __init__(self, found: Iterable[Offer] = (), files: str = "") -> None:
        self.found = list(found)
        self.files = files


# -- vsh's way ------------------------------------------------------------------------------------


def offers(session: Session, before: list[str | None], last: str) -> Offers:
    """What can stand where ``last`` is being typed, after the words ``before``.

    The words are not filtered by what was typed of the last one, but for options and values after
    ``--name=``, which begin with it.
    """
    extras = session.program != "virsh"
    state = parse.unfinished(before, extras=extras)
    if state.comment or state.failed:
        return Offers()
    if state.invocation is None:
        return Offers(_commands(extras=extras))
    invocation = state.invocation
    if state.option is not None:
        return _values(session, state.option, last, invocation)
    if last[:1] == "-" and not state.only_values:
        name, equals, text = last[2:].partition("=")
        if not equals:
            return Offers(_options(invocation, extras=extras))
        option = _option(invocation.command, name, extras=extras)
        found = Offers() if option is None else _values(session, option, text, invocation)
        return Offers([(f"--{name}={word}", about) for word, about in found.found])
    place = state.place()
    found = Offers() if place is None else _values(session, place, last, invocation)
    if not found.found and not found.files and not last and not state.only_values:
        return Offers(_options(invocation, extras=extras))
    return found


def for_text(session: Session, text: str) -> tuple[str, list[Offer]]:
    """For a prompt: the word at the end of ``text``, and (candidate, what it is) for it."""
    before, last, quote = words.unfinished(text)
    if quote == "#":
        return "", []
    found = offers(session, before, last)
    if found.files:
        found.found += [(name, "") for name in file_names(session, last, {})]
    return last, [offer for offer in found.found if offer[0].startswith(last)]


def _commands(*, extras: bool) -> Iterator[Offer]:
    for group in parse.groups():
        for name in parse.names(group, extras=extras):
            command = parse.find(name)
            if command is not None and command.name == name and not command.hidden:
                yield name, command.help.rstrip(".")


def _options(invocation: parse.Invocation, *, extras: bool) -> Iterator[Offer]:
    """The options that were not given yet and that can go with those that were."""
    command, given = invocation.command, invocation.given
    barred = {
        name for pair in command.exclusive for name, other in (pair, pair[::-1]) if other in given
    }
    known = [*command.options, *command.extras.values()] if extras else command.options
    for option in known:
        if option.repeats or (option.name not in given and option.name not in barred):
            yield f"--{option.name}", option.help


def _option(command: Command, name: str, *, extras: bool) -> Param | None:
    option = command.by_name.get(name)
    return command.extras.get(name) if option is None and extras else option


def _values(session: Session, option: Param, text: str, invocation: parse.Invocation) -> Offers:
    if option.complete is file_names:
        return Offers(files="files")
    if option.complete is folder_names:
        return Offers(files="folders")
    given = invocation.given.get(option.name)
    taken = set(given) if isinstance(given, list) else set()
    found = _asked(session, option.complete or (), text, invocation)
    return Offers(offer for offer in found if offer[0] not in taken)


def _asked(session: Session, complete: Any, text: str, invocation: parse.Invocation) -> list[Offer]:
    """What a completer knows."""
    if not isinstance(complete, tuple):
        try:
            complete = list(complete(session, text, invocation.given))
        except (CommandError, Error):  # nothing to offer is not an error of the user's
            return []
    return [(each, "") if isinstance(each, str) else each for each in complete]


# -- virsh's way ----------------------------------------------------------------------------------


def candidates(session: Session, line: list[str]) -> list[str]:
    """The words that can stand where the last word of ``line`` stands, as virsh has them.

    line  the words so far; several commands may be apart by ``;`` inside a word, as a shell hands
          them
    """
    text = " ".join(line)
    last = line[-1] if line else ""
    return [word for word in _virsh(session, text, last) if word.startswith(last)]


def _virsh(session: Session, text: str, last: str) -> list[str]:
    extras = session.program != "virsh"
    invocation = parse.partial(words.split(text, lenient=True), extras=extras)
    if invocation is None or invocation.command.name == last:
        return [name for name, _ in _commands(extras=extras)]
    given = dict(invocation.given)
    option = invocation.last
    if option is not None and option.kind is not None:
        value = given.get(option.name)
        typed = value[-1] if isinstance(value, list) else value
        waiting = typed is None  # "--domain " and nothing yet
        if (typed == last and last) or (waiting and not last):
            complete = _virsh_completer(invocation.command, option)
            if complete is not None:
                return [word for word, _ in _asked(session, complete, last, invocation)]
        given.setdefault(option.name, last)
    options = [*invocation.command.options]
    if extras:
        options += invocation.command.extras.values()
    return [f"--{each.name}" for each in options if each.repeats or each.name not in given]


def _virsh_completer(command: Command, option: Param) -> Any:
    """virsh's completer of an option: it leaves names of files to the shell, and some words of
    ours it does not know."""
    table = lookup.module("vsh.cli", "virsh_completers")
    assert table is not None
    own = table.OTHERS.get(f"{command.name} {option.name}", option.complete)
    return () if own in (file_names, folder_names) else own
