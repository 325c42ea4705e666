"""SCRAM-SHA-1: see ``_scram``."""

from __future__ import annotations

from vsh.auth.mechanisms._scram import converse, obstacle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from vsh.auth import Peer
    from vsh.auth._credentials import Credentials

__all__ = ["obstacle", "talk"]


def talk(peer: Peer, credentials: Credentials) -> Generator[bytes | None, bytes | None, None]:
    """Prove, and have proved."""
    return converse("SCRAM-SHA-1", credentials)
