"""secret-set-value: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("file", "base64"), ("plain", "base64"), ("interactive", "base64"), ("interactive", "plain"), ("interactive", "file"),))
def secret_set_value(
    secret: str = Argument(""),
    file: str | None = Option(""),
    plain: bool = Flag(""),
    interactive: bool = Flag(""),
    base64: str | None = Option("", by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
