"""TLS over TCP: the daemon shows a certificate, and mostly wants to see one of ours.

The files are libvirt's: of ``pkipath=``, or the user's own, or else the system's.  ``no_verify=1``
believes any daemon.  After the TLS handshake the daemon says with one byte that it believes us.
"""

from __future__ import annotations

import os
import socket
import ssl
from errno import EIO, ENOENT

from vsh.errors import AuthFailed, RpcError, SystemFailure
from vsh.transports._duplex import Duplex, failure
from vsh.transports.tcp import connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.transports._address import Address

PORT = 16514
LENGTH = 4
"""Bytes at the start of a message that say how long it is."""

PATIENCE = 30.0
"""Seconds that a daemon may take for the TLS handshake."""

VERSIONS = {"TLS1.2": ssl.TLSVersion.TLSv1_2, "TLS1.3": ssl.TLSVersion.TLSv1_3}
OLD_VERSIONS = ("SSL3.0", "TLS1.0", "TLS1.1")
"""Never spoken here, allowed or not."""

SIGNS = {"+": True, "-": False, "!": False}

SYSTEM = {
    "cacert": "/etc/pki/CA/cacert.pem",
    "clientcert": "/etc/pki/libvirt/clientcert.pem",
    "clientkey": "/etc/pki/libvirt/private/clientkey.pem",
}


class TlsDuplex(Duplex):
    """A TLS connection.

    No record has bytes of two messages: a libvirtd that has read one message waits for its socket
    to become readable, and does not see that TLS has the next one decrypted already.
    """

    gathers = False
    __slots__ = ("_left",)
    _socket: ssl.SSLSocket

    def __init__(self, socket: ssl.SSLSocket, *, secure: bool) -> None:
        super().__init__(socket, secure=secure)
        self._left = 0  # bytes of the message under way that have still to go

    def send(self, data: bytes | bytearray | memoryview) -> int:
        """How many bytes could be sent now; never more than the message at the front."""
        if not self._left:
            self._left = int.from_bytes(data[:LENGTH], "big") or len(data)
        part = memoryview(data)[: self._left]
        try:
            size = self._socket.send(part)
            self._left -= size
            return size
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return 0
        except OSError as error:
            raise self._failed("Cannot write data", _number(error)) from None
        finally:
            part.release()  # an error's trace would hold on to it, and nothing could be added

    def receive(self, size: int) -> bytes | None:
        """What is there now; None: nothing; b"": the peer has closed."""
        found = b""
        # To the last decrypted byte, even beyond the size: poll does not know of those.
        while (wanted := max(size - len(found), self._socket.pending())) > 0:
            try:
                data = self._socket.recv(wanted)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return found or None
            except ssl.SSLEOFError:
                return found
            except OSError as error:
                raise self._failed("Cannot recv data", _number(error)) from None
            if not data:
                break
            found += data
        return found


def tls(address: Address) -> Duplex:
    """Connect.  Raises SystemFailure, and RpcError where the daemon does not believe us."""
    host = address.server or "localhost"
    verify = not address.switch("no_verify")
    context = _context(files(address), verify=verify)
    prioritise(context, address.option("tls_priority"))
    link = socket.socket(fileno=connect(address, PORT).detach())
    try:
        link.settimeout(_patience(address))
        secured = context.wrap_socket(link, server_hostname=host)
    except UnicodeError:
        link.close()
        raise AuthFailed(f"Failed to verify peer's certificate: '{host}' is no host name") from None
    except ssl.SSLCertVerificationError as error:
        link.close()
        raise AuthFailed(
            "Failed to verify peer's certificate", hint=f"{error.verify_message}"
        ) from None
    except OSError as error:
        link.close()
        address.left()
        raise AuthFailed(f"TLS handshake failed {_reason(error)}") from None
    except BaseException:
        link.close()
        raise
    try:
        secured.settimeout(_patience(address))
        _wait_for_consent(secured, address)
    except BaseException:
        secured.close()
        raise
    return TlsDuplex(secured, secure=True)


