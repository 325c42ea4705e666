"""The titles of domains, asked for with few calls."""

from __future__ import annotations

from vsh.errors import Error, NoDomainMetadata, NoSupport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from vsh.api._call import Request
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain


def titles(connection: Connection, domains: Sequence[Domain]) -> Sequence[str]:
    """The title of each domain."""
    return more(connection, domains, (), managed_save=False, title=True)[1]


def more(
    connection: Connection,
    domains: Sequence[Domain],
    states: Sequence[int],
    *,
    managed_save: bool,
    title: bool,
) -> tuple[Sequence[int], Sequence[str]]:
    """Which of the domains are saved, and the title of each, asked in one go where it is wanted."""
    off: Sequence[int] = ()
    requests: Sequence[Request[object]] = ()
    if managed_save:
        from vsh.words.domain.state import DomainState

        off = [number for number, state in enumerate(states) if state == DomainState.SHUTOFF]
        requests = [domains[number].has_managed_save_image.request() for number in off]
    if title:
        from vsh.words.domain.document import DomainMetadataType

        titles = [domain.get_metadata.request(DomainMetadataType.TITLE) for domain in domains]
        requests = [*requests, *titles]
    if not requests:
        return (), ()
    answers = connection.many(iter(requests))
    saved = [number for number, answer in zip(off, answers, strict=False) if answer == 1]
    told = zip(domains, answers[len(off) :], strict=False)
    return saved, [_title(domain, answer) for domain, answer in told]


def _title(domain: Domain, answer: object) -> str:
    """A domain's title; from its document where the driver has no better way."""
    if isinstance(answer, NoDomainMetadata):
        return ""
    if isinstance(answer, NoSupport):
        from vsh.commands._devices import domain_tree

        return str(domain_tree(domain).xpath("string(./title[1])"))
    if isinstance(answer, Error):
        raise answer
    return str(answer)
