# mypy: disable-error-code="empty-body"
"""Calls that open and close a connection on the wire; a driver makes them, nobody else."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection.records import SaslAnswer
    from vsh.api.types import Chars, Text, i32, u32


class Handshake(Object):
    """Opening, authentication, closing."""

    __slots__ = ()
    prefix = ""

    @call(1, acl="connect:getattr")
    def connect_open(self, name: Text | None = None, flags: u32 = 0) -> None:
        """Connect open."""

    @call(2, acl="none")
    def connect_close(self) -> None:
        """Connect close."""

    @call(66, acl="none", api="virConnectOpenAuth", limit=20)
    def auth_list(self) -> list[i32]:
        """Auth list."""

    @call(67, acl="none", api="virConnectOpenAuth")
    def auth_sasl_init(self) -> Text:
        """Auth sasl init."""

    @call(68, acl="none", api="virConnectOpenAuth")
    def auth_sasl_start(self, mech: Text, nil: i32, data: Chars) -> SaslAnswer:
        """Auth sasl start."""

    @call(69, acl="none", api="virConnectOpenAuth")
    def auth_sasl_step(self, nil: i32, data: Chars) -> SaslAnswer:
        """Auth sasl step."""

    @call(70, acl="none", api="virConnectOpenAuth")
    def auth_polkit(self) -> i32:
        """Auth polkit."""
