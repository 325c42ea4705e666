"""schedinfo: how the host's scheduler treats a domain."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, SESSION, impact
from vsh.cli.params import Argument, Flag, Option, anything
from vsh.commands.domain._shared import Parameters, parameter_fields
from vsh.commands.domain._tuning import number_text, typed_value
from vsh.errors import CommandError, Error, InvalidArgument
from vsh.output.document import Fields
from vsh.words.domain import DomainModificationImpact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(
    exclusive=IMPACT_EXCLUSIVE,
    tells=(
        "scheduler cpu_shares? vcpu_period_ns? vcpu_quota_ns? emulator_period_ns? "
        "emulator_quota_ns? global_period_ns? global_quota_ns? iothread_period_ns? "
        "iothread_quota_ns? weight? cap? params?"
    ),
)
def schedinfo(
    domain: Domain = DOMAIN,
    weight: str | None = Option("its share, with the Xen credit scheduler", kind=number_text),
    cap: str | None = Option("most it gets, with the Xen credit scheduler", kind=number_text),
    current: bool = Flag("affect current domain"),
    impact: int = impact("config", "live"),
    set: list[str] = Argument(
        "a parameter and its new value, as name=value", required=False, kind=anything, repeats=True
    ),
    session: Session = SESSION,
) -> Iterator[Document]:
    """Print or set how the host's scheduler treats a domain.

    What there is to set depends on the hypervisor; it is what is printed without --set.

    Examples:
        schedinfo web1  # how the scheduler treats it
        schedinfo web1 --set weight=100  # half of the others' share
    """
    given = current or impact
    both = DomainModificationImpact.LIVE | DomainModificationImpact.CONFIG
    query = 0 if impact == both else impact
    try:
        kind, count = domain.get_scheduler_type()
    except Error:
        yield Fields(16).add("Scheduler      :", "Unknown", scheduler=None)
        raise
    fields = Parameters(16).add("Scheduler      :", kind, scheduler=kind)

    def read() -> Any:
        if given:
            return domain.get_scheduler_parameters_flags(query)
        return domain.get_scheduler_parameters()

    try:
        if not count:
            session.status = 1
            yield fields
            return
        params = read()
        updates = _updates(params, set, cap, weight)
        if updates:
            if given:
                domain.set_scheduler_parameters_flags(updates, impact)
            else:
                domain.set_scheduler_parameters(updates)
            params = read()
        elif impact == both:
            raise CommandError("cannot query both live and config at once")
    except (CommandError, Error):
        yield fields
        raise
    for row in parameter_fields(params, told=_told).rows:
        fields.rows.append(row)
    yield fields


def _told(name: str, value: object) -> tuple[str, object]:
    """The key of a parameter, and its value: periods and quotas are in us, and told in ns."""
    if name.endswith(("_period", "_quota")) and isinstance(value, int):
        return f"{name}_ns", value * 1000 if 0 <= value < UNLIMITED else None
    return name, value


UNLIMITED = 2**63 // 1000


def _updates(
    params: TypedParams, pairs: list[str], cap: str | None, weight: str | None
) -> TypedParams:
    """The parameters to set, of the types that the scheduler's have."""
    updates = TypedParams()
    wanted = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise CommandError("Invalid syntax for --set, expecting name=value")
        wanted.append((name, value))
    wanted += [
        (name, value) for name, value in (("cap", cap), ("weight", weight)) if value is not None
    ]
    for name, value in wanted:
        if not value and name in ("cap", "weight"):
            raise CommandError(f"Failed to get option '{name}': Option argument is empty")
        if name not in params:
            raise CommandError(
                f"invalid scheduler option: {name}", hint="one of " + ", ".join(params)
            )
        if name in updates:
            raise InvalidArgument(f"parameter '{name}' occurs multiple times")
        updates.set(name, params.types[name], typed_value(name, params.types[name], value))
    return updates
