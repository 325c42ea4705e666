"""nodesuspend: suspend the host for some time."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Argument, int64
from vsh.errors import CommandError, failing
from vsh.words.host import NodeSuspendTarget

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection


TARGETS = NodeSuspendTarget.words()


@command
def nodesuspend(
    target: str = Argument("where the state is kept: mem, disk or hybrid", complete=TARGETS),
    duration: int = Argument("seconds to sleep, at least 60", kind=int64),
    connection: Connection = CONNECTION,
) -> None:
    """Suspend the host, and wake it up after so many seconds.

    Guests that run are suspended with it.

    Examples:
        nodesuspend mem 300  # the host sleeps for five minutes
    """
    if target not in TARGETS:
        raise CommandError("Invalid target", hint="one of mem, disk, hybrid")
    if duration < 0:
        raise CommandError("Invalid duration")
    with failing("The host was not suspended"):
        connection.node_suspend_for_duration(TARGETS.index(target), duration)
