"""secret-get-value: the value of a secret."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import SECRET
from vsh.cli.params import Flag
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.secret import Secret
    from vsh.output.document import Document


@command(tells="value_base64")
def secret_get_value(
    secret: Secret = SECRET, plain: bool = Flag("the value as it is rather than in base64")
) -> Document:
    """Print the value of a secret, in base64.

    Values of private secrets are shown to nobody.

    Examples:
        secret-get-value 3c7b8e0a-9a1d-4b59-8f0e-2d6c5b4a3f21  # in base64
    """
    from binascii import b2a_base64

    value = secret.get_value()
    encoded = b2a_base64(value, newline=False).decode("ascii")
    text = value.decode("utf-8", "surrogateescape") if plain else encoded
    return Text(text, value_base64=encoded)
