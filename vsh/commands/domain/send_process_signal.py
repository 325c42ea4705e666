"""send-process-signal: send a signal to a process in a guest."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument, Kind, int64, integer
from vsh.errors import CommandError
from vsh.words.domain.devices import DomainProcessSignal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


SIGNALS = tuple(signal.name.lower() for signal in DomainProcessSignal)
"""By number."""


@command
def send_process_signal(
    domain: Domain = ACTIVE_DOMAIN,
    pid: int = Argument("the process, as the guest numbers it", kind=Kind("string", int64.convert)),
    signame: str = Argument("name or number of the signal", complete=SIGNALS),
) -> None:
    """Send a signal to a process in a guest.

    Only hypervisors that share the host's kernel can do it.

    Examples:
        send-process-signal web1 1 SIGTERM  # to the guest's first process (lxc)
    """
    number = integer(signame, -(2**31), 2**31 - 1)
    if number is None:
        name = signame.lower()
        name = name.removeprefix("sig_" if name.startswith("sig_") else "sig")
        number = SIGNALS.index(name) if name in SIGNALS else -1
    if number < 0:
        raise CommandError(f"malformed signal name: {signame}")
    domain.send_process_signal(pid, number, 0)
