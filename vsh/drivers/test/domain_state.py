"""What a guest is doing: its state and few numbers; whether it is active, persistent, updated."""

from __future__ import annotations

import time

from vsh.api.domain.records import DomainInfo, StateAndReason
from vsh.drivers.test._part import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class DomainState(Part):
    """State and information."""

    def domain_get_state(self, domain: Any, flags: int = 0) -> StateAndReason:
        if flags:
            self.accept(flags, 0, "testDomainGetState")
        vm = self.domain(domain)
        return StateAndReason(vm.state, vm.reason)

    def domain_get_info(self, domain: Any) -> DomainInfo:
        with self.domain(domain) as vm:
            return DomainInfo(vm.state, *vm.sizes(), time.time_ns() // 1000 * 1000)

    def domain_is_active(self, domain: Any) -> int:
        return int(self.domain(domain).active)

    def domain_is_persistent(self, domain: Any) -> int:
        return int(self.domain(domain).persistent)

    def domain_is_updated(self, domain: Any) -> int:
        return 0

    def domain_get_os_type(self, domain: Any) -> str:
        return "linux"
