"""unalias: an alias is one no more."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument
from vsh.commands.virsh.alias import alias_names
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session


@command(connect=False, extra=True)
def unalias(
    name: str = Argument("the alias", complete=alias_names), session: Session = SESSION
) -> None:
    """Forget an alias for the rest of this session.

    Examples:
        unalias up  # until the next session
    """
    if session.aliases.pop(name, None) is None:
        raise CommandError(f"no alias '{name}'", hint="see 'alias' for all of them")
