"""domxml-from-native: a domain's document from another program's configuration."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text
from vsh.commands.domain._saving import NATIVE_FORMATS
from vsh.output.document import Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def domxml_from_native(
    format: str = Argument("what the configuration is written for", complete=NATIVE_FORMATS),
    config: str = Argument("file with the configuration", complete=file_names),
    connection: Any = CONNECTION,
) -> Document:
    """Print the domain document for a configuration of another program.

    Nothing is defined: the document is for define.
    """
    text = read_text(config)
    return Xml(connection.domain_xml_from_native(format, text, 0))
