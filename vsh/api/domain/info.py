"""What a domain is at one moment, in Python's words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta

    from vsh.words.domain.state import DomainState


class Info:
    """What a domain is at one moment.

    state       what it is doing
    memory      what it has now, in bytes
    max_memory  the most it can have, in bytes
    vcpus       how many virtual CPUs
    cpu_time    how long they have run
    """

    __slots__ = ("cpu_time", "max_memory", "memory", "state", "vcpus")

    def __init__(
        self, state: DomainState, memory: int, max_memory: int, vcpus: int, cpu_time: timedelta
    ) -> None:
        self.state = state
        self.memory = memory
        self.max_memory = max_memory
        self.vcpus = vcpus
        self.cpu_time = cpu_time

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in sorted(self.__slots__))
        return f"Info({shown})"
