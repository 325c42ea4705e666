"""lxc-enter-namespace: run a program inside a container."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, SESSION
from vsh.cli.params import Argument, Flag, anything
from vsh.commands.domain._namespaces import run_inside
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session


@command
def lxc_enter_namespace(
    domain: Domain = ACTIVE_DOMAIN,
    noseclabel: bool = Flag("keep the security label that this program has"),
    cmd: list[str] = Argument(
        "path of the program, and its arguments", kind=anything, repeats=True
    ),
    session: Session = SESSION,
) -> None:
    """Run a program inside a container, with what this terminal is connected to.

    The program is one of the container's files.

    Examples:
        lxc-enter-namespace web1 /bin/ps ax  # a command inside a container
    """
    files = domain.open_namespace(0)
    if not noseclabel:
        model = domain.connection.node_get_security_model()
        if model.model not in ("", "none"):
            raise CommandError(
                f"security model '{model.model}' cannot be entered",
                hint="--noseclabel runs the program without a label of its own",
            )
    session.screen.flush()
    run_inside(files, cmd)
