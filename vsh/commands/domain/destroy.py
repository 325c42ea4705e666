"""destroy: stop a guest at once."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import BITS, Flag
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainDestroy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command
def destroy(
    domain: Domain = ACTIVE_DOMAIN,
    graceful: bool = Flag(
        "do not kill the guest if it does not end when asked to", bit=DomainDestroy.GRACEFUL
    ),
    remove_logs: bool = Flag("remove the guest's log files too", bit=DomainDestroy.REMOVE_LOGS),
    flags: int = BITS,
) -> Document:
    """Stop the guest at once, as if its power cord were pulled.

    A transient domain is gone then; the definition and the disks of others stay.

    Examples:
        destroy web1  # as if its plug were pulled
        destroy web1 --graceful  # only if it can end without losing data that is on its way to disk
    """
    with failing(f"Failed to destroy domain '{domain.called}'"):
        if flags:
            domain.destroy_flags(flags)
        else:
            domain.destroy()
    return Done("Domain '{domain}' destroyed", domain=domain.called)
