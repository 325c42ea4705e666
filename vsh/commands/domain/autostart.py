"""autostart: start a domain with the host, or no more."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.cli.params import Flag
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="done autostart")
def autostart(
    domain: Domain = domain_argument(complete="PERSISTENT"),
    disable: bool = Flag("do not start it with the host any more"),
    once: bool = Flag("only at the next start of the host"),
) -> Document:
    """Have a domain started when the host starts.

    --once is a mark of its own: it is gone after the next start of the host.

    Examples:
        autostart web1  # start it whenever the host starts
        autostart web1 --disable  # do not any more
    """
    word = "unmark" if disable else "mark"
    when = " on next boot" if once else ""
    with failing(f"Failed to {word} domain '{domain.called}' as autostarted{when}"):
        if once:
            domain.set_autostart_once(int(not disable))
        else:
            domain.set_autostart(int(not disable))
    return Done(
        "Domain '{domain}' " + f"{word}ed as autostarted{when}",
        domain=domain.called,
        autostart=not disable,
    )
