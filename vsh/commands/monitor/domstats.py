"""domstats: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def domstats(
    state: bool = Flag(""),
    cpu_total: bool = Flag(""),
    balloon: bool = Flag(""),
    vcpu: bool = Flag(""),
    interface: bool = Flag(""),
    block: bool = Flag(""),
    perf: bool = Flag(""),
    iothread: bool = Flag(""),
    memory: bool = Flag(""),
    dirtyrate: bool = Flag(""),
    vm: bool = Flag(""),
    list_active: bool = Flag(""),
    list_inactive: bool = Flag(""),
    list_persistent: bool = Flag(""),
    list_transient: bool = Flag(""),
    list_running: bool = Flag(""),
    list_paused: bool = Flag(""),
    list_shutoff: bool = Flag(""),
    list_other: bool = Flag(""),
    raw: bool = Flag(""),
    enforce: bool = Flag(""),
    backing: bool = Flag(""),
    nowait: bool = Flag(""),
    domain: list[str] = Argument("", required=False, repeats=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
