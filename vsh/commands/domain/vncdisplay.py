"""vncdisplay: where a guest's VNC display is."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.commands.domain._devices_xml import number_at, text_at, tree
from vsh.errors import CommandError
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def vncdisplay(domain: Any = ACTIVE_DOMAIN) -> Document:
    """Print the address and number of a guest's VNC display."""
    if not domain.is_active():
        raise CommandError("Domain is not running")
    root = tree(domain.get_xml_desc(0))
    vnc = "/domain/devices/graphics[@type='vnc']"
    port = number_at(root, f"{vnc}/@port")
    if port is None:
        raise CommandError("Failed to get VNC port. Is this domain using VNC?")
    address = text_at(root, f"{vnc}/@listen") or text_at(root, f"{vnc}/listen/@address")
    host = "" if address in (None, ANY_HOST[0]) else address
    return Text(f"{host}:{port - 5900}\n", address=address, display=port - 5900)
