"""domsetlaunchsecstate: hand a secret to a protected guest."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, file_names
from vsh.cli.params import Option, uint64
from vsh.commands._files import read_text
from vsh.commands.domain._tuning import number_text
from vsh.errors import CommandError, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


SECRET_SIZE = 64 * 1024


@command
def domsetlaunchsecstate(
    domain: Domain = ACTIVE_DOMAIN,
    secrethdr: str | None = Option("file with the secret's header, base64", complete=file_names),
    secret: str | None = Option("file with the secret, base64", complete=file_names),
    set_address: str | None = Option(
        "address in the guest's memory", kind=number_text, by_place=True
    ),
) -> None:
    """Hand a secret to a paused guest whose memory is protected from the host.

    The owner makes the secret and its header for this start of the guest only.

    Examples:
        domsetlaunchsecstate web1 --secrethdr header.b64 --secret secret.b64
            # before its first instruction
    """
    if secrethdr is None or secret is None:
        raise CommandError("Both secret and the secret header are required")
    params = TypedParams()
    params.set("sev-secret-header", "string", read_text(secrethdr, SECRET_SIZE))
    params.set("sev-secret", "string", read_text(secret, SECRET_SIZE))
    if set_address is not None:
        address = uint64.convert(set_address, "set-address")
        params.set("sev-secret-set-address", "ullong", address)
    with failing("Unable to set launch security state"):
        domain.set_launch_security_state(params, 0)
