"""secret-undefine: forget a secret."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import SECRET
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.secret import Secret
    from vsh.output.document import Document


@command
def secret_undefine(secret: Secret = SECRET) -> Document:
    """Forget a secret and its value.

    Whatever needs it cannot start any more.

    Examples:
        secret-undefine 3c7b8e0a-9a1d-4b59-8f0e-2d6c5b4a3f21  # the value is gone for ever
    """
    with failing(f"Failed to delete secret {secret.called}"):
        secret.undefine()
    return Done("Secret {secret} deleted", secret=secret.called)
