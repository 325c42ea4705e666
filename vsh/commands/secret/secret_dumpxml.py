"""secret-dumpxml: a secret's document."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import SECRET
from vsh.cli.params import Flag, Option
from vsh.commands._xpath import WRAP_HELP, XPATH_HELP, dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.secret import Secret
    from vsh.output.document import Document


@command
def secret_dumpxml(
    secret: Secret = SECRET,
    xpath: str | None = Option(XPATH_HELP, complete=()),
    wrap: bool = Flag(WRAP_HELP),
) -> Document:
    """Print the XML of a secret; its value is not in it.

    What the secret is for, and who may see its value.

    Examples:
        secret-dumpxml 3c7b8e0a-9a1d-4b59-8f0e-2d6c5b4a3f21  # what it is for, never what it is
    """
    return dump(secret.get_xml_desc(), xpath, wrap=wrap)
