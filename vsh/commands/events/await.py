"""await: wait until a domain is in some condition."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION
from vsh.cli.params import Option, seconds
from vsh.commands._waiting import Wait
from vsh.errors import CommandError
from vsh.output.document import Line
from vsh.words.event import DomainEventAgentLifecycleState, DomainEventType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


AGENT = "org.qemu.guest_agent.0"


def _inactive(domain: Any) -> bool:
    return not domain.is_active()


def _agent_connected(domain: Any) -> bool:
    from vsh.commands._devices import domain_tree

    return bool(
        domain_tree(domain).xpath(
            "./devices/channel/target[@name = $name and @state = 'connected']", name=AGENT
        )
    )


CONDITIONS: dict[str, tuple[str, Any, Any]] = {
    "domain-inactive": (
        "lifecycle",
        _inactive,
        lambda event: event.event == DomainEventType.STOPPED,
    ),
    "guest-agent-available": (
        "agent-lifecycle",
        _agent_connected,
        lambda event: event.state == DomainEventAgentLifecycleState.CONNECTED,
    ),
}
"""By name: the event that can bring it about, whether it holds now, whether an event says so."""


@command
def await_(
    domain: Any = DOMAIN,
    condition: str = Option(
        "what to wait for: domain-inactive or guest-agent-available",
        required=True,
        complete=tuple(CONDITIONS),
    ),
    timeout: int | None = Option("how many seconds to wait", kind=seconds),
    session: Any = SESSION,
) -> Document | None:
    """Wait until a domain is in some condition.

    The exit status is 0 once it is, and 2 if time is up before, or after Ctrl-C.
    """
    if condition not in CONDITIONS:
        raise CommandError(
            f"Unsupported await condition name '{condition}'",
            hint="one of " + ", ".join(CONDITIONS),
        )
    from vsh.api.event import by_word

    word, holds, fulfils = CONDITIONS[condition]
    connection = domain.connection
    wait = Wait(
        connection,
        connection.domain_event_callback_register_any,
        connection.domain_event_callback_deregister_any,
        [by_word("domain", word)],
        domain,
        timeout,
    )
    try:
        if holds(domain):
            return None
        while (event := wait.next()) is not None:
            if fulfils(event):
                return None
    finally:
        wait.end()
    session.status = 2
    return Line("event loop {outcome}", outcome=wait.outcome)
