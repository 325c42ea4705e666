"""guest-agent-timeout: how long to wait for a guest's agent."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Option, int32
from vsh.words.domain.guest import DomainAgentResponseTimeout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command
def guest_agent_timeout(
    domain: Domain = ACTIVE_DOMAIN,
    timeout: int | None = Option(
        "seconds; -2 is for ever, -1 the default, 0 not at all", kind=int32
    ),
) -> None:
    """Set how long calls wait for the answer of a guest's agent.

    Without --timeout calls wait for ever.

    Examples:
        guest-agent-timeout web1 --timeout 5  # wait 5 s for the agent's answers
    """
    if timeout is None:
        timeout = DomainAgentResponseTimeout.BLOCK
    domain.agent_set_response_timeout(timeout, 0)
