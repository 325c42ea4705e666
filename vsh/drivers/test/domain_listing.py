"""Which guests there are, and finding one of them."""

from __future__ import annotations

from vsh.api.domain import Domain
from vsh.drivers._base import bare
from vsh.drivers.test._part import Part
from vsh.drivers.test.world import PAUSED, RUNNING, SHUTOFF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.drivers.test.world import Vm, World

_OTHER_STATES_EXCLUDED = (RUNNING, PAUSED, SHUTOFF)


# virConnectListAllDomainsFlags in groups: within a group any of the given flags lets a guest pass
FILTERS: tuple[tuple[tuple[int, Callable[[Vm], bool]], ...], ...] = (
    ((1 << 0, lambda vm: vm.id != -1), (1 << 1, lambda vm: vm.id == -1)),
    ((1 << 2, lambda vm: vm.persistent), (1 << 3, lambda vm: not vm.persistent)),
    (
        (1 << 4, lambda vm: vm.state == RUNNING),
        (1 << 5, lambda vm: vm.state == PAUSED),
        (1 << 6, lambda vm: vm.state == SHUTOFF),
        (1 << 7, lambda vm: vm.state not in _OTHER_STATES_EXCLUDED),
    ),
    ((1 << 8, lambda vm: vm.managed_save), (1 << 9, lambda vm: not vm.managed_save)),
    ((1 << 10, lambda vm: vm.autostart), (1 << 11, lambda vm: not vm.autostart)),
    ((1 << 12, lambda vm: vm.has_snapshots), (1 << 13, lambda vm: not vm.has_snapshots)),
    ((1 << 14, lambda vm: vm.has_checkpoints), (1 << 15, lambda vm: not vm.has_checkpoints)),
    ((1 << 16, lambda vm: vm.autostart_once), (1 << 17, lambda vm: not vm.autostart_once)),
)
ALL_FILTERS = 0x3FFFF


def found(world: World, flags: int) -> list[Vm]:
    """The guests that a listing with these flags shows."""
    shown = list(world.domains.values())
    for group in FILTERS if flags else ():
        wanted = [test for bit, test in group if flags & bit]
        if wanted:
            shown = [vm for vm in shown if any(test(vm) for test in wanted)]
    return shown


class DomainListing(Part):
    """Listing and lookup."""

    def connect_list_all_domains(self, connection: Any, flags: int = 0) -> list[Domain]:
        self.accept(flags, ALL_FILTERS, "testConnectListAllDomains")
        return [Domain(connection, vm.name, vm.uuid, vm.id) for vm in found(self.world, flags)]

    def connect_num_of_domains(self, connection: Any) -> int:
        return sum(vm.id != -1 for vm in self.world.domains.values())

    def connect_list_domains(self, connection: Any) -> list[int]:
        return [vm.id for vm in self.world.domains.values() if vm.id != -1]

    def connect_num_of_defined_domains(self, connection: Any) -> int:
        return sum(vm.id == -1 for vm in self.world.domains.values())

    def connect_list_defined_domains(self, connection: Any) -> list[str]:
        return [vm.name for vm in self.world.domains.values() if vm.id == -1]

    def domain_lookup_by_name(self, connection: Any, name: str) -> Domain:
        vm = self.world.by_name.get(name)
        if vm is None:
            raise bare(42, "Domain not found")
        return Domain(connection, vm.name, vm.uuid, vm.id)

    def domain_lookup_by_uuid(self, connection: Any, uuid: str) -> Domain:
        vm = self.world.domains.get(uuid)
        if vm is None:
            raise bare(42, "Domain not found")
        return Domain(connection, vm.name, vm.uuid, vm.id)

    def domain_lookup_by_id(self, connection: Any, number: int) -> Domain:
        if number < 0:
            raise bare(8, "id in virDomainLookupByID must be zero or greater")
        for vm in self.world.domains.values():
            if vm.id == number:
                return Domain(connection, vm.name, vm.uuid, vm.id)
        raise bare(42, "Domain not found")
