"""version: the versions of the library, the hypervisor and the daemon."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Flag
from vsh.cli.version import COMPATIBLE
from vsh.errors import CommandError, Error, NoSupport, failing
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="library driver api hypervisor? daemon?")
def version(
    daemon: bool = Flag("also print the version of the daemon"), session: Session = SESSION
) -> Document:
    """Print the versions of the library, the hypervisor and the daemon.

    A daemon may be of another version than the library that a client uses.

    Examples:
        version  # of the library and the hypervisor
        version --daemon  # of the daemon, too
    """
    connection = session.connection
    asked = [connection.get_type.request(), connection.get_version.request()]
    if daemon:
        asked.append(connection.get_lib_version.request())
    kind, hypervisor, *libraries = connection.many(asked)
    with failing("failed to get hypervisor type"):
        if isinstance(kind, Error):
            raise kind
    text = (
        f"Compiled against library: libvirt {COMPATIBLE}\nUsing library: libvirt {COMPATIBLE}\n"
        f"Using API: {kind} {COMPATIBLE}\n"
    )
    values: dict[str, object] = {"library": COMPATIBLE, "driver": kind, "api": COMPATIBLE}
    if not isinstance(hypervisor, Error):
        values["hypervisor"] = _dotted(hypervisor) if hypervisor else None
        text += (
            f"Running hypervisor: {kind} {_dotted(hypervisor)}\n"
            if hypervisor
            else f"Cannot extract running {kind} hypervisor version\n"
        )
    elif not isinstance(hypervisor, NoSupport):
        session.show(Text(text, **values))
        raise CommandError("failed to get the hypervisor version") from hypervisor
    for library in libraries:
        if isinstance(library, Error):  # virsh goes on after saying so
            session.error("failed to get the daemon version")
        else:
            values["daemon"] = _dotted(library)
            text += f"Running against daemon: {_dotted(library)}\n"
    return Text(text, **values)


def _dotted(number: object) -> str:
    if not isinstance(number, int):
        raise TypeError(f"a version that is no number: {number!r}")
    return f"{number // 1000000}.{number // 1000 % 1000}.{number % 1000}"
