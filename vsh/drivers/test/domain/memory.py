"""Memory of a guest, limits on the host, block I/O weights."""

from __future__ import annotations

from vsh.api.domain import Domain, memory
from vsh.api.domain.records import MemoryStat
from vsh.api.types import TypedParams
from vsh.drivers.state import parameters, tuning_model
from vsh.drivers.test import definitions, device_model
from vsh.drivers.test.part import TestPart
from vsh.errors import InternalError, InvalidArgument, OperationInvalid
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.memory import DomainMemoryMod, DomainNumatuneMemMode
from vsh.words.domain.memory import DomainMemoryStatTags as Tag
from vsh.words.parameter import TypedParameterFlags

TYPE_CHECKING = False

# statistics, each with its part of the present memory, or a number of its own
_MEMORY_STATS: tuple[tuple[int, int, int], ...] = (
    (Tag.ACTUAL_BALLOON, 1, 0),
    (Tag.SWAP_IN, 0, 0),
    (Tag.SWAP_OUT, 0, 0),
    (Tag.MAJOR_FAULT, 0, 0),
    (Tag.MINOR_FAULT, 0, 0),
    (Tag.UNUSED, 2, 0),
    (Tag.AVAILABLE, 1, 0),
    (Tag.USABLE, 2, 0),
    (Tag.LAST_UPDATE, 0, 627319920),
    (Tag.DISK_CACHES, 8, 0),
    (Tag.HUGETLB_PGALLOC, 0, 0),
    (Tag.HUGETLB_PGFAIL, 0, 0),
    (Tag.RSS, 2, 0),
)


class Memory(TestPart, answers=memory):
    """Answers about memory."""

    def get_max_memory(self, domain: Domain) -> int:
        with self.guests.query(domain) as guest:
            return guest.sizes()[0]

    def set_max_memory(self, domain: Domain, memory: int) -> None:
        self.set_memory_flags(domain, memory, DomainMemoryMod.MAXIMUM)

    def set_memory(self, domain: Domain, memory: int) -> None:
        self.set_memory_flags(domain, memory, DomainModificationImpact.LIVE)

    def set_memory_flags(self, domain: Domain, memory: int, flags: int = 0) -> None:
        self.accept(flags, 3 | DomainMemoryMod.MAXIMUM, "testDomainSetMemoryFlags")
        with self.guests.modify(domain) as guest:
            definition = guest.one(flags)
            if not flags & DomainMemoryMod.MAXIMUM:
                if memory > definitions.memory(definition):
                    raise InvalidArgument("cannot set memory higher than max memory")
                definitions.set_current_memory(definition, memory)
                return
            if guest.impact(flags) & DomainModificationImpact.LIVE:
                raise OperationInvalid("cannot resize the maximum memory on an active domain")
            definitions.set_memory(definition, memory)

    def set_memory_stats_period(self, domain: Domain, period: int, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainSetMemoryStatsPeriod")
        with self.guests.modify(domain) as guest:
            definition = guest.one(flags)
            if not device_model.has_balloon(definition):
                raise InternalError(
                    "No memory balloon device configured, can not set the collection period"
                )
            device_model.set_balloon_period(definition, period)

    def get_memory_parameters(self, domain: Domain, flags: int = 0) -> TypedParams:
        self.accept(flags, 3 | TypedParameterFlags.STRING_OKAY, "testDomainGetMemoryParameters")
        with self.guests.query(domain) as guest:
            limits = tuning_model.memory_limits(guest.one(flags))
            params = TypedParams()
            for name in tuning_model.MEMORY_LIMITS:
                params.set(name, "ullong", limits[name])
            return params

    def set_memory_parameters(self, domain: Domain, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainSetMemoryParameters")
        parameters.check(params, dict.fromkeys(tuning_model.MEMORY_LIMITS, "ullong"))
        with self.guests.modify(domain) as guest:
            definition = guest.one(flags)
            if "swap_hard_limit" in params or "hard_limit" in params:
                now = {**tuning_model.memory_limits(guest.definition), **params}
                if now["hard_limit"] > now["swap_hard_limit"]:
                    raise InvalidArgument(
                        "memory hard_limit tunable value must be lower than "
                        "or equal to swap_hard_limit"
                    )
            tuning_model.set_memory_limits(definition, dict(params))

    def get_numa_parameters(self, domain: Domain, flags: int = 0) -> TypedParams:
        self.accept(flags, 3 | TypedParameterFlags.STRING_OKAY, "testDomainGetNumaParameters")
        with self.guests.query(domain) as guest:
            mode, nodes = tuning_model.numa(guest.one(flags))
            number = DomainNumatuneMemMode.words().index(mode) if mode is not None else 0
            return (
                TypedParams().set("numa_mode", "int", number).set("numa_nodeset", "string", nodes)
            )

    def set_numa_parameters(self, domain: Domain, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainSetNumaParameters")
        parameters.check(params, {"numa_mode": "int", "numa_nodeset": "string"})
        with self.guests.modify(domain) as guest:
            definition = guest.one(flags)
            mode, nodes = tuning_model.numa_of(params)
            now, _ = tuning_model.numa(definition)
            if (
                guest.impact(flags) & DomainModificationImpact.LIVE
                and None not in {mode, now}
                and now != mode
            ):
                raise OperationInvalid("can't change numatune mode for running domain")
            tuning_model.set_numa(definition, mode, nodes)

    def memory_stats(self, domain: Domain, flags: int = 0) -> list[MemoryStat]:
        self.accept(flags, 0, "testDomainMemoryStats")
        with self.guests.query(domain, active=True) as guest:
            if not device_model.has_balloon(guest.definition):
                return []
            current = guest.sizes()[1]
            return [
                MemoryStat(tag, current // part if part else number)
                for tag, part, number in _MEMORY_STATS
            ]

    def memory_peek(self, domain: Domain, start: int, size: int, flags: int = 0) -> bytes:
        self.accept(flags, 3, "testDomainMemoryPeek")
        if flags not in (1, 2):
            raise InvalidArgument(
                "flags parameter must be VIR_MEMORY_VIRTUAL or VIR_MEMORY_PHYSICAL"
            )
        self.guests.check(domain, active=True)
        return bytes((start + place) & 0xFF for place in range(size))

    def get_blkio_parameters(self, domain: Domain, flags: int = 0) -> TypedParams:
        self.accept(flags, 3 | TypedParameterFlags.STRING_OKAY, "testDomainGetBlkioParameters")
        with self.guests.query(domain) as guest:
            return tuning_model.shown_blkio(guest.one(flags))

    def set_blkio_parameters(self, domain: Domain, params: TypedParams, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainSetBlkioParameters")
        parameters.check(
            params, {"weight": "uint", **dict.fromkeys(tuning_model.BLKIO_DEVICE, "string")}
        )
        with self.guests.modify(domain) as guest:
            tuning_model.set_blkio(guest.one(flags), params)
