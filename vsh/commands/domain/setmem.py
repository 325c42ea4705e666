"""setmem: how much memory a guest has."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE
from vsh.cli.params import BITS, Argument, Flag
from vsh.commands.domain._tuning import kibibytes
from vsh.words.domain.memory import DomainMemoryMod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command(exclusive=IMPACT_EXCLUSIVE, old={"kilobytes": "size"})
def setmem(
    domain: Domain = DOMAIN,
    size: int = Argument("the new amount, KiB or with a suffix", kind=kibibytes),
    config: bool = Flag("affect next boot", bit=DomainMemoryMod.CONFIG),
    live: bool = Flag("affect running domain"),
    current: bool = Flag("affect current domain"),
    flags: int = BITS,
) -> None:
    """Set how much memory a guest has, up to its maximum.

    Without an option that says otherwise the running guest is changed.

    Examples:
        setmem web1 2G --live  # the balloon takes the rest
        setmem web1 2G --config  # from the next start on
    """
    if live or not (config or current):
        flags |= DomainMemoryMod.LIVE
    domain.set_memory_flags(size, flags)
