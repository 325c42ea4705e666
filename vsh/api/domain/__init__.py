"""A domain: a guest, running or not."""

from __future__ import annotations

from vsh.api._call import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.checkpoint import Checkpoint
    from vsh.api.domain.block import Block
    from vsh.api.domain.cpu import Cpu
    from vsh.api.domain.devices import Devices
    from vsh.api.domain.guest import Guest
    from vsh.api.domain.lifecycle import Lifecycle
    from vsh.api.domain.memory import Memory
    from vsh.api.domain.migration import Migration
    from vsh.api.domain.moments import Moments
    from vsh.api.domain.state import State
    from vsh.api.snapshot import Snapshot
    from vsh.api.types import UUID, Text, i32

    class _Calls(Lifecycle, State, Memory, Cpu, Block, Devices, Guest, Migration, Moments):
        pass

else:
    _Calls = Object


class Domain(_Calls):
    """A domain, known by its UUID; ``id`` is -1 unless it was running when the handle was made."""

    __slots__ = ()
    prefix = "domain_"
    kind = "Domain"
    fields = ("name", "uuid", "id")
    themes = (
        "state",
        "lifecycle",
        "memory",
        "cpu",
        "moments",
        "block",
        "devices",
        "guest",
        "migration",
    )
    name: Text
    uuid: UUID
    id: i32

    def snapshots(self, flags: int = 0) -> list[Snapshot]:
        """All its snapshots."""
        found: list[Snapshot] = self.list_all_snapshots(flags)
        return found

    def checkpoints(self, flags: int = 0) -> list[Checkpoint]:
        """All its checkpoints."""
        found: list[Checkpoint] = self.list_all_checkpoints(flags)
        return found

    def snapshot(self, name: str) -> Snapshot:
        """The snapshot of that name.  Raises NoSnapshot."""
        found: Snapshot = self.snapshot_lookup_by_name(name)
        return found

    def checkpoint(self, name: str) -> Checkpoint:
        """The checkpoint of that name.  Raises NoCheckpoint."""
        found: Checkpoint = self.checkpoint_lookup_by_name(name)
        return found
