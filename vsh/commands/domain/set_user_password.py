"""set-user-password: set the password of a guest's user."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import BITS, Argument, Flag
from vsh.output.document import Said
from vsh.words.domain.guest import DomainSetUserPassword

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(order=("user", "password"), tells="done user")
def set_user_password(
    domain: Domain = ACTIVE_DOMAIN,
    user: str = Argument("the guest's user"),
    password: str = Argument("the new password", complete=(), secret=True),
    encrypted: bool = Flag(
        "the password is a hash as the guest keeps it", bit=DomainSetUserPassword.ENCRYPTED
    ),
    flags: int = BITS,
) -> Document:
    """Set the password of a guest's user.

    Needs the agent in the guest.

    Examples:
        set-user-password web1 root 'new password'  # by its agent
    """
    domain.set_user_password(user, password, flags)
    return Said("Password set successfully for {user} in {domain}", user=user, domain=domain.called)
