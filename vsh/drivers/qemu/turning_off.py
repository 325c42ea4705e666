"""Guests that are asked to power off or to begin again: by their agent, or by the power button."""

from __future__ import annotations

from vsh.drivers.qemu import agent
from vsh.errors import AgentUnresponsive, ArgumentUnsupported, Error, OperationInvalid
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.agent import AgentSession
from vsh.words.domain.lifecycle import DomainShutdown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor

_AGENT_TIME = 60
"""Seconds that an agent has to end its guest."""
_BY_AGENT, _BY_BUTTON = DomainShutdown.GUEST_AGENT, DomainShutdown.ACPI_POWER_BTN


def turn_off(hypervisor: Hypervisor, guest: Guest, ways: int, *, again: bool) -> None:
    """Ask a guest to power off; ``again``: and to start once more.

    ways  by its agent, by the power button (DomainShutdown, DomainReboot); 0: by the agent if
          there is one, and by the button where that does not help

    Raises OperationInvalid, AgentUnresponsive or ArgumentUnsupported where only the agent may
    be asked and cannot.
    """
    if ways & _BY_AGENT or (not ways and _listens(guest)):
        try:
            _by_agent(hypervisor, guest, again=again)
            return
        except Error:
            if ways == _BY_AGENT:
                raise
    assert guest.run is not None
    if guest.run.fake_reboot != again:  # who sees it power off has to know
        guest.run.fake_reboot = again
        hypervisor.guests.keep(guest)
    guest.ask("system_powerdown")
    hypervisor.digest(guest)


def _listens(guest: Guest) -> bool:
    """Whether an agent has its channel open."""
    try:
        agent.check_available(guest)
    except (AgentUnresponsive, ArgumentUnsupported, OperationInvalid):
        return False
    return True


def _by_agent(hypervisor: Hypervisor, guest: Guest, *, again: bool) -> None:
    """An agent need not answer: who has powered off does not.  QEMU says that it has, to us or to
    who hears for all guests."""
    run = guest.running
    run.fake_reboot = False
    event = "RESET" if again else "SHUTDOWN"
    resets = run.resets

    def done() -> bool:
        run.monitor.pump()
        told = run.resets > resets or any(each.name == event for each in run.monitor.events)
        return run.monitor.closed or told

    command = AgentSession.command("guest-shutdown", {"mode": "reboot" if again else "powerdown"})
    answer = agent.talk(guest, command, _AGENT_TIME, done)
    agent.value_of(answer, "guest-shutdown", newer=is_modern(guest.definition))
    hypervisor.digest(guest)
