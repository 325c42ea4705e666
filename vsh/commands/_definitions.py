"""What commands share that change definitions: editing them, when changes take effect, and whether
objects start with the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.edit import edit_document
from vsh.cli.objects import SESSION
from vsh.cli.params import declared, param_of
from vsh.errors import InvalidArgument, failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.network import Network
    from vsh.api.node_device import NodeDevice
    from vsh.api.pool import Pool

    class Defined(Protocol):
        """What has a name and a document."""

        @property
        def name(self) -> str: ...
        @property
        def connection(self) -> Connection: ...
        def get_xml_desc(self, flags: int = 0, /) -> str: ...

    from vsh.cli.command import Command
    from vsh.cli.session import Session
    from vsh.output.document import Document
    from vsh.words.network import NetworkUpdate
    from vsh.words.node_device import NodeDeviceUpdate


def edit_command(
    module: str,
    target: object,
    option: str,
    what: str,
    when: str,
    kind: str,
    define: str,
    example: str,
    inactive: int = 0,
    *,
    fallback: bool = True,
) -> Command:
    """The command that lets the user edit the definition of a network, pool, filter ...

    module    the command's: its name is the command's
    target    the atom of the object, and its option's name, its key in structured formats
    what      how the help calls it;  when  when a change takes effect;  kind  what messages call it
    define    the connection's call that takes the new document
    example   what may follow the command's name, with a comment
    inactive  the flag of the definition, where there is another document
    fallback  whether a driver that does not know the flag is asked without it (not in virsh for
              interfaces)
    """

    def body(
        of: Defined = declared(param_of(target).named(option)), session: Session = SESSION
    ) -> Document:
        edited = edit_document(
            session,
            lambda: _definition(of, inactive, fallback=fallback),
            getattr(of.connection, define),
        )
        if edited is None:
            text, name = "not changed", of.name
        else:
            text, name = "edited", edited.name
        return Done(f"{kind} {{{option}}} XML configuration {text}.", **{option: name})

    body.__module__ = module
    name = module.rpartition(".")[2].replace("_", "-")
    body.__doc__ = (
        f"Edit the definition of {what}.\n\nThe change takes effect {when}.\n\n"
        f"Examples:\n    {name} {example}\n"
    )
    return command(tells=f"done {option}")(body)


def _definition(target: Defined, flag: int, *, fallback: bool) -> str:
    """An object's stored definition; its only one where the driver does not know the flag."""
    if flag:
        try:
            return str(target.get_xml_desc(flag))
        except InvalidArgument:
            if not fallback:
                raise
    return str(target.get_xml_desc())


def changed(
    target: Network | NodeDevice, flags: type[NetworkUpdate | NodeDeviceUpdate], impact: int
) -> str:
    """The words for what an update has changed.

    flags  the class of the update's flags, with AFFECT_LIVE and AFFECT_CONFIG
    """
    if impact == flags.AFFECT_CONFIG | flags.AFFECT_LIVE:
        return "persistent config and live state"
    if impact & flags.AFFECT_LIVE or (not impact and target.is_active()):
        return "live state"
    return "persistent config"


def mark_autostart(
    key: str, target: Domain | Network | Pool | NodeDevice, *, disable: bool
) -> Document:
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
