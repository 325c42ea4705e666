"""dommemstat: how a running domain uses its memory."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Option, int32
from vsh.errors import CommandError, failing
from vsh.output.document import Text
from vsh.words.domain.memory import DomainMemoryStatTags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


TAGS = frozenset(DomainMemoryStatTags)
UNITS = {
    "major_fault": "",
    "minor_fault": "",
    "last_update": "_seconds",
    "hugetlb_pgalloc": "",
    "hugetlb_pgfail": "",
}
"""What names of numbers end with in structured formats where they are not KiB."""


@command(exclusive=IMPACT_EXCLUSIVE)
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
        return Text(text, **{name + UNITS.get(name, "_kib"): stats[name] for name in stats})
    if period < 0:
        raise CommandError(f"Invalid collection period value '{period}'")
    with failing("Unable to change balloon collection period."):
        domain.set_memory_stats_period(period, impact)
    return None
