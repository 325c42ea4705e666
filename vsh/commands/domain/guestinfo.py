"""guestinfo: what a guest's agent tells of it."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Flags
from vsh.commands.domain._shared import parameter_fields
from vsh.output.document import Fields
from vsh.words.domain.guest import DomainGuestInfoTypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.types import TypedParams
    from vsh.output.document import Document


@command(
    tells=("users? os? timezone? hostname? filesystems? disks? interfaces? load? params? | done")
)
def guestinfo(
    domain: Domain = ACTIVE_DOMAIN,
    types: int = Flags(
        DomainGuestInfoTypes,
        user=("who is logged in", "USERS"),
        os="its operating system",
        timezone="its time zone",
        hostname="what it calls itself",
        filesystem="its file systems",
        disk=("its disks", "DISKS"),
        interface=("its network interfaces", "INTERFACES"),
        load="how busy it is",
        devices="its device drivers",
    ),
) -> Document | None:
    """Print what a guest's agent tells of it.

    Without options all that the agent knows is printed.

    Examples:
        guestinfo web1  # all that its agent tells
        guestinfo web1 --os --hostname  # two parts of it
    """
    params = domain.get_guest_info(types, 0)
    fields = _Info(20 + 1)
    fields.params = params
    fields.rows = parameter_fields(params, 20).rows
    return fields if fields.rows else None


class _Info(Fields):
    """What an agent told: flat for people, nested for programs."""

    __slots__ = ("params",)
    params: TypedParams

    def data(self) -> object:
        from vsh.commands.domain._guest import nested

        return nested(self.params)
