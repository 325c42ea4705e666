"""What the parts of the test driver share: the world, finding a guest, flags, events."""

from __future__ import annotations

from vsh.drivers import _events as events
from vsh.drivers._base import Driver, bare
from vsh.errors import OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers._events import Queue
    from vsh.drivers.test.world import Vm, World


class Part(Driver):
    """The base of every part of the test driver."""

    world: World
    queue: Queue | None = None

    def domain(self, target: Any, active: bool = False) -> Vm:
        """The guest that a Domain stands for; to be used in a ``with``, which holds its world.

        Raises NoDomain if it has gone, OperationInvalid if it has to run and does not.
        """
        vm = self.world.domains.get(target.uuid)
        if vm is None:
            raise bare(
                42,
                f"Domain not found: no domain with matching uuid '{target.uuid}' ({target.name})",
            )
        if active and vm.id == -1:
            raise OperationInvalid("domain is not running")
        return vm

    @staticmethod
    def accept(flags: int, known: int, function: str) -> None:
        """Refuse flags that libvirt's function does not know."""
        unknown = flags & ~known
        if unknown:
            raise bare(8, f"unsupported flags (0x{unknown:x}) in function {function}")

    def emit_domain(self, vm: Vm, event: int, *values: Any) -> None:
        """Tell whoever listens that something happened to a guest."""
        if not self.world.queues:
            return
        from vsh.api.domain import Domain
        from vsh.api.event import by_id

        kind: Any = by_id("domain", event)
        name, uuid, number = vm.name, vm.uuid, vm.id
        self.world.emit(
            "domain",
            event,
            uuid,
            lambda connection: kind(Domain(connection, name, uuid, number), *values),
        )

    def lifecycle_event(self, vm: Vm, event: int, detail: int) -> None:
        """Tell whoever listens that a guest's life took a turn."""
        self.emit_domain(vm, events.LIFECYCLE, event, detail)

    def stop(self, vm: Vm, reason: int, detail: int) -> None:
        """Stop a guest, tell, and forget it if it was transient."""
        vm.stop(reason)
        self.lifecycle_event(vm, events.STOPPED, detail)
        if not vm.persistent:
            self.world.remove(vm)
