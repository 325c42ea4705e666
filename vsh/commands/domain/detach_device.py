"""detach-device: take a device from a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Flag
from vsh.commands._files import read_text
from vsh.commands.domain._shared import DEVICE_FILE, PERSISTENT, detach, modify_flags
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=(("persistent", "current"), *IMPACT_EXCLUSIVE))
def detach_device(
    domain: Domain = DOMAIN,
    file: str = DEVICE_FILE,
    persistent: bool = PERSISTENT,
    impact: int = impact("config", "live"),
    current: bool = Flag("affect current domain"),
) -> Document:
    """Take a device from a domain, named by an XML file.

    The guest may have to agree: look whether it has gone before its source is used elsewhere.

    Examples:
        detach-device web1 disk.xml --live  # the device that the file describes
    """
    flags = modify_flags(domain, impact, persistent=persistent)
    xml = read_text(file)
    with failing(f"Failed to detach device from {file}"):
        detach(domain, xml, flags, current=current)
    return Done("Device detached successfully")
