"""What a person is offered next on a line: positional values first, options after a ``-``, each
with a word beside it.

virsh's own rule (``commands/_virsh_completion.py``) offers options where a value is wanted; this
one is for the prompt and for the completions of shells, and looks at what the command needs next.
"""

from __future__ import annotations

from vsh.cli import parse, words
from vsh.cli.objects import file_names, folder_names
from vsh.errors import CommandError, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vsh.cli.command import Command
    from vsh.cli.params import Param
    from vsh.cli.parse import Invocation
    from vsh.cli.session import Session


class Wanted:
    """What stands before the cursor, understood.

    word        the word that is being typed, unquoted; "" where a new one begins
    invocation  the command that it belongs to, or None while the command is being typed
    param       the option or argument that the word is a value of, or None
    nothing     True where nothing can be offered: in a comment, after what makes no sense
    """

    __slots__ = ("invocation", "nothing", "param", "word")

    def __init__(
        self,
        word: str,
        invocation: Invocation | None,
        param: Param | None,
        *,
        nothing: bool = False,
    ) -> None:
        self.nothing = nothing
        self.word = word
        self.invocation = invocation
        self.param = param

    @property
    def key(self) -> tuple[object, ...]:
        """What the values depend on; two lines of the same key get the same answer."""
        if self.invocation is None or self.param is None:
            return ()
        given = tuple(sorted((name, str(text)) for name, text in self.invocation.given.items()))
        word = "" if hasattr(self.param.complete, "described") else self.word
        return (self.invocation.command.name, self.param.name, given, word)


def wanted(text: str, *, extras: bool = True) -> Wanted:
    """Understand an unfinished line.  ``extras`` is as ``parse.parse`` has it."""
    before, word, quote = words.unfinished(text)
    if quote == "#":
        return Wanted(word, None, None, nothing=True)
    return after(before, word, extras=extras)


def after(before: Iterable[str | None], word: str, *, extras: bool = True) -> Wanted:
    """Understand the word that is being typed after others."""
    state = parse.unfinished(before, extras=extras)
    invocation = state.invocation
    if invocation is None:
        return Wanted(word, None, None, nothing=state.comment or state.failed)
    waiting = state.option
    if waiting is None and (state.only_values or not word.startswith("-")):
        waiting = state.place()
    if waiting is not None and waiting.repeats:  # what was given already does not change the rest
        invocation.given.pop(waiting.name, None)
    return Wanted(word, invocation, waiting, nothing=state.failed)


def commands(*, extras: bool = True, start: str = "") -> list[tuple[str, str]]:
    """Every command that help lists, with what it does; only those that begin with ``start``."""
    return [
        (name, line)
        for group in parse.groups()
        for name in parse.names(group, extras=extras)
        if name.startswith(start) and (line := parse.line_of(name, extras=extras)) is not None
    ]


def options(invocation: Invocation, *, extras: bool = True) -> list[tuple[str, str]]:
    """The options that may still be given beside those that were, with their help."""
    command, given = invocation.command, invocation.given
    known = [*command.options, *command.extras.values()] if extras else command.options
    barred = {
        name for pair in command.exclusive for name, other in (pair, pair[::-1]) if other in given
    }
    return [
        (f"--{option.name}", option.help)
        for option in known
        if option.repeats or (option.name not in given and option.name not in barred)
    ]


def values(session: Session, asked: Wanted) -> list[tuple[str, str]]:
    """The values of the parameter that the word belongs to, with what is known of each.

    May ask the connection.  Nothing to offer is no error.
    """
    assert asked.invocation is not None
    assert asked.param is not None
    complete = asked.param.complete
    given = asked.invocation.given
    if complete is None:
        return []
    if isinstance(complete, tuple):
        return [(word, "") for word in complete]
    try:
        described = getattr(complete, "described", None)
        if described is not None:
            return list(described(session, asked.word, given))
        plain = complete(session, asked.word, given) if callable(complete) else complete
        return [(word, "") for word in plain or ()]
    except (CommandError, Error):
        return []


class Offers:
    """What can stand at one place of a shell's line.

    found   (word, what it is) for each; what it is may be empty
    files   "files" or "folders" where names of those can stand, too; they are not in ``found``
    """

    __slots__ = ("files", "found")

    def __init__(self, found: Iterable[tuple[str, str]] = (), files: str = "") -> None:
        self.found = list(found)
        self.files = files


def offers(
    session: Session,
    before: Iterable[str | None],
    word: str,
    ask: Callable[[Session, Wanted], list[tuple[str, str]]],
) -> Offers:
    """What can stand where ``word`` is being typed; of ``--name=`` the word with its value.

    Values are not compared with what was typed.  ``ask`` gets them, as ``values`` does.
    """
    extras = session.program != "virsh"
    asked = after(before, word, extras=extras)
    if asked.nothing:
        return Offers()
    if asked.invocation is None:
        return Offers(commands(extras=extras, start=word))
    if asked.param is not None:
        found = _offered(session, asked, ask)
        if found.found or found.files or word:
            return found
    elif "=" in word:
        asked.param = current(asked.invocation.command, asked)
        if asked.param is None or asked.param.kind is None:
            return Offers()
        name, _, asked.word = word.partition("=")
        found = _offered(session, asked, ask)
        return Offers(((f"{name}={each}", about) for each, about in found.found), found.files)
    elif word and not word.startswith("-"):
        return Offers()
    return Offers(options(asked.invocation, extras=extras))


def _offered(
    session: Session, asked: Wanted, ask: Callable[[Session, Wanted], list[tuple[str, str]]]
) -> Offers:
    complete = None if asked.param is None else asked.param.complete
    if complete in (file_names, folder_names):
        return Offers(files="files" if complete is file_names else "folders")
    return Offers(ask(session, asked))


def matches(word: str, known: Iterable[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """What fits the word: those that begin with it, then those that have its letters in order.

    The third value is whether it is one of the latter.
    """
    known = list(known)
    found = [(each, meaning, False) for each, meaning in known if each.startswith(word)]
    if not word.strip("-"):
        return found
    lower = word.lower()
    loose = []
    for each, meaning in known:
        if not each.startswith(word):
            spread = _spread(lower, each.lower())
            if spread is not None:
                loose.append((spread, each, meaning))
    loose.sort(key=lambda item: item[0])  # the closest letters first, else the order given
    return found + [(each, meaning, True) for _, each, meaning in loose]


def _spread(letters: str, word: str) -> tuple[bool, int] | None:
    """How far the letters are spread in the word, or None where they do not all stand in it in
    their order; those that stand at the beginning of a part of the word count first."""
    if letters in word:
        place = word.index(letters)
        return (place > 0 and word[place - 1] not in "-_./ ", len(letters))
    best: int | None = None
    start = word.find(letters[0])
    while start >= 0:
        position = start
        for letter in letters[1:]:
            position = word.find(letter, position + 1)
            if position < 0:
                break
        else:
            best = min(best or len(word), position - start + 1)
        start = word.find(letters[0], start + 1)
    return None if best is None else (True, best)


def current(command: Command, asked: Wanted) -> Param | None:
    """The parameter that the cursor is at: the one whose value is typed, or the option named by the
    word."""
    if asked.param is not None:
        return asked.param
    name = asked.word.partition("=")[0].removeprefix("--")
    return command.by_name.get(name) or command.extras.get(name)
