"""The threads of a QEMU that run vCPUs and I/O: asked for once, and again when some come or go.

So who wants to know of them later does not wait for a QEMU that hangs.
"""

from __future__ import annotations

from vsh.drivers.qemu import threads, vcpu_places
from vsh.qmp.value import integer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.vcpu_places import Place
    from vsh.qmp.value import Ask


class KnownThreads:
    """Those of one QEMU.

    process  its number
    most     how many vCPUs there can be
    """

    __slots__ = ("_io", "_places", "most", "process")

    def __init__(self, process: int, most: int) -> None:
        self.process = process
        self.most = most
        self._places: list[Place] | None = None
        self._io: dict[int, int] | None = None

    @property
    def known(self) -> bool:
        """Whether the vCPUs' are known already."""
        return self._places is not None

    def places(self, ask: Ask) -> list[Place]:
        """All vCPUs, by number.  Raises as ``ask`` does where they have yet to be asked for."""
        if self._places is None:
            self._places = vcpu_places.asked(ask, self.most, self.process)
        return self._places

    def vcpus(self, ask: Ask) -> dict[int, int]:
        """The threads of the vCPUs that are there and have one of their own, by number."""
        return {n: place.thread for n, place in enumerate(self.places(ask)) if place.thread}

    def io(self, ask: Ask) -> dict[int, int]:
        """The I/O threads, by number."""
        if self._io is None:
            told = threads.io_threads(ask)
            self._io = {number: integer(each["thread-id"]) for number, each in told.items()}
        return self._io

    def learn(self, ask: Ask) -> None:
        """Ask for those that are not known.  Raises as ``ask`` does."""
        self.places(ask)
        self.io(ask)

    def forget(self) -> None:
        """Some have come or gone: they are asked for anew."""
        self._places = self._io = None
