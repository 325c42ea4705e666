"""nodesevinfo: what the host needs for guests with encrypted memory (AMD SEV)."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.commands._typed import typed_texts
from vsh.errors import failing
from vsh.output.document import Numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(
    tells=(
        "pdh? cert_chain? cbitpos? reduced_phys_bits? max_guests? max_es_guests? cpu0_id? params?"
    )
)
def nodesevinfo(connection: Connection = CONNECTION) -> Document:
    """Print the host's facts about AMD SEV.

    Keys and limits that whoever prepares an encrypted guest needs.

    Examples:
        nodesevinfo  # what the host says about protected memory
    """
    with failing("Unable to get host SEV information"):
        params = connection.node_get_sev_info()
    text = "".join(f"{name:18}: {text}\n" for name, text in typed_texts(params))
    return Numbers(text, **{name.replace("-", "_"): value for name, value in params.items()})
