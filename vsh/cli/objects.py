"""The atoms: words of a command line that stand for objects of the connection.

``DOMAIN`` looks itself up by id, UUID, then name, completes itself and shows itself in usage texts;
so do the others.  ``CONNECTION`` and ``SESSION`` are not typed: they hand the function what it
works on.
"""

from __future__ import annotations

from vsh.cli.params import Argument, Flags, Option, Param, declared, integer, string
from vsh.errors import CommandError, Error, NoDomain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.cli.params import Completer, Given
    from vsh.cli.session import Session

    Found = TypeVar("Found")

UUID_LENGTH = 36


def canonical_uuid(text: str) -> str | None:
    """A UUID in its 8-4-4-4-12 form, or None if the text is not one (32 digits, hyphens
    anywhere)."""
    digits = text.strip().replace("-", "").lower()
    if len(digits) != 32 or any(char not in "0123456789abcdef" for char in digits):
        return None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def find_domain(session: Session, text: str, by: str = "id uuid name") -> Domain:
    """The domain that a text names, tried in virsh's order: id, UUID, name.

    Raises CommandError "failed to get domain '...'"; from the driver's error if that is another
    one.
    """
    connection = session.connection
    told = session.screen.debug_level <= 1  # else the words are not even made
    if told:
        session.debug(1, f"{session.running}: found option <domain>: {text}")
    error: Error | None = None
    if text[:1].isdecimal() and "id" in by.split():
        number = integer(text, 0, 2**31 - 1)
        if number is not None:
            if told:
                session.debug(0, f"{session.running}: <domain> looks like ID")
            try:
                return connection.domain_lookup_by_id(number)
            except Error as failed:
                error = failed
    if "uuid" in by and len(text) == UUID_LENGTH:
        if told:
            session.debug(0, f"{session.running}: <domain> trying as domain UUID")
        uuid = canonical_uuid(text)
        if uuid is not None:
            try:
                return connection.domain_lookup_by_uuid(uuid)
            except Error as failed:
                error = failed
    if "name" in by:
        if told:
            session.debug(0, f"{session.running}: <domain> trying as domain NAME")
        if session.recent is not None and (known := _just_used(session, connection, text)):
            return known
        try:
            return _looked_up(session, connection, text)
        except Error as failed:
            error = failed
    hint = _meant(session, text, domain_names()) or "see 'list --all' for what there is"
    if error is None or isinstance(error, NoDomain):
        raise CommandError(f"failed to get domain '{text}'", hint=hint, kind=NoDomain)
    raise CommandError(f"failed to get domain '{text}'", hint=hint) from error


def _just_used(session: Session, connection: Connection, name: str) -> Domain | None:
    """The domain of that name, where the same command worked on it a moment ago and nothing was
    asked of the driver since; said once, so that a command in between is the end of it.
    """
    from time import monotonic

    assert session.recent is not None
    (running, domain, made, until), session.recent = session.recent, None
    same = running == session.running and domain.name == name and domain.connection is connection
    if not same or connection.driver.calls_made != made or monotonic() >= until:
        return None
    return domain


def _looked_up(session: Session, connection: Connection, name: str) -> Domain:
    """The domain of a name.  Raises Error.

    Where a script has the same command for another domain next, and all that it does is look, that
    domain is asked for before this command goes on: one wait for each instead of two.
    """
    if session.script is None or not connection.driver.keeps_alive:
        return connection.domain_lookup_by_name(name)
    from vsh.cli.ahead import Sought

    sought, session.sought = session.sought, None
    domain = None if sought is None else sought.taken(connection, name)
    if domain is None:
        domain = connection.domain_lookup_by_name(name)
    session.sought = Sought.following(connection, session.invocation, session.following())
    return domain


def _meant(session: Session, text: str, names: Completer) -> str | None:
    """The hint for an object that is not there: the one of the nearest name, where a person reads
    hints."""
    if session.format != "table":
        return None
    from vsh.cli.nearest import nearest

    try:
        close = nearest(text, names(session, text, {}))
    except (CommandError, Error):
        return None
    return f"did you mean '{close}'?" if close and close != text else None


def look_up(
    session: Session,
    option: str,
    text: str,
    kind: str,
    ways: Iterable[tuple[str, Callable[[str], Found]]],
) -> Found:
    """The object that a text names, by the first of the ways that finds it.

    kind  what messages call the object
    ways  (what the text is tried as, look-up) in order
    Raises CommandError "failed to get ... '...'", from the last way's error.
    """
    session.debug(1, f"{session.running}: found option <{option}>: {text}")
    error: Error | None = None
    for way, find in ways:
        session.debug(0, f"{session.running}: <{option}> trying as {way}")
        try:
            return find(text)
        except Error as failed:
            error = failed
    raise CommandError(f"failed to get {kind} '{text}'") from error


def uuid_way(
    text: str, way: str, find: Callable[[str], Found]
) -> list[tuple[str, Callable[[str], Found]]]:
    """The look-up by UUID as a way for ``look_up``, where the text could be one."""
    if len(text) != UUID_LENGTH:
        return []
    uuid = canonical_uuid(text)
    return [] if uuid is None else [(way, lambda typed: find(uuid))]


