"""send-key: press keys of a guest's keyboard."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument, Option, anything, uint32
from vsh.commands.domain._keycodes import SETS, codes
from vsh.commands.domain._tuning import c_integer
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.api.domain import Domain
    from vsh.cli.params import Given
    from vsh.cli.session import Session


MOST_KEYS = 16


def key_names(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the names of keys in the chosen code set."""
    name = given.get("codeset") or "linux"
    return codes(SETS.index(name)) if name in SETS else ()


@command
def send_key(
    domain: Domain = ACTIVE_DOMAIN,
    codeset: str | None = Option(
        "what the codes are of (default: linux)", kind=anything, complete=SETS
    ),
    holdtime: int | None = Option("milliseconds that the keys are held", kind=uint32),
    keycode: list[str] = Argument(
        "names or numbers of keys that are pressed together",
        kind=anything,
        repeats=True,
        complete=key_names,
    ),
) -> None:
    """Press keys of a guest's keyboard, all together.

    Names are those of Linux (KEY_LEFTCTRL), of macOS for os_x, of Windows (VK_CONTROL) for win32.

    Examples:
        send-key web1 KEY_LEFTCTRL KEY_LEFTALT KEY_DELETE  # all at once
        send-key web1 --codeset usb 4 5  # by numbers of another set
    """
    name = {"rfb": "qnum"}.get(codeset, codeset) if codeset else "linux"
    if name not in SETS:
        raise CommandError(f"unknown codeset: '{name}'", hint=", ".join(SETS))
    number = SETS.index(name)
    keys: list[int] = []
    for word in keycode:
        if len(keys) == MOST_KEYS:
            raise CommandError("too many keycodes")
        value = c_integer(word)
        code = value if value is not None and 0 <= value <= 0xFFFF else codes(number).get(word)
        if code is None:
            raise CommandError(f"invalid keycode: '{word}'")
        keys.append(code)
    domain.send_key(number, holdtime or 0, keys, 0)
