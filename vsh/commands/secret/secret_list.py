"""secret-list: the secrets of the connection."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flags
from vsh.commands._listing import listed
from vsh.errors import CommandError, NoSupport
from vsh.output.document import Column, Table
from vsh.words.connection import ListAllSecrets
from vsh.words.secret import SecretUsageType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


USAGES = SecretUsageType.words()


@command(tells="[uuid usage usage_type usage_id]")
def secret_list(
    filters: int = Flags(
        ListAllSecrets,
        ephemeral="list secrets that are only kept in memory",
        no_ephemeral="list secrets that are stored",
        private="list secrets whose values are shown to nobody",
        no_private="list secrets whose values are shown",
    ),
    connection: Connection = CONNECTION,
) -> Document:
    """List secrets.

    Sorted by UUID, with what each is for.

    Examples:
        secret-list  # which there are and what they are for
    """
    try:
        secrets = listed(
            lambda: connection.list_all_secrets(filters),
            "Failed to list node secrets",
            count=None if filters else connection.num_of_secrets,
            counting="Failed to count secrets",
        )
    except CommandError as error:
        if filters and isinstance(error.__cause__, NoSupport):
            raise CommandError("Filtering is not supported by this libvirt") from None
        raise
    secrets.sort(key=lambda secret: secret.uuid)
    rows = []
    extra = []
    for secret in secrets:
        kind = SecretUsageType.word_of(secret.usageType) if secret.usageType else None
        rows.append([secret.uuid, f"{kind} {secret.usageID}" if kind else None])
        extra.append({"usage_type": kind, "usage_id": secret.usageID if kind else None})
    return Table(
        rows,
        Column("UUID", "uuid"),
        Column("Usage", "usage", lambda text: text or "Unused"),
        extra=extra,
    )