class Names:
    """A completer: a word of each object that a call of the connection lists.

    listing  the call, such as "list_all_networks"; ``flags`` are those of it, or the name of one of
             them where their module is not to be loaded before it is needed
    word     the attribute that is offered
    """

    __slots__ = ("flags", "listing", "word")

    def __init__(self, listing: str, flags: int | str = 0, *, word: str = "name") -> None:
        self.listing = listing
        self.flags = flags
        self.word = word

    def __call__(self, session: Session, text: str, given: Given) -> Iterable[str]:
        """The words alone, for shells and scripts."""
        return [self.label(each, given) for each in self.objects(session, given)]

    def objects(self, session: Session, given: Given) -> list[object]:
        """The objects that there are."""
        flags = self.flags
        if isinstance(flags, str):
            # only now: the module of the flags would cost each command its milliseconds
            from vsh.words.connection import ListAllDomains

            flags = getattr(ListAllDomains, flags)
        found: list[object] = getattr(session.connection, self.listing)(flags)
        return found

    def label(self, each: object, given: Given) -> str:
        """The word for one of them."""
        word: str = getattr(each, self.word)
        return word

    def described(self, session: Session, text: str, given: Given) -> Iterable[tuple[str, str]]:
        """The words, each with what a menu says beside it."""
        from vsh.cli.described import descriptions

        found = self.objects(session, given)
        facts = descriptions(session.connection, self.listing, found)
        return [(self.label(each, given), fact) for each, fact in zip(found, facts, strict=True)]


names_of = Names


def domain_names(which: int | str = 0) -> Names:
    """A completer of domain names.

    which  flags of ``connection.list_all_domains``, or the name of one: "ACTIVE"
    """
    return Names("list_all_domains", which)


def atom(
    find: Callable[[Session, str], Found],
    names: Completer,
    help: str,
    *,
    option: bool = False,
    by_place: bool = False,
    required: bool = True,
    repeats: bool = False,
) -> Found:
    """A parameter that stands for an object.

    find    ``find(session, text) -> object``; the object gets the text that it was found by as its
            ``called``, for messages that repeat what the user typed
    names   ``names(session, text, given) -> words``: its completer
    option  only as ``--name``; with ``by_place`` also by position
    """

    def resolve(session: Session, text: str, name: str) -> Found:
        try:
            found = find(session, text)
        except CommandError as error:
            error.hint = error.hint or _meant(session, text, names)
            raise
        setattr(found, "called", text)
        return found

    param: Param
    if option or by_place:
        param = Option(
            help,
            kind=string,
            by_place=by_place,
            required=required and not by_place,
            repeats=repeats,
            complete=names,
        )
    else:
        param = Argument(help, kind=string, required=required, repeats=repeats, complete=names)
    param.resolve = resolve
    typed: Found = declared(param)
    return typed


def domain_argument(
    help: str = "domain name, id or uuid",
    *,
    by: str = "id uuid name",
    complete: int | str = 0,
    option: bool = False,
    by_place: bool = False,
    required: bool = True,
    repeats: bool = False,
) -> Domain:
    """A domain given by position (or with ``option``, only as ``--domain``).

    by        which of "id", "uuid", "name" are tried
    complete  which domains to offer: flags of ``connection.list_all_domains``, or the name of one
    """

    def find(session: Session, text: str) -> Domain:
        return find_domain(session, text, by)

    return atom(
        find,
        domain_names(complete),
        help,
        option=option,
        by_place=by_place,
        required=required,
        repeats=repeats,
    )


DOMAIN = domain_argument()
ACTIVE_DOMAIN = domain_argument(complete="ACTIVE")
INACTIVE_DOMAIN = domain_argument(complete="INACTIVE")


def _handed(resolve: Callable[[Session, object, str], Found]) -> Found:
    param = Param("", visible=False)
    param.resolve = resolve
    typed: Found = declared(param)
    return typed


def _connection(session: Session, value: object, name: str) -> Connection:
    return session.connection


def _session(session: Session, value: object, name: str) -> Session:
    return session


CONNECTION = _handed(_connection)
SESSION = _handed(_session)


IMPACT_HELP = {
    "config": "affect next boot",
    "live": "affect running domain",
    "current": "affect current domain",
}


def impact(*words: str) -> int:
    """The options --config, --live and --current as one number, in the given order of the
    synopsis."""
    from vsh.words.domain import DomainModificationImpact

    chosen = words or ("config", "live", "current")
    return Flags(DomainModificationImpact, **{word: IMPACT_HELP[word] for word in chosen})


IMPACT_EXCLUSIVE = (("current", "live"), ("current", "config"))
"""For ``@command(exclusive=...)``: what cannot go with --current."""


def file_names(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of paths on this machine; folders end in a slash, hidden names need their dot."""
    import os

    folder, _, start = text.rpartition("/")
    base = os.path.expanduser(folder or ("/" if text.startswith("/") else "."))
    try:
        entries = sorted(os.listdir(base))
    except (OSError, ValueError):
        return []
    prefix = text[: len(text) - len(start)]
    return [
        prefix + entry + ("/" if os.path.isdir(os.path.join(base, entry)) else "")
        for entry in entries
        if entry.startswith(start) and (start or not entry.startswith("."))
    ]


def folder_names(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of paths of folders on this machine."""
    return [name for name in file_names(session, text, given) if name.endswith("/")]
