"""qemu-monitor-command: say something to QEMU's monitor."""

from __future__ import annotations

import os

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import BITS, Argument, Flag, Option, anything
from vsh.commands.domain._descriptors import PASS_FDS_HELP, descriptors
from vsh.commands.domain._json import NOTHING, formatted, parsed
from vsh.errors import CommandError, InternalError
from vsh.output.document import Text
from vsh.words.domain.monitor import DomainQemuMonitorCommand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=(("hmp", "pretty"), ("hmp", "return-value")), tells="answer")
def qemu_monitor_command(
    domain: Domain = ACTIVE_DOMAIN,
    hmp: bool = Flag("the command is of the human monitor", bit=DomainQemuMonitorCommand.HMP),
    pretty: bool = Flag("set the answer out for people"),
    return_value: bool = Flag("print only what the command returned"),
    pass_fds: str | None = Option(PASS_FDS_HELP, kind=anything, complete=()),
    cmd: list[str] = Argument(
        "the command: JSON, or a name and its arguments", kind=anything, repeats=True
    ),
    flags: int = BITS,
) -> Document:
    """Say something to QEMU's monitor, and print the answer.

    libvirt does not know what was changed this way: it is for looking and for experiments.

    Examples:
        qemu-monitor-command web1 --hmp info block  # what QEMU's own monitor says
        qemu-monitor-command web1 '{"execute": "query-status"}' --pretty  # the same by QMP
    """
    text = " ".join(cmd) if hmp else _wrapped(cmd)
    files = descriptors(pass_fds)
    if files:
        answer = domain.monitor_command_with_files(text, files, flags).result
    else:
        answer = domain.monitor_command(text, flags)
    value = NOTHING if hmp else parsed(answer)
    if not (return_value or pretty) or value is NOTHING:
        if return_value:
            raise CommandError("failed to parse JSON returned by qemu")
        return Text(f"{answer}\n", answer=answer if value is NOTHING else value)
    if return_value:
        if not isinstance(value, dict) or "return" not in value:
            raise CommandError("'return' member missing")
        value = value["return"]
    return Text(formatted(value, pretty=pretty), answer=value)


def _wrapped(words: list[str]) -> str:
    """The command as JSON: as it is, or made from a name and arguments."""
    whole = " ".join(words)
    if isinstance(parsed(whole), dict):
        return whole
    rest = " ".join(words[1:])
    arguments = parsed(rest)
    if words[1:] and not isinstance(arguments, dict):
        named = "{" + ",".join(words[1:]).strip(",") + "}"
        arguments = parsed(named)
        if arguments is NOTHING:
            from vsh.qmp.typed_newer import fault

            reason = InternalError(f"failed to parse JSON: {fault(os.fsencode(named))}")
            raise CommandError(
                f"failed to wrap arguments '{rest}' into a QMP command wrapper"
            ) from reason
    command = {"execute": words[0]}
    if words[1:]:
        command["arguments"] = arguments
    return formatted(command, pretty=False)
