"""The daemon's side of TLS: its own certificate, whose certificates it believes, and which not."""

from __future__ import annotations

import os
import ssl
from fnmatch import fnmatchcase

from vsh.errors import SystemFailure
from vsh.transports.tls import prioritise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ssl import SSLContext, SSLSocket

    from vsh.daemon.config import Configuration

SYSTEM = {
    "ca_file": "/etc/pki/CA/cacert.pem",
    "crl_file": "/etc/pki/CA/cacrl.pem",
    "cert_file": "/etc/pki/libvirt/servercert.pem",
    "key_file": "/etc/pki/libvirt/private/serverkey.pem",
}
"""Where the files are when no setting says."""
WHAT = {
    "ca_file": "CA certificate", "cert_file": "server certificate", "key_file": "server key",
    "crl_file": "CRL",
}  # fmt: skip
SHORT = {
    "commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU",
    "countryName": "C", "localityName": "L", "stateOrProvinceName": "ST",
    "domainComponent": "DC", "userId": "UID", "emailAddress": "EMAIL",
}  # fmt: skip


def context(wanted: Configuration) -> SSLContext:
    """What TLS needs.  Raises SystemFailure that names the file."""
    files = _files(wanted)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.num_tickets = 0  # libvirt's client gives up where tickets come before our consent
    if not wanted.tls_no_verify_certificate:
        made.verify_mode = ssl.CERT_REQUIRED
    prioritise(made, wanted.tls_priority)
    try:
        made.load_verify_locations(files["ca_file"])
        made.load_cert_chain(files["cert_file"], files["key_file"], password="")
        if "crl_file" in files:
            made.load_verify_locations(files["crl_file"])
            made.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror
        raise SystemFailure(f"Unable to set x509 certificate and key: {reason}") from None
    if not wanted.tls_no_sanity_certificate:
        _check(made, files)
    return made


def _files(wanted: Configuration) -> dict[str, str]:
    """Where each file is; a list of revoked certificates need not be there.

    Where none is named a user's own come before the system's, as libvirt has them.
    """
    named = {name: getattr(wanted, name) for name in SYSTEM}
    places = dict(SYSTEM)
    if os.geteuid() != 0 and not any(named.values()):
        own = {name: f"{_own()}/{os.path.basename(path)}" for name, path in SYSTEM.items()}
        if all(os.path.exists(own[name]) for name in SYSTEM if name != "crl_file"):
            places = own
    found = {}
    for name, place in places.items():
        path = named[name] or place
        if name == "crl_file" and named[name] is None and not os.path.exists(path):
            continue
        if not os.access(path, os.R_OK):
            raise SystemFailure(f"Cannot read {WHAT[name]} '{path}': {_why(path)}")
        found[name] = path
    return found


def _own() -> str:
    return os.path.expanduser("~/.pki/libvirt")


def _check(made: SSLContext, files: dict[str, str]) -> None:
    """See whether a client that believes our authority would believe our own certificate.

    Raises SystemFailure with the reason: it has expired, it is not yet valid, another authority's.
    """
    seeker = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    seeker.check_hostname = False
    seeker.load_verify_locations(files["ca_file"])
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = made.wrap_bio(to_server, to_client, server_side=True)
    client = seeker.wrap_bio(to_client, to_server)
    while client.version() is None or client.getpeercert() is None:
        for end in (client, server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as error:
                raise SystemFailure(
                    f"The server certificate {files['cert_file']} is not to be believed: "
                    f"{error.verify_message}"
                ) from None
            except ssl.SSLError:  # we have shown no certificate: ours was seen by then
                return


def _why(path: str) -> str:
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return error.strerror or str(error)
    return "unknown"


def distinguished_name(secured: SSLSocket) -> str | None:
    """Whom the client's certificate is for, in the certificate's order: "O=vsh,CN=client1"."""
    shown = secured.getpeercert() or {}
    subject = shown.get("subject", ())
    words = []
    for relative in subject if isinstance(subject, tuple) else ():
        for pair in relative:
            name, value = str(pair[0]), str(pair[1])
            text = "".join("\\" + c if c in ',+"\\<>;' else c for c in value)
            words.append(f"{SHORT.get(name, name)}={text}")
    return ",".join(words) or None


def believed(name: str | None, allowed: list[str] | None) -> bool:
    """Whether a client with that name may come."""
    if allowed is None:
        return True
    return name is not None and any(fnmatchcase(name, pattern) for pattern in allowed)
