"""What the checkpoint commands share: the checkpoint that is meant."""

from __future__ import annotations

from vsh.cli.objects import Names, find_domain
from vsh.cli.params import Argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.cli.params import Given
    from vsh.cli.session import Session

NO_CHECKPOINT = 103  # VIR_ERR_NO_DOMAIN_CHECKPOINT
WITH_CHECKPOINTS = 1 << 14  # VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT


class _Names(Names):
    """The names of the given domain's checkpoints."""

    __slots__ = ()

    def objects(self, session: Session, given: Given) -> list[object]:
        name = given.get("domain")
        if not isinstance(name, str):
            return []
        found: list[object] = find_domain(session, name).list_all_checkpoints(0)
        return found


checkpoint_names = _Names("list_all_checkpoints")


def checkpoint_argument(help: str = "name of the checkpoint") -> Any:
    """A checkpoint's name, by position."""
    return Argument(help, complete=checkpoint_names)
