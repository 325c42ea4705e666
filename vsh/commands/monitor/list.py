"""list: the domains of the connection."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag, Flags
from vsh.commands._states import state_word
from vsh.errors import CommandError
from vsh.output.document import Column, Lines, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document
