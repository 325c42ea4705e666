"""domdirtyrate-calc: measure how fast a guest changes its memory."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Option, int32
from vsh.errors import CommandError
from vsh.output.document import Done
from vsh.words.domain.memory import DomainDirtyRateCalc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


MODES = DomainDirtyRateCalc.words()


@command
def domdirtyrate_calc(
    domain: Domain = DOMAIN,
    seconds: int | None = Option("for how many seconds, from 1 to 60", kind=int32, by_place=True),
    mode: str | None = Option("how it is measured", by_place=True, complete=MODES),
) -> Document:
    """Begin to measure how fast a guest changes its memory.

    domstats --dirtyrate prints the result.

    Examples:
        domdirtyrate-calc web1 --seconds 5  # then see domstats web1 --dirtyrate
    """
    if mode is not None and mode not in MODES:
        raise CommandError(f"Unknown calculation mode '{mode}'", hint=", ".join(MODES))
    flags = MODES.index(mode) if mode is not None else 0
    domain.start_dirty_rate_calc(1 if seconds is None else seconds, flags)
    return Done("Start to calculate domain's memory dirty rate successfully.")
