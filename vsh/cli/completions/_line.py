"""A shell's line of words that calls vsh: what can stand where its last word is being typed."""

from __future__ import annotations

from vsh.cli import options, suggest, words
from vsh.cli.completions._kept import values
from vsh.cli.objects import file_names
from vsh.cli.suggest import Offers
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.options import TopOption
    from vsh.cli.session import Session

    Offer = tuple[str, str]


def line_offers(session: Session, typed: list[str], last: str) -> Offers:
    """What can stand for ``last`` after the words ``typed`` that follow the program's name.

    Options that choose the connection are obeyed.  Every word found begins with ``last``: where
    that is a whole chain of commands ('start a; dominf') so is what is found.
    """
    session.asks = False  # a question would stand in the middle of the line
    rest = [*typed, "\0"]  # stands for the last word: no shell can hand this over
    known = options.known(session.program)
    value_of: TopOption | None = None
    try:
        for option, value, _ in options.cut(known, rest):
            if value == "\0":
                value_of = option
            else:
                _obey(session, option.name, value)
    except CommandError:
        return Offers()
    if value_of is not None:
        return _starting(_top_values(session, value_of), last)
    if len(rest) > 1:
        return _starting(suggest.offers(session, [*rest[:-1]], last, values), last)
    if last[:1] == "-":
        return _top_options(session, known, last)
    return _chain(session, last)


def _obey(session: Session, name: str, value: str | None) -> None:
    if name == "connect":
        session.uri = session.place(value)
    elif name == "readonly":
        session.readonly = True


def _starting(offers: Offers, last: str) -> Offers:
    offers.found = [offer for offer in offers.found if offer[0].startswith(last)]
    return offers


def _top_options(session: Session, known: list[TopOption], last: str) -> Offers:
    name, equals, text = last[2:].partition("=")
    if not equals:
        return _starting(Offers((f"--{option.name}", option.help) for option in known), last)
    for option in known:
        if option.name == name and option.value:
            known_values = _starting(_top_values(session, option), text)
            found = ((f"--{name}={word}", about) for word, about in known_values.found)
            return Offers(found, known_values.files)
    return Offers()


def _top_values(session: Session, option: TopOption) -> Offers:
    if option.name == "connect" and session.program != "virsh":
        from vsh.cli.places import places

        return Offers(places(session))
    if option.complete == "files":
        return Offers(files="files")
    return Offers((word, "") for word in option.complete)


def _chain(session: Session, text: str) -> Offers:
    """The one word after the options is a line of vsh's own: commands, their words, ``;``."""
    before, last, quote = words.unfinished(text)
    if quote == "#":
        return Offers()
    offers = suggest.offers(session, before, last, values)
    found: Iterable[Offer] = offers.found
    if offers.files:
        names = file_names(session, last, {})
        found = ((name, "") for name in names if offers.files == "files" or name[-1:] == "/")
    return Offers(
        (text + words.rest(word[len(last) :], quote), about)
        for word, about in found
        if word.startswith(last)
    )


def described(word: str, about: str, wide: int, columns: int) -> str:
    """One line of a menu: a word, and what it is as far as there is room."""
    room = columns - wide - 4
    if not about or room < 12:
        return word
    about = "".join(char if char.isprintable() else " " for char in about)
    if len(about) > room:
        about = about[: room - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return f"{word:{wide}}  ({about})"
