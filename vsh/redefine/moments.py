"""Snapshots and checkpoints ("moments") as types: what the rest of this package says of both."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from vsh.api._call import Request
    from vsh.api.checkpoint import Checkpoint
    from vsh.api.snapshot import Snapshot
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot

    Moment = Snapshot | Checkpoint
    """The API's object."""

    Document = DomainSnapshot | DomainCheckpoint
    """The model of its document."""

    class Listing(Protocol):
        """The call that lists."""

        def __call__(self, flags: int = 0, /) -> Sequence[Moment]: ...

    class Named(Protocol):
        """A call that takes a text, a name or a document, and gives one."""

        def __call__(self, text: str, flags: int = 0, /) -> Moment: ...
        def request(self, text: str, flags: int = 0, /) -> Request[Moment]: ...
