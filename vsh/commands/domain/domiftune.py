"""domiftune: limits of what a domain's interface may carry."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Option
from vsh.commands._devices import interface_names
from vsh.commands.domain._shared import parameter_fields, queried
from vsh.commands.domain._tuning import UINT_MAX, Rate, rate
from vsh.errors import CommandError, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(
    exclusive=IMPACT_EXCLUSIVE,
    tells=(
        "inbound_average_bytes_per_second? inbound_peak_bytes_per_second? "
        "inbound_burst_bytes? inbound_floor_bytes_per_second? "
        "outbound_average_bytes_per_second? outbound_peak_bytes_per_second? "
        "outbound_burst_bytes? params? | done"
    ),
)
def domiftune(
    domain: Domain = DOMAIN,
    interface: str = Argument(
        "its device on the host, or its MAC address", complete=interface_names
    ),
    inbound: str | None = Option(
        "what may come in: average,peak,burst,floor (KiB/s; KiB)", by_place=True
    ),
    outbound: str | None = Option(
        "what may go out: average,peak,burst (KiB/s; KiB)", by_place=True
    ),
    impact: int = impact(),
) -> Document | None:
    """Print or set what an interface may carry.

    A rate of 0 takes the limits away.

    Examples:
        domiftune web1 52:54:00:00:00:01 --inbound 1000,2000,512
            # KiB/s on average, at its peak, and the burst in KiB
    """
    params = TypedParams()
    if inbound is not None:
        _add(params, "inbound", rate(inbound))
    if outbound is not None:
        _add(params, "outbound", rate(outbound))
    if params:
        with failing("Unable to set interface parameters"):
            domain.set_interface_parameters(interface, params, impact)
        return None
    found = queried(
        domain, lambda: domain.get_interface_parameters(interface, impact), "interface parameters"
    )
    return parameter_fields(found, told=_told)


def _told(name: str, kib: int) -> tuple[str, int]:
    """The key of a parameter, and its value in bytes: "inbound.average" is
    "inbound_average_bytes_per_second"."""
    unit = "_bytes" if name.endswith(".burst") else "_bytes_per_second"
    return name.replace(".", "_") + unit, kib * 1024


def _add(params: TypedParams, way: str, given: Rate) -> None:
    if max(given.average, given.peak, given.burst) > UINT_MAX:
        raise CommandError(f"{way} rate larger than maximum {UINT_MAX}")
    if not given.average and (given.burst or given.peak):
        if way == "outbound":
            raise CommandError("outbound average is mandatory")
        if not given.floor:
            raise CommandError("either inbound average or floor is mandatory")
    if way == "outbound" and given.floor:
        raise CommandError("outbound floor is unsupported yet")
    params.set(f"{way}.average", "uint", given.average)
    for name in ("peak", "burst", "floor"):
        if getattr(given, name):
            params.set(f"{way}.{name}", "uint", getattr(given, name))
