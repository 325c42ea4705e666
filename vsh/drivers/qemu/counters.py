"""Performance events of a guest's QEMU: counted as long as a process has the root open."""

from __future__ import annotations

import os

from vsh.drivers.host import performance
from vsh.drivers.state import tuning_model
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.run import Run
    from vsh.xml.domain import Domain as Definition


def enable(run: Run, name: str) -> None:
    """Count an event from now on.  Raises ArgumentUnsupported, SystemFailure."""
    if name not in run.counters:
        run.counters[name] = performance.begin(name, run.process.pid)


def disable(run: Run, name: str) -> None:
    """Count it no more."""
    descriptor = run.counters.pop(name, None)
    if descriptor is not None:
        os.close(descriptor)


def start(run: Run, definition: Definition) -> None:
    """Count what a definition says.  Raises as ``enable``."""
    run.counted = True
    for name, wanted in tuning_model.perf_events(definition).items():
        if wanted:
            enable(run, name)


def of(guest: Guest) -> dict[str, int]:
    """What is counted of a guest that runs; the counts of one found again begin with the first
    question."""
    run = guest.run
    if run is None:
        return {}
    if not run.counted:
        with Ignoring(Error):  # what could be counted before and cannot any more is not shown
            start(run, guest.definition)
    order = tuning_model.PERF_EVENTS
    return {name: performance.read(run.counters[name]) for name in order if name in run.counters}
