"""completion: the script with which a shell completes vsh's commands and the names of objects."""

from __future__ import annotations

from vsh import lookup
from vsh.cli.command import command
from vsh.cli.params import Argument
from vsh.errors import CommandError
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document

SHELLS = "vsh.cli.completions"


def shells(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the names of the shells."""
    return lookup.names(SHELLS)


@command(connect=False, extra=True, tells="shell script")
def completion(shell: str = Argument("bash, fish or zsh", complete=shells)) -> Document:
    """Print the completion script of a shell.

    The first lines of the script say how to turn it on.

    Examples:
        completion bash > ~/.bash_completion.d/vsh  # for every new shell
        completion zsh  # bash, zsh and fish
    """
    found = lookup.module(SHELLS, shell)
    if found is None:
        known = ", ".join(lookup.names(SHELLS))
        raise CommandError(f"no completion for the shell '{shell}'", hint=f"one of {known}")
    return Text(found.SCRIPT, shell=shell, script=found.SCRIPT)
