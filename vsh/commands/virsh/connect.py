"""connect: connect to another hypervisor, or again to the same one."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, Flag, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.params import Given
    from vsh.cli.session import Session


class _Uris:
    """A completer of where people connect to: short names of libvirt.conf, then the usual URIs."""

    def __call__(self, session: Session, text: str, given: Given) -> Iterable[str]:
        """The words."""
        return [word for word, _ in self.described(session, text, given)]

    def described(self, session: Session, text: str, given: Given) -> Iterable[tuple[str, str]]:
        """The words, each with what it stands for."""
        from vsh.api.configuration import settings
        from vsh.cli.options import URIS

        entries = settings().values.get("uri_aliases", [])
        listed = entries if isinstance(entries, list) else []
        aliases = [each for each in listed if isinstance(each, str)]
        short = [(name, uri) for name, _, uri in (each.partition("=") for each in aliases)]
        return [*short, *((uri, "") for uri in URIS)]


@command(connect=False)
def connect(
    name: str | None = Argument(
        "the URI of the hypervisor", kind=anything, required=False, complete=_Uris()
    ),
    readonly: bool = Flag("only look, change nothing"),
    session: Session = SESSION,
) -> None:
    """Connect to a hypervisor, or connect again.

    Without a name the current connection is closed and opened again.

    Examples:
        connect qemu+ssh://kvm8/system  # go to another host
        connect qemu:///system --readonly  # only look
    """
    session.connect(name, readonly or (name is None and session.readonly))
