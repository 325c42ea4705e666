"""connect: connect to another hypervisor, or again to the same one."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, Flag, anything
from vsh.cli.places import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session


@command(connect=False)
def connect(
    name: str | None = Argument(
        "the URI of the hypervisor, or a short name",
        kind=anything,
        required=False,
        complete=Places(),
    ),
    readonly: bool = Flag("only look, change nothing"),
    session: Session = SESSION,
) -> None:
    """Connect to a hypervisor, or connect again.

    The name is a URI, or a short one of the setting hosts or of libvirt.conf's uri_aliases.
    Without any the current connection is closed and opened again.

    Examples:
        connect qemu+ssh://kvm8/system  # go to another host
        connect qemu:///system --readonly  # only look
    """
    session.connect(name, readonly or (name is None and session.readonly))
