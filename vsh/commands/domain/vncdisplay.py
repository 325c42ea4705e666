"""vncdisplay: where a guest's VNC display is."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.commands.domain._devices_xml import number_at, text_at, tree
from vsh.commands.domain._displays import VNC_BASE, check_running
from vsh.errors import CommandError
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="address display")
def vncdisplay(domain: Domain = ACTIVE_DOMAIN) -> Document:
    """Print the address and number of a guest's VNC display.

    The number counts from port 5900.

    Examples:
        vncdisplay web1  # the address and number of its VNC display
    """
    check_running(domain)
    root = tree(domain.get_xml_desc(0))
    vnc = "/domain/devices/graphics[@type='vnc']"
    port = number_at(root, f"{vnc}/@port")
    if port is None:
        raise CommandError("Failed to get VNC port. Is this domain using VNC?")
    address = text_at(root, f"{vnc}/@listen") or text_at(root, f"{vnc}/listen/@address")
    host = "" if address in (None, "0.0.0.0") else address  # noqa: S104 - compared with
    return Text(f"{host}:{port - VNC_BASE}\n", address=address, display=port - VNC_BASE)
