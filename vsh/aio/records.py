# mypy: disable-error-code="no-any-return"
"""Answers that have objects in them.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.api.types import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.aio.domain import Domain
    from vsh.api.types import Blob, TypedParams


class DomainStats(Record):
    """Statistics of one domain, named ``group.field``."""

    domain: Domain
    params: TypedParams
    limits = {"params": 262144}


class Finished(Record):
    """Result of finishing on the destination: the domain there, and a cookie for the source."""

    domain: Domain
    cookie_out: Blob
