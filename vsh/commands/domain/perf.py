"""perf: performance events that are counted for a domain."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Option
from vsh.commands.domain._shared import late_domain, listed
from vsh.errors import InvalidArgument, failing
from vsh.output.document import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.output.document import Document


EVENTS = (
    "cmt",
    "mbmt",
    "mbml",
    "cpu_cycles",
    "instructions",
    "cache_references",
    "cache_misses",
    "branch_instructions",
    "branch_misses",
    "bus_cycles",
    "stalled_cycles_frontend",
    "stalled_cycles_backend",
    "ref_cpu_cycles",
    "cpu_clock",
    "task_clock",
    "page_faults",
    "context_switches",
    "cpu_migrations",
    "page_faults_min",
    "page_faults_maj",
    "alignment_faults",
    "emulation_faults",
)


class Counted(Said):
    """Whether each event is counted: rows for programs."""

    __slots__ = ()

    def data(self) -> object:
        return [{"event": name, "enabled": value is True} for name, value in self.values.items()]


@command(exclusive=IMPACT_EXCLUSIVE, tells="[event enabled]")
def perf(
    domain: Callable[[], Domain] = late_domain(),
    enable: str | None = Option(
        "events to count, comma-separated", by_place=True, complete=listed(EVENTS)
    ),
    disable: str | None = Option(
        "events not to count any more", by_place=True, complete=listed(EVENTS)
    ),
    impact: int = impact(),
) -> Document:
    """Print or set which performance events are counted for a domain.

    domstats --perf prints the counts.

    Examples:
        perf web1  # which events are counted
        perf web1 --enable cmt,mbmt --live  # count these
    """
    params = TypedParams()
    again: list[str] = []
    for text, value in ((enable, True), (disable, False)):
        for name in (text or "").split(","):
            if name in params:
                again.append(name)
            elif name:
                params.set(name, "boolean", value)
    found = domain()
    if params:
        with failing("Unable to enable/disable perf events"):
            if again:
                raise InvalidArgument(f"parameter '{again[0]}' occurs multiple times")
            found.set_perf_events(params, impact)
    else:
        with failing("Unable to get perf events"):
            params = found.get_perf_events(impact)
    return Counted(
        "".join(
            f"{name:15}: {'enabled' if value is True else 'disabled'}\n"
            for name, value in params.items()
        ),
        **params,
    )
