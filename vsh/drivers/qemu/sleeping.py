"""Guests that are asked, by their agent, to sleep."""

from __future__ import annotations

from vsh.drivers.qemu import agent
from vsh.errors import ArgumentUnsupported, InternalError, InvalidArgument, OperationUnsupported
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.agent import AgentSession
from vsh.qmp.value import struct
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor

_COMMANDS = ("guest-suspend-ram", "guest-suspend-disk", "guest-suspend-hybrid")
"""By virNodeSuspendTarget."""
_DISK = 1


def command(target: int, duration: int) -> int:
    """The number of what a guest's agent is to be asked.

    Raises ArgumentUnsupported, InvalidArgument.
    """
    if duration:
        raise ArgumentUnsupported("Duration not supported. Use 0 for now")
    if not 0 <= target < len(_COMMANDS):
        raise InvalidArgument(f"Unknown suspend target: {target}")
    return target


def suspend(hypervisor: Hypervisor, guest: Guest, target: int) -> None:
    """Ask a guest to sleep.  Raises Error.

    An agent need not answer: who sleeps does not.  An event of QEMU's says that it does.
    """
    agent.check_available(guest)
    if not struct(guest.ask("query-current-machine")).get("wakeup-suspend-support"):
        raise OperationUnsupported("Domain does not have suspend support")
    definition = guest.definition
    if definition.suspend_to_mem is False and target != _DISK:
        raise InternalError("S3 state is disabled for this domain")
    if definition.suspend_to_disk is False and target == _DISK:
        raise InternalError("S4 state is disabled for this domain")
    run = guest.running
    name = _COMMANDS[target]

    def asleep() -> bool:
        run.monitor.pump()
        told = any(event.name in ("SUSPEND", "SUSPEND_DISK") for event in run.monitor.events)
        return told or guest.state == DomainState.PMSUSPENDED

    answer = agent.talk(guest, AgentSession.command(name), guest.agent_timeout, asleep)
    agent.value_of(answer, name, newer=is_modern(guest.definition))
    hypervisor.digest(guest)
