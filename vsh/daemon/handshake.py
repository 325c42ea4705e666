"""TLS's handshake of a client, a step at a time, and whether its certificate is believed."""

from __future__ import annotations

import ssl

from vsh.daemon.certificates import believed, distinguished_name
from vsh.daemon.watch import READ, WRITE
from vsh.errors import AuthFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.daemon.client import Client

CONSENT = b"\1"


def shake(client: Client) -> int:
    """Go on; 0 when all is done, else what to wait for (READ, WRITE).

    Raises AuthFailed where the client cannot be believed.
    """
    end = client.socket
    assert isinstance(end, ssl.SSLSocket)
    try:
        end.do_handshake()
    except ssl.SSLWantReadError:
        return READ
    except ssl.SSLWantWriteError:
        return WRITE
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", None) or error.reason or error
        raise AuthFailed(f"TLS handshake failed {why}") from None
    name = distinguished_name(end)
    if name is not None:
        client.identity["x509-distinguished-name"] = name
    if not believed(name, client.server.configuration.tls_allowed_dn_list):
        raise AuthFailed(f"the certificate of '{name}' is not in tls_allowed_dn_list")
    client.shaking = False
    client.introduced()
    client.link.send(CONSENT)
    return 0
