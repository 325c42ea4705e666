"""Waiting until a domain is in some condition: it is looked at once, then told by events."""

from __future__ import annotations

from vsh.words.domain.state import DomainState, state_of
from vsh.words.event import DomainEventAgentLifecycleState, DomainEventType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.api.event import AgentLifecycle, Event, Lifecycle

AGENT = "org.qemu.guest_agent.0"


class Condition:
    """What can be waited for.

    word     the event that can bring it about
    holds    whether it holds now
    fulfils  whether an event says so
    """

    __slots__ = ("fulfils", "holds", "word")

    def __init__(
        self, word: str, holds: Callable[[Domain], bool], fulfils: Callable[..., bool]
    ) -> None:
        self.word = word
        self.holds = holds
        self.fulfils = fulfils


def _is_inactive(domain: Domain) -> bool:
    return not domain.is_active()


def _has_stopped(event: Lifecycle) -> bool:
    return event.event == DomainEventType.STOPPED


def _has_agent(domain: Domain) -> bool:
    from vsh.xml.engine.reader import parse

    path = "./devices/channel/target[@name = $name and @state = 'connected']"
    return bool(parse(domain.get_xml_desc()).xpath(path, name=AGENT))


def _agent_came(event: AgentLifecycle) -> bool:
    return event.state == DomainEventAgentLifecycleState.CONNECTED


def _of_state(domain: Domain, state: DomainState) -> Condition:
    """Being in a state: each event of its life is a reason to look again."""
    return Condition(
        "lifecycle", lambda domain: domain.state == state, lambda event: domain.state == state
    )


CONDITIONS = {
    "domain-inactive": Condition("lifecycle", _is_inactive, _has_stopped),
    "guest-agent-available": Condition("agent-lifecycle", _has_agent, _agent_came),
}
"""The conditions by name."""


def wait(
    domain: Domain,
    condition: str | None = None,
    timeout: float | None = None,
    *,
    state: DomainState | str | None = None,
) -> bool:
    """Wait until a condition of ``CONDITIONS`` holds, or a state; False if time is up before.

    state    ``DomainState.SHUTOFF``, or its word
    timeout  seconds; None waits for ever
    Raises ValueError for another condition or state, and the driver's Error: NoSupport where it
    has no events.
    """
    from time import monotonic

    if (condition is None) == (state is None):
        raise ValueError("either a condition or a state can be waited for")
    wanted = CONDITIONS.get(condition) if condition is not None else None
    if state is not None:
        wanted = _of_state(domain, state_of(state) if isinstance(state, str) else state)
    if wanted is None:
        raise ValueError(f"{condition!r} cannot be waited for: one of {', '.join(CONDITIONS)}")
    deadline = None if timeout is None else monotonic() + timeout
    with domain.connection.watch(wanted.word, of=domain) as watch:
        if wanted.holds(domain):
            return True
        while True:
            left = None if deadline is None else max(0.0, deadline - monotonic())
            event: Event | None = watch.next(left)
            if event is None:
                return False
            if wanted.fulfils(event):
                return True