def _patience(address: Address) -> float:
    """Seconds that the daemon may take for what comes next."""
    left = address.left()
    return PATIENCE if left is None else min(PATIENCE, left)


def files(address: Address) -> dict[str, str]:
    """The certificate files to use, by what they are; they need not be there."""
    given = address.option("pkipath")
    if given is not None:
        return {name: f"{given}/{name}.pem" for name in SYSTEM}
    found = dict(SYSTEM)
    if os.geteuid() != 0:
        folder = os.path.expanduser("~/.pki/libvirt")
        own = {name: f"{folder}/{name}.pem" for name in SYSTEM}
        if os.path.exists(own["cacert"]):
            found["cacert"] = own["cacert"]
        if os.path.exists(own["clientcert"]) and os.path.exists(own["clientkey"]):
            found |= {name: own[name] for name in ("clientcert", "clientkey")}
    return found


def _context(found: dict[str, str], *, verify: bool) -> ssl.SSLContext:
    authority = found["cacert"]
    if not os.path.exists(authority):
        raise failure(f"CA certificate '{authority}' does not exist", ENOENT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        context.load_verify_locations(authority)
    except OSError as error:
        raise SystemFailure(
            f"Unable to set x509 CA certificate: {authority}: {_reason(error)}"
        ) from None
    certificate, key = found["clientcert"], found["clientkey"]
    if os.path.exists(certificate) and os.path.exists(key):
        try:
            context.load_cert_chain(certificate, key, password="")
        except OSError as error:
            raise SystemFailure(
                f"Unable to set x509 key and certificate: {key}, {certificate}: {_reason(error)}"
            ) from None
    return context


def prioritise(context: ssl.SSLContext, priority: str | None) -> None:
    """Do what ``tls_priority=`` says as far as it is about versions of the protocol.

    It is written in GnuTLS's language, and this is OpenSSL: what else it says has no counterpart,
    and is refused rather than passed over.
    """
    if priority is None:
        return
    first, *words = priority.split(":")
    allowed = dict.fromkeys(VERSIONS, True)
    if first not in ("NORMAL", "@LIBVIRT,SYSTEM", "@SYSTEM"):
        words.insert(0, first)
    for word in words:
        sign, name = word[:1], word[1:].removeprefix("VERS-")
        if sign not in SIGNS or not word[1:].startswith("VERS-"):
            raise _not_ours(priority, word)
        if name in ("ALL", "TLS-ALL"):
            allowed = dict.fromkeys(VERSIONS, SIGNS[sign])
        elif name in VERSIONS:
            allowed[name] = SIGNS[sign]
        elif name not in OLD_VERSIONS:
            raise _not_ours(priority, word)
    chosen = [VERSIONS[name] for name, good in allowed.items() if good]
    if not chosen:
        raise SystemFailure(
            f"Failed to set TLS session priority to {priority}: it leaves no "
            "version of TLS that is still safe"
        )
    context.minimum_version, context.maximum_version = chosen[0], chosen[-1]


def _not_ours(priority: str, word: str) -> SystemFailure:
    return SystemFailure(
        f"Failed to set TLS session priority to {priority}: '{word}' has no counterpart in OpenSSL",
        hint="NORMAL, and +VERS-TLS1.2, -VERS-TLS1.3 and the like after it, are understood",
    )


def _wait_for_consent(secured: ssl.SSLSocket, address: Address) -> None:
    try:
        word = secured.recv(1)
    except OSError as error:
        address.left()
        raise _refused(_number(error), _reason(error)) from None
    if not word:
        raise _refused(EIO, "it hung up")
    if word != b"\1":
        raise RpcError("server verification (of our certificate or IP address) failed")


def _refused(number: int, reason: str) -> SystemFailure:
    """The daemon goes instead of saying that it believes us."""
    error = failure("Unable to read TLS confirmation", number)
    error.hint = f"the daemon did not accept our certificate, or that there is none: {reason}"
    return error


def _number(error: OSError) -> int:
    return EIO if isinstance(error, ssl.SSLError) else error.errno or EIO


def _reason(error: OSError) -> str:
    return str(getattr(error, "reason", None) or error.strerror or error)
