"""detach-device-alias: take a device from a domain, by its alias."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument
from vsh.commands.domain._devices_xml import aliases
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def detach_device_alias(
    domain: Domain = DOMAIN,
    alias: str = Argument("the device's alias", complete=aliases),
    impact: int = impact(),
) -> Document:
    """Ask a domain to let go of a device, named by its alias.

    The device has gone when the event device-removed comes.

    Examples:
        detach-device-alias web1 ua-disk2 --live  # the device by its alias
    """
    with failing(f"Failed to detach device with alias {alias}"):
        domain.detach_device_alias(alias, impact)
    return Done("Device detach request sent successfully")
