"""What a daemon's hooks are told of guests, and what they have their documents changed to."""

from __future__ import annotations

from vsh.drivers.host import hooks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain as Definition


def call(definition: Definition, number: int, operation: str) -> None:
    """Ask whether a guest may go on in its start.  Raises HookScriptFailed."""
    if hooks.present("qemu"):
        text = _text(definition, number)
        hooks.call("qemu", str(definition.name), operation, "begin", text=text)


def told(definition: Definition, operation: str) -> None:
    """Tell that a guest has ended, or that all that it had is given back."""
    if hooks.present("qemu"):
        hooks.told("qemu", str(definition.name), operation, "end", text=_text(definition, -1))


def changed(name: str, operation: str, text: str) -> str:
    """The document that hooks give in place of that of a guest which comes; "": none.

    Raises HookScriptFailed.
    """
    return hooks.call("qemu", name, operation, "begin", text=text)


def _text(definition: Definition, number: int) -> str:
    from vsh.drivers.qemu import definitions

    before = definition.id
    try:
        return definitions.given_out(definition, number, 0)
    finally:
        definition.id = before
