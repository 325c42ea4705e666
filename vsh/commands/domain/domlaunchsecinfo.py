"""domlaunchsecinfo: what measures the start of a protected guest."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.commands.domain._shared import parameter_fields
from vsh.errors import failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(
    tells=(
        "sev_measurement? sev_api_major? sev_api_minor? sev_build_id? sev_policy? params? | done"
    )
)
def domlaunchsecinfo(domain: Domain = ACTIVE_DOMAIN) -> Document | None:
    """Print the facts about a guest whose memory is protected from the host.

    The owner of the guest compares the measurement with what it should be.

    Examples:
        domlaunchsecinfo web1  # how its memory is protected
    """
    with failing("Unable to get launch security parameters"):
        fields = parameter_fields(domain.get_launch_security_info(0))
    return fields if fields.rows else None
