"""What commands share that change definitions: editing them, when changes take effect, and whether
objects start with the host."""

from __future__ import annotations

from vsh.cli.edit import edit_document
from vsh.errors import InvalidArgument, failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.cli.session import Session
    from vsh.output.document import Document
    from vsh.words.network import NetworkUpdate
    from vsh.words.node_device import NodeDeviceUpdate


def edit(
    session: Session,
    key: str,
    target: Any,
    read: Callable[[], str],
    define: Callable[[str], Any],
    *,
    kind: str = "",
) -> Document:
    """Let the user edit an object's definition.

    key   what the object is called in structured formats
    kind  what messages call it, where that is not the key with a capital
    """
    kind = kind or key.capitalize()
    edited = edit_document(session, read, define)
    if edited is None:
        return Done(f"{kind} {{{key}}} XML configuration not changed.", **{key: target.name})
    return Done(f"{kind} {{{key}}} XML configuration edited.", **{key: edited.name})


def inactive_xml(target: Any, flag: int) -> str:
    """An object's stored definition; its only one where the driver does not know the flag."""
    try:
        return str(target.get_xml_desc(flag))
    except InvalidArgument:
        return str(target.get_xml_desc(0))


def changed(target: Any, flags: type[NetworkUpdate | NodeDeviceUpdate], impact: int) -> str:
    """The words for what an update has changed.

    flags  the class of the update's flags, with AFFECT_LIVE and AFFECT_CONFIG
    """
    if impact == flags.AFFECT_CONFIG | flags.AFFECT_LIVE:
        return "persistent config and live state"
    if impact & flags.AFFECT_LIVE or (not impact and target.is_active()):
        return "live state"
    return "persistent config"


def mark_autostart(key: str, target: Any, *, disable: bool) -> Document:
    """Make an object start with the host, or not.

    key  what messages and structured formats call it
    """
    change = "unmark" if disable else "mark"
    with failing(f"failed to {change} {key} {target.called} as autostarted"):
        target.set_autostart(0 if disable else 1)
    return Done(
        f"{key.capitalize()} {{{key}}} {change}ed as autostarted",
        **{key: target.called, "autostart": not disable},
    )
