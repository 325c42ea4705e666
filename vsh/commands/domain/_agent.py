"""What the guest's agent knows: options whose completers ask it."""

from __future__ import annotations

from vsh.cli.objects import find_domain
from vsh.cli.params import Argument, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.params import Given
    from vsh.cli.session import Session


def mount_points(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of where file systems are mounted in the guest."""
    if not given.get("domain"):
        return []
    return [each.mountpoint for each in find_domain(session, given["domain"]).get_fsinfo()]


MOUNT_POINTS = Argument(
    "where they are mounted (default: all)",
    required=False,
    kind=anything,
    repeats=True,
    complete=mount_points,
)
