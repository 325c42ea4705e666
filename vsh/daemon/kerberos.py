"""GSSAPI (RFC 4752), the daemon's side: whose ticket it is, and which protection is agreed on.

The library ``gssapi`` does Kerberos; the daemon's key is ``libvirt/HOST`` of a keytab.
"""

from __future__ import annotations

from vsh.auth.mechanisms.gssapi import BUFFER, ENCRYPTION, NOTHING, GssapiLayer
from vsh.errors import AuthFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from vsh.auth import Layer

SERVICE = "libvirt/"


def conversation(
    keytab: str, *, secure: bool
) -> Generator[bytes | None, bytes | None, tuple[str, Layer | None]]:
    """See the client's ticket, show that we can read it, offer a protection, hear the choice.

    Gives the client's whole name, as fred@EXAMPLE.COM.  Raises AuthFailed.
    """
    import gssapi

    offer = NOTHING if secure else ENCRYPTION
    try:
        keys = gssapi.Credentials(usage="accept", store={"keytab": keytab})
        context = gssapi.SecurityContext(creds=keys, usage="accept")
        token = context.step((yield None) or b"")
        while not context.complete:
            token = context.step((yield token or b"") or b"")
        if token and (yield token):
            raise AuthFailed("GSSAPI: words where there is nothing to say")
        size = BUFFER if offer == ENCRYPTION else 0
        words = bytes([offer]) + size.to_bytes(3, "big")
        heard = (yield context.wrap(words, encrypt=False).message) or b""  # signed only
        choice = bytes(context.unwrap(heard).message)
        name, target = str(context.initiator_name), str(context.target_name)
    except gssapi.exceptions.GSSError as error:
        raise AuthFailed(f"GSSAPI: {error}") from None
    if not target.startswith(SERVICE):
        raise AuthFailed(f"GSSAPI: a ticket for another service, '{target}'")
    if len(choice) < 4 or choice[0] != offer:
        raise AuthFailed("GSSAPI: a protection that was not offered")
    if choice[4:] not in (b"", name.encode()):
        raise AuthFailed(f"'{name}' may not act for another")
    if offer == NOTHING:
        return name, None
    return name, GssapiLayer(context, min(int.from_bytes(choice[1:4], "big"), BUFFER))
