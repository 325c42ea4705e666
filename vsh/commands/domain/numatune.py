"""numatune: which of the host's NUMA nodes give a domain its memory."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Option
from vsh.commands.domain._shared import parameter_fields, queried
from vsh.commands.domain._tuning import c_integer
from vsh.errors import CommandError, failing
from vsh.words.domain.memory import DomainNumatuneMemMode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.output.document import Document


MODES = DomainNumatuneMemMode.words()


@command(exclusive=IMPACT_EXCLUSIVE, tells="numa_mode? numa_nodeset? params? | done")
def numatune(
    domain: Domain = DOMAIN,
    mode: str | None = Option("how the nodes are used", by_place=True, complete=MODES),
    nodeset: str | None = Option("the nodes, as a list: 0-2,^1", by_place=True),
    impact: int = impact(),
) -> Document | None:
    """Print or set which of the host's NUMA nodes give a domain its memory.

    The mode says how strictly the nodes are kept to.

    Examples:
        numatune web1  # where its memory may be
        numatune web1 --mode strict --nodeset 0 --config  # only on node 0
    """
    params = TypedParams()
    if nodeset is not None:
        params.set("numa_nodeset", "string", nodeset)
    if mode is not None:
        number = MODES.index(mode) if mode in MODES else c_integer(mode)
        if number is None:
            raise CommandError(f"Invalid mode: {mode}", hint=", ".join(MODES))
        params.set("numa_mode", "int", number)
    if params:
        with failing("Unable to change numa parameters"):
            domain.set_numa_parameters(params, impact)
        return None
    found = _present(domain, impact)
    number = found.get("numa_mode")
    known = number is not None and number < len(MODES)
    return parameter_fields(
        found, words={"numa_mode": (MODES[number], MODES[number])} if known else None
    )


def _present(domain: Domain, impact: int) -> Any:
    try:
        return queried(domain, lambda: domain.get_numa_parameters(impact), "memory parameters")
    except CommandError as error:
        cause = error.__cause__
        asks_a_daemon = domain.connection.driver.keeps_alive
        if "number" in error.message and (asks_a_daemon or not str(cause).startswith("Flags ")):
            raise
        raise CommandError("Unable to get numa parameters") from cause
