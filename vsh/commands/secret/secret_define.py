"""secret-define: define or change a secret."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text, validating
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.secret import SecretDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done secret")
def secret_define(
    file: str = Argument("file with the secret's description", complete=file_names),
    flags: int = validating(SecretDefine),
    connection: Connection = CONNECTION,
) -> Document:
    """Define a secret from an XML file, or change an existing one.

    Its value is given by secret-set-value.

    Examples:
        secret-define secret.xml  # a place for a passphrase; its value comes with secret-set-value
    """
    xml = read_text(file)
    with failing(f"Failed to set attributes from {file}"):
        secret = connection.secret_define_xml(xml, flags)
    return Done("Secret {secret} created", secret=secret.uuid)
