"""secret-list: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def secret_list(
    ephemeral: bool = Flag(""),
    no_ephemeral: bool = Flag(""),
    private: bool = Flag(""),
    no_private: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
