"""Other programs' configurations: converted by the driver, or here where it cannot.

The driver comes first, since it knows its host.  Without one that can, and where the user named no
place to connect to and there is none, the conversion needs nothing but the text.  Under the name
virsh the driver alone answers.
"""

from __future__ import annotations

from vsh.errors import CommandError, InvalidArgument, NoSupport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.cli.session import Session
    from vsh.errors import Error


def connection_of(session: Session, format: str, direction: str) -> Any:
    """The connection to ask; None where there is none to be had and none is needed.

    direction  ``read`` (a configuration) or ``write`` (one)
    """
    try:
        connection = session.connection
    except CommandError:
        if session.uri is not None or not _known(session, format, direction):
            raise
        return None
    if not connection.driver.alive:
        session.lost()
        connection = session.connection
    return connection


def convert(
    session: Session, connection: Connection, direction: str, format: str, text: str
) -> str:
    """The text of the other kind.  Raises the Error that libvirt would report."""
    own = _known(session, format, direction)
    if connection is not None:
        call = (
            connection.domain_xml_from_native
            if direction == "read"
            else connection.domain_xml_to_native
        )
        try:
            answer: str = call(format, text, 0)
        except (NoSupport, InvalidArgument) as error:
            if not own or not _refuses(error):
                raise
        else:
            return answer
    from vsh.hypervisors import native

    if direction == "read":
        from vsh.xml.engine.flags import INACTIVE

        unread: list[str] = []
        document: str = native.from_native(format, text, unread).format(INACTIVE)
        for part in unread:
            session.warn(f"{format}: not understood, and not in the document: {part}")
        return document
    return native.to_native(format, text)


def _refuses(error: Error) -> bool:
    """Whether a driver has no conversion at all, or none of this format."""
    return isinstance(error, NoSupport) or "unsupported config type" in error.message.lower()


def _known(session: Session, format: str, direction: str) -> bool:
    """Whether vsh itself converts this format in this direction."""
    if session.lenient:
        return False
    from vsh.hypervisors.native import known

    return known(format, direction)
