"""guestinfo: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def guestinfo(
    domain: Any = DOMAIN,
    user: bool = Flag(""),
    os: bool = Flag(""),
    timezone: bool = Flag(""),
    hostname: bool = Flag(""),
    filesystem: bool = Flag(""),
    disk: bool = Flag(""),
    interface: bool = Flag(""),
    load: bool = Flag(""),
    devices: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
