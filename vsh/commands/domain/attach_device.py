"""attach-device: give a domain a device."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Flag
from vsh.commands._files import read_text
from vsh.commands.domain._shared import DEVICE_FILE, PERSISTENT, attach, modify_flags
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=(("persistent", "current"), *IMPACT_EXCLUSIVE))
def attach_device(
    domain: Domain = DOMAIN,
    file: str = DEVICE_FILE,
    persistent: bool = PERSISTENT,
    impact: int = impact("config", "live"),
    current: bool = Flag("affect current domain"),
) -> Document:
    """Give a domain a device, from an XML file.

    Without an option that says otherwise only the running domain gets it.

    Examples:
        attach-device web1 disk.xml --live  # the device in the file, at once
        attach-device web1 nic.xml --config  # from the next start on
    """
    flags = modify_flags(domain, impact, persistent=persistent)
    xml = read_text(file)
    with failing(f"Failed to attach device from {file}"):
        attach(domain, xml, flags, current=current)
    return Done("Device attached successfully")
