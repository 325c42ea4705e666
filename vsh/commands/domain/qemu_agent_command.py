"""qemu-agent-command: say something to a guest's agent."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument, Flag, Option, anything, int32
from vsh.commands.domain._json import NOTHING, formatted, parsed
from vsh.errors import CommandError
from vsh.output.document import Text
from vsh.words.domain.monitor import DomainQemuAgentCommandTimeout as Timeout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="answer")
def qemu_agent_command(
    domain: Domain = ACTIVE_DOMAIN,
    timeout: int | None = Option("seconds to wait for the answer", kind=int32),
    async_: bool = Flag("do not wait for an answer"),
    block: bool = Flag("wait for the answer for ever"),
    pretty: bool = Flag("set the answer out for people"),
    cmd: list[str] = Argument("the command, as JSON", kind=anything, repeats=True),
) -> Document:
    """Say something to a guest's agent in its own language, and print the answer.

    libvirt does not look at the command: it is for looking and for experiments.

    Examples:
        qemu-agent-command web1 '{"execute": "guest-ping"}'  # does the agent answer?
    """
    if timeout is not None and timeout < 1:
        raise CommandError("timeout must be positive")
    if (timeout is not None) + async_ + block > 1:
        raise CommandError("timeout, async and block options are exclusive")
    if async_:
        timeout = Timeout.NOWAIT
    elif block:
        timeout = Timeout.BLOCK
    elif timeout is None:
        timeout = Timeout.DEFAULT
    answer = domain.agent_command(" ".join(cmd), timeout, 0)
    if answer is None:
        raise CommandError("")
    value = parsed(answer)
    if pretty and value is not NOTHING:
        answer = formatted(value, pretty=True)
    return Text(f"{answer}\n", answer=answer if value is NOTHING else value)
