"""domcontrol: the state of the hypervisor's control of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.output.document import Line, Text
from vsh.words.domain.state import DomainControlErrorReason, DomainControlState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="state reason state_time_ns")
def domcontrol(domain: Domain = ACTIVE_DOMAIN) -> Document:
    """Print the state of the interface that a running domain is controlled by.

    Whether it is free, busy with a job, or broken.

    Examples:
        domcontrol web1  # whether its monitor is busy
    """
    info = domain.get_control_info()
    state = DomainControlState.word_of(info.state)
    if info.state not in (DomainControlState.OK, DomainControlState.ERROR):
        return Text(
            f"{state} ({info.stateTime / 1000:.3f}s)\n",
            state=state,
            reason=None,
            state_time_ns=info.stateTime * 1000000,
        )
    if info.state == DomainControlState.ERROR and info.details > 0:
        reason = DomainControlErrorReason.word_of(info.details)
        return Line("{state}: {reason}", state=state, reason=reason, state_time_ns=None)
    return Line("{state}", state=state, reason=None, state_time_ns=None)
