"""memtune: limits of a domain's memory on the host."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Option
from vsh.commands.domain._shared import parameter_fields, queried
from vsh.commands.domain._tuning import UNLIMITED, memory_limit
from vsh.errors import failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(
    exclusive=IMPACT_EXCLUSIVE,
    tells=(
        "hard_limit_bytes? soft_limit_bytes? swap_hard_limit_bytes? min_guarantee_bytes? "
        "params? | done"
    ),
)
def memtune(
    domain: Domain = DOMAIN,
    hard_limit: int | None = Option(
        "most memory, KiB or scaled; -1 is no limit", kind=memory_limit, by_place=True
    ),
    soft_limit: int | None = Option(
        "memory to keep it to when memory is short", kind=memory_limit, by_place=True
    ),
    swap_hard_limit: int | None = Option(
        "most memory and swap together", kind=memory_limit, by_place=True
    ),
    min_guarantee: int | None = Option(
        "memory that it is sure to have", kind=memory_limit, by_place=True
    ),
    impact: int = impact(),
) -> Document | None:
    """Print or set what a domain may use of the host's memory.

    Without a limit the present ones are printed.

    Examples:
        memtune web1  # its limits
        memtune web1 --hard-limit 4G --config  # never more than 4 GiB of the host's memory
    """
    params = TypedParams()
    for name, value in (
        ("hard_limit", hard_limit),
        ("soft_limit", soft_limit),
        ("swap_hard_limit", swap_hard_limit),
        ("min_guarantee", min_guarantee),
    ):
        if value is not None:
            params.set(name, "ullong", value)
    if params:
        with failing("Unable to change memory parameters"):
            domain.set_memory_parameters(params, impact)
        return None
    found = queried(domain, lambda: domain.get_memory_parameters(impact), "memory parameters")
    unlimited = {
        name: ("unlimited", None)
        for name, value in found.items()
        if found.types[name] == "ullong" and value == UNLIMITED
    }
    return parameter_fields(found, words=unlimited, told=_told)


def _told(name: str, kib: int | None) -> tuple[str, int | None]:
    """The key of a limit, and its value in bytes."""
    return f"{name}_bytes", kib if kib is None else kib * 1024
