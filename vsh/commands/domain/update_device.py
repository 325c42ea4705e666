"""update-device: change a device of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import BITS, Flag
from vsh.commands._files import read_text
from vsh.commands.domain._shared import DEVICE_FILE, PERSISTENT, modify_flags
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.domain.devices import DomainDeviceModify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=(("persistent", "current"), *IMPACT_EXCLUSIVE))
def update_device(
    domain: Domain = DOMAIN,
    file: str = DEVICE_FILE,
    persistent: bool = PERSISTENT,
    impact: int = impact(),
    force: bool = Flag("do it even where the guest locks the device", bit=DomainDeviceModify.FORCE),
    flags: int = BITS,
) -> Document:
    """Change a device of a domain, from an XML file.

    What can change while the guest runs depends on the device.

    Examples:
        update-device web1 nic.xml --live  # change a device in place
    """
    flags |= modify_flags(domain, impact, persistent=persistent)
    xml = read_text(file)
    with failing(f"Failed to update device from {file}"):
        domain.update_device_flags(xml, flags)
    return Done("Device updated successfully")
