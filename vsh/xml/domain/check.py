"""What libvirt checks in a complete domain, in its order."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import Error
    from vsh.xml.domain import Domain


def check(domain: Domain) -> Iterable[Error]:
    """The problems of a complete domain."""
    return ()
