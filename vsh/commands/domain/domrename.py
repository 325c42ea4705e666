"""domrename: give a domain another name."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import INACTIVE_DOMAIN
from vsh.cli.params import Argument
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="done domain old_name")
def domrename(
    domain: Domain = INACTIVE_DOMAIN, new_name: str = Argument("the new name")
) -> Document:
    """Give a domain that is shut off another name.

    Its UUID stays the same.

    Examples:
        domrename db1 db-primary  # it must be off
    """
    domain.rename(new_name, 0)
    return Done("Domain successfully renamed", domain=new_name, old_name=domain.name)
