"""Memory of a guest: how much it may have, how much it has, and limits on the host."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.drivers import _params
from vsh.drivers.test import definitions, device_model, tuning_model
from vsh.drivers.test._part import Part
from vsh.drivers.test.world import LIVE
from vsh.errors import InternalError, InvalidArgument, OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAXIMUM = 4
_STRINGS_OKAY = 4

_LIMITS = ("hard_limit", "soft_limit", "swap_hard_limit")

# virDomainNumatuneMemMode
NUMA_MODES = ("strict", "preferred", "interleave", "restrictive")


class DomainMemory(Part):
    """Memory."""

    def domain_get_max_memory(self, domain: Any) -> int:
        with self.domain(domain) as vm:
            return vm.sizes()[0]

    def domain_set_max_memory(self, domain: Any, memory: int) -> None:
        self.domain_set_memory_flags(domain, memory, _MAXIMUM)

    def domain_set_memory(self, domain: Any, memory: int) -> None:
        self.domain_set_memory_flags(domain, memory, LIVE)

    def domain_set_memory_flags(self, domain: Any, memory: int, flags: int = 0) -> None:
        self.accept(flags, 3 | _MAXIMUM, "testDomainSetMemoryFlags")
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            if not flags & _MAXIMUM:
                if memory > definitions.memory(definition):
                    raise InvalidArgument("cannot set memory higher than max memory")
                definitions.set_current_memory(definition, memory)
                return
            if vm.impact(flags) & LIVE:
                raise OperationInvalid("cannot resize the maximum memory on an active domain")
            definitions.set_memory(definition, memory)

    def domain_set_memory_stats_period(self, domain: Any, period: int, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainSetMemoryStatsPeriod")
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            if not device_model.has_balloon(definition):
                raise InternalError(
                    "No memory balloon device configured, can not set the collection period"
                )
            device_model.set_balloon_period(definition, period)

    def domain_get_memory_parameters(self, domain: Any, flags: int = 0) -> TypedParams:
        self.accept(flags, 3 | _STRINGS_OKAY, "testDomainGetMemoryParameters")
        with self.domain(domain) as vm:
            limits = tuning_model.memory_limits(vm.one(flags))
            params = TypedParams()
            for name in _LIMITS:
                params.set(name, "ullong", limits[name])
            return params

    def domain_set_memory_parameters(
        self, domain: Any, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, 3, "testDomainSetMemoryParameters")
        _params.check(params, dict.fromkeys(_LIMITS, "ullong"))
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            if "swap_hard_limit" in params or "hard_limit" in params:
                now = {**tuning_model.memory_limits(vm.definition), **params}
                if now["hard_limit"] > now["swap_hard_limit"]:
                    raise InvalidArgument(
                        "memory hard_limit tunable value must be lower than "
                        "or equal to swap_hard_limit"
                    )
            tuning_model.set_memory_limits(definition, dict(params))

    def domain_get_numa_parameters(self, domain: Any, flags: int = 0) -> TypedParams:
        self.accept(flags, 3 | _STRINGS_OKAY, "testDomainGetNumaParameters")
        with self.domain(domain) as vm:
            mode, nodes = tuning_model.numa(vm.one(flags))
            number = NUMA_MODES.index(mode) if mode is not None else 0
            return (
                TypedParams().set("numa_mode", "int", number).set("numa_nodeset", "string", nodes)
            )

    def domain_set_numa_parameters(self, domain: Any, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainSetNumaParameters")
        _params.check(params, {"numa_mode": "int", "numa_nodeset": "string"})
        with self.domain(domain) as vm:
            definition = vm.one(flags)
            number = params.get("numa_mode")
            if number is not None and not 0 <= number < len(NUMA_MODES):
                raise InvalidArgument(f"unsupported numatune mode: '{number}'")
            mode = None if number is None else NUMA_MODES[number]
            nodes = None
            if "numa_nodeset" in params:
                nodes = tuning_model.number_set(params["numa_nodeset"])
                if not nodes:
                    raise OperationInvalid(
                        f"Invalid nodeset of 'numatune': {params['numa_nodeset']}"
                    )
            now, _ = tuning_model.numa(definition)
            if vm.impact(flags) & LIVE and None not in {mode, now} and now != mode:
                raise OperationInvalid("can't change numatune mode for running domain")
            tuning_model.set_numa(definition, mode, nodes)
