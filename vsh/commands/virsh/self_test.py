"""self-test: check the declarations of all commands."""

from __future__ import annotations

from vsh.cli import help as texts
from vsh.cli.command import command
from vsh.cli.params import Flag
from vsh.cli.selftest import problems, without_completer
from vsh.errors import CommandError
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.output.document import Document


@command(connect=False, hidden=True, tells="text | done")
def self_test(
    completers_missing: bool = Flag("list the options that nothing completes"),
    dump_help: bool = Flag("print the help of every command"),
) -> Document | None:
    """Check the declarations of all commands.

    For tests of this program.
    """
    found = problems()
    if found:
        raise CommandError("\n".join(found))
    if completers_missing:
        return Text("".join(f"{line}\n" for line in without_completer()))
    if dump_help:
        return Text("".join(texts.command_text(each) + "\n" for each in texts.commands()))
    return None
