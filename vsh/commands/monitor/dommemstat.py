"""dommemstat: how a running domain uses its memory."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Option, int32
from vsh.errors import CommandError, failing
from vsh.output.document import Numbers
from vsh.output.units import moment
from vsh.words.domain.memory import DomainMemoryStatTags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


TAGS = frozenset(DomainMemoryStatTags)
COUNTS = ("major_fault", "minor_fault", "hugetlb_pgalloc", "hugetlb_pgfail")
"""What is a number of things; all else but the time of the last update is KiB."""


@command(
    exclusive=IMPACT_EXCLUSIVE,
    tells=(
        "actual_bytes? swap_in_bytes? swap_out_bytes? major_fault? minor_fault? "
        "unused_bytes? available_bytes? usable_bytes? last_update? disk_caches_bytes? "
        "hugetlb_pgalloc? hugetlb_pgfail? rss_bytes? params? | done"
    ),
)
def dommemstat(
    domain: Domain = ACTIVE_DOMAIN,
    period: int | None = Option("seconds between two collections; 0 stops them", kind=int32),
    impact: int = impact(),
) -> Document | None:
    """Print the memory statistics of a running domain.

    With --period, set how often the balloon driver in the guest collects them instead.

    Examples:
        dommemstat web1  # the balloon's figures
        dommemstat web1 --period 5 --live  # let the guest report every 5 s
    """
    if period is None:
        with failing(f"Failed to get memory statistics for domain {domain.called}"):
            found = domain.memory_stats()
        stats = {
            DomainMemoryStatTags(each.tag).word: each.val for each in found if each.tag in TAGS
        }
        text = "".join(f"{name} {value}\n" for name, value in stats.items())
        return Numbers(text, **dict(_raw(name, value) for name, value in stats.items()))
    if period < 0:
        raise CommandError(f"Invalid collection period value '{period}'")
    with failing("Unable to change balloon collection period."):
        domain.set_memory_stats_period(period, impact)
    return None


def _raw(name: str, value: int) -> tuple[str, object]:
    """A number under its key for structured formats."""
    if name in COUNTS:
        return name, value
    if name == "last_update":
        return name, moment(value) if value else None
    return f"{name}_bytes", value * 1024
