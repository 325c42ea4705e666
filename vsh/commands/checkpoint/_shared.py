"""What the checkpoint commands share: the checkpoint that is meant."""

from __future__ import annotations

from vsh.cli.params import Argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.session import Session

NO_CHECKPOINT = 103  # VIR_ERR_NO_DOMAIN_CHECKPOINT
WITH_CHECKPOINTS = 1 << 14  # VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT


def checkpoint_names(session: Session, text: str, given: dict[str, Any]) -> Iterable[str]:
    """A completer of the names of the given domain's checkpoints."""
    from vsh.cli.objects import find_domain

    name = given.get("domain")
    if not isinstance(name, str):
        return []
    return [checkpoint.name for checkpoint in find_domain(session, name).list_all_checkpoints(0)]


def checkpoint_argument(help: str = "name of the checkpoint") -> Any:
    """A checkpoint's name, by position."""
    return Argument(help, complete=checkpoint_names)
