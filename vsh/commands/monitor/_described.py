"""What structured formats tell of a domain in a listing beyond what the plain one shows."""

from __future__ import annotations

from vsh.errors import Error
from vsh.words.connection import ListAllDomains

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.output.document import Row

NO_LIMIT = 2**32 - 1


def described(connection: Connection, domains: Sequence[Domain]) -> Sequence[Row]:
    """Of each domain: uuid, persistent, autostart, title, vcpus, memory_bytes, max_memory_bytes.

    What could not be asked is None.  All is asked at once: which start by themselves and which are
    persistent with a listing each, the rest with a call for each domain.
    """
    from vsh.words.domain.document import DomainMetadataType

    title = DomainMetadataType.TITLE
    calls = [
        call
        for domain in domains
        for call in (domain.get_info.request(), domain.get_metadata.request(title))
    ]
    listings = [
        connection.list_all_domains.request(flag)
        for flag in (ListAllDomains.PERSISTENT, ListAllDomains.AUTOSTART)
    ]
    found: list[Any] = connection.many([*listings, *calls])
    persistent, autostart, *answers = found
    kept, started = _uuids(persistent), _uuids(autostart)
    rows: list[Row] = []
    for number, domain in enumerate(domains):
        info, text = answers[2 * number : 2 * number + 2]
        there = not isinstance(info, Error)
        rows.append(
            {
                "uuid": domain.uuid,
                "persistent": None if kept is None else domain.uuid in kept,
                "autostart": None if started is None else domain.uuid in started,
                "title": None if isinstance(text, Error) or not text else text,
                "vcpus": info.nrVirtCpu if there else None,
                "memory_bytes": info.memory * 1024 if there else None,
                "max_memory_bytes": (
                    info.maxMem * 1024 if there and info.maxMem != NO_LIMIT else None
                ),
            }
        )
    return rows


def _uuids(answer: Any) -> set[str] | None:
    return None if isinstance(answer, Error) else {domain.uuid for domain in answer}
