"""await: wait until a domain is in some condition."""

from __future__ import annotations

from vsh.acts.wait import CONDITIONS, wait
from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION
from vsh.cli.params import Kind, Option, seconds, string
from vsh.errors import CommandError
from vsh.output.document import Line, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


def _condition(text: str, name: str) -> str:
    if string.convert(text, name) not in CONDITIONS:
        raise CommandError(
            f"Unsupported await condition name '{text}'", hint="one of " + ", ".join(CONDITIONS)
        )
    return text


@command(order=("condition", "timeout"), tells="outcome")
def await_(
    domain: Domain = DOMAIN,
    condition: str = Option(
        "what to wait for: domain-inactive or guest-agent-available",
        kind=Kind("string", _condition),
        required=True,
        complete=tuple(CONDITIONS),
    ),
    timeout: int | None = Option("how many seconds to wait", kind=seconds),
    session: Session = SESSION,
) -> Document:
    """Wait until a domain is in some condition.

    The exit status is 0 once it is, and 2 if time is up before, or after Ctrl-C.

    Examples:
        await web1 --condition domain-inactive --timeout 60  # until it is off, for a minute at most
    """
    from vsh.signals import interruptible

    try:
        with interruptible():
            if wait(domain, condition, timeout):
                return Text("", outcome="reached")
        outcome = "timed out"
    except KeyboardInterrupt:
        outcome = "interrupted"
    session.status = 2
    return Line("event loop {outcome}", outcome=outcome)
