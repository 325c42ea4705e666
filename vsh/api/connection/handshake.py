# mypy: disable-error-code="empty-body"
"""Calls that open and close a connection on the wire; a driver makes them, nobody else."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection.records import SaslAnswer
    from vsh.api.types import Chars, Text, i32, u32
    from vsh.words.connection import Open


class Handshake(Object):
    """Opening, authentication, closing."""

    __slots__ = ()

    @call(1, "connect_open", acl="connect:getattr")
    def connect_open(self, name: Text | None = None, flags: Open | u32 = 0) -> None:
        """Open the hypervisor that ``name`` is the URI of; None lets the daemon choose."""

    @call(2, "connect_close", acl="none")
    def connect_close(self) -> None:
        """Tell the daemon that this was all."""

    @call(66, "auth_list", api="virConnectOpenAuth", acl="none", limit=20)
    def auth_list(self) -> list[i32]:
        """The kinds of authentication that the daemon accepts, one of which has to follow."""

    @call(67, "auth_sasl_init", api="virConnectOpenAuth", acl="none")
    def auth_sasl_init(self) -> Text:
        """The SASL mechanisms that the daemon offers, separated by commas."""

    @call(68, "auth_sasl_start", api="virConnectOpenAuth", acl="none")
    def auth_sasl_start(self, mech: Text, nil: i32, data: Chars) -> SaslAnswer:
        """Begin SASL with a mechanism and its first data."""

    @call(69, "auth_sasl_step", api="virConnectOpenAuth", acl="none")
    def auth_sasl_step(self, nil: i32, data: Chars) -> SaslAnswer:
        """The next step of SASL."""

    @call(70, "auth_polkit", api="virConnectOpenAuth", acl="none")
    def auth_polkit(self) -> i32:
        """Ask polkit on the daemon's side; 1 if it agrees."""
