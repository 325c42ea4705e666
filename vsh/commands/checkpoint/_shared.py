"""What the checkpoint commands share: the checkpoint that is meant."""

from __future__ import annotations

from vsh.cli.objects import Names, find_domain
from vsh.cli.params import Argument
from vsh.words.connection import ListAllDomains

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.params import Given
    from vsh.cli.session import Session

WITH_CHECKPOINTS = ListAllDomains.HAS_CHECKPOINT


class _Names(Names):
    """The names of the given domain's checkpoints."""

    __slots__ = ()

    def objects(self, session: Session, given: Given) -> list[object]:
        name = given.get("domain")
        if not isinstance(name, str):
            return []
        return [*find_domain(session, name).list_all_checkpoints(0)]


checkpoint_names = _Names("list_all_checkpoints")


def checkpoint_argument(help: str = "name of the checkpoint") -> str:
    """A checkpoint's name, by position."""
    name: str = Argument(help, complete=checkpoint_names)
    return name
