"""What the parts of the test driver share: the world, finding a guest, and checks on flags."""

from __future__ import annotations

from vsh.drivers._base import Driver, bare
from vsh.drivers.test.world import no_domain
from vsh.errors import OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.test.world import Vm, World


class Part(Driver):
    """The base of every part (mixin) of the test driver."""

    world: World

    def domain(self, target: Any, active: bool = False) -> Vm:
        """The guest that a Domain stands for; to be used in a ``with``, which holds its world.

        Raises NoDomain if it has gone, OperationInvalid if it has to run and does not.
        """
        vm = self.world.domains.get(target.uuid)
        if vm is None:
            raise no_domain(target.name, target.uuid)
        if active and vm.id == -1:
            raise OperationInvalid("domain is not running")
        return vm

    @staticmethod
    def accept(flags: int, known: int, function: str) -> None:
        """Refuse flags that libvirt's function does not know."""
        unknown = flags & ~known
        if unknown:
            raise bare(8, f"unsupported flags (0x{unknown:x}) in function {function}")

    def emit_domain(self, vm: Vm, event: int, kind: str, *values: Any) -> None:
        """Tell whoever listens that something happened to a guest."""
        from vsh.api import event as records

        raise NotImplementedError
