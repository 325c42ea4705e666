"""qemu-attach: take over a QEMU that somebody else started."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Argument, Kind, uint32
from vsh.errors import CommandError, failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done domain pid")
def qemu_attach(
    pid: int = Argument("its process", kind=Kind("string", uint32.convert)),
    connection: Connection = CONNECTION,
) -> Document:
    """Take over a QEMU that somebody else started.

    It becomes a domain like others; libvirt must understand its command line.

    Examples:
        qemu-attach 4711  # a QEMU process that libvirt did not start
    """
    with failing(f"Failed to attach to pid {pid}"):
        if not pid:
            raise CommandError("pid_value in virDomainQemuAttach must not be zero")
        domain = connection.domain_attach(pid, 0)
    return Done("Domain '{domain}' attached to pid {pid}", domain=domain.name, pid=pid)
