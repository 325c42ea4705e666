"""domstate: the state of a domain, and why it is so."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag
from vsh.output.document import Line
from vsh.words.domain.state import reason_word, state_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="state reason")
def domstate(
    domain: Domain = DOMAIN, reason: bool = Flag("also print why it is in that state")
) -> Document:
    """Print the state of a domain.

    With --reason, why it is in that state follows in parentheses.

    Examples:
        domstate web1  # running, paused, shut off or another
        domstate web1 --reason  # and why
    """
    state, why = domain.get_state()
    return Line(
        "{state} ({reason})" if reason else "{state}",
        state=state_word(state),
        reason=reason_word(state, why),
    )
