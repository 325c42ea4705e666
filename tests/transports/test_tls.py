"""TLS against a server of the tests' own: who believes whom, and what is said when one does not."""

from __future__ import annotations

import os
import select
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest

from vsh.errors import AuthFailed, RpcError, SystemFailure
from vsh.transports import tls as module
from vsh.transports._address import Address
from vsh.transports.tls import files, tls


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    """A certificate authority, a server called localhost, and a client."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("pki")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    openssl(
        "req",
        "-x509",
        *curve,
        "-subj",
        "/CN=authority",
        "-keyout",
        f"{folder}/cakey.pem",
        "-out",
        f"{folder}/cacert.pem",
    )
    for name, host in (("server", "localhost"), ("client", "me")):
        openssl(
            "req",
            "-x509",
            *curve,
            "-subj",
            f"/CN={host}",
            "-CA",
            f"{folder}/cacert.pem",
            "-CAkey",
            f"{folder}/cakey.pem",
            "-addext",
            f"subjectAltName=DNS:{host}",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            f"{folder}/{name}key.pem",
            "-out",
            f"{folder}/{name}cert.pem",
        )
    return folder


@pytest.fixture
def server(pki):
    """Takes one client, says whether it believes it, then echoes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki / "servercert.pem", pki / "serverkey.pem")
    context.load_verify_locations(pki / "cacert.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)
    said = [b"\1"]

    def serve():
        link, _ = listener.accept()
        link.settimeout(10)
        try:
            with context.wrap_socket(link, server_side=True) as secured:
                secured.sendall(said[0])
                while data := secured.recv(1 << 16):
                    secured.sendall(data)
        except OSError:
            link.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1], said
    thread.join(20)
    listener.close()


def uri(server, pki, rest: str = "", host: str = "localhost") -> Address:
    return Address(f"qemu+tls://{host}:{server[0]}/system?pkipath={pki}{rest}")


def until(duplex, size: int) -> bytes:
    found = b""
    limit = time.monotonic() + 10
    while len(found) < size and time.monotonic() < limit:
        data = duplex.receive(1 << 18)
        if data:
            found += data
        else:
            time.sleep(0.005)
    return found


def test_both_believe(server, pki):
    duplex = tls(uri(server, pki))
    assert duplex.secure
    assert duplex.receive(10) is None
    text = bytes(range(256)) * 800
    sent = 0
    found = b""
    while sent < len(text):
        sent += duplex.send(text[sent:])
        found += duplex.receive(1 << 18) or b""
    found += until(duplex, len(text) - len(found))
    assert found == text
    duplex.close()


def test_another_name(server, pki):
    with pytest.raises(AuthFailed) as caught:
        tls(uri(server, pki, host="127.0.0.1"))
    assert str(caught.value) == "authentication failed: Failed to verify peer's certificate"
    assert "127.0.0.1" in caught.value.hint


def test_any_name(server, pki):
    tls(uri(server, pki, "&no_verify=1", host="127.0.0.1")).close()


def test_the_daemon_says_no(server, pki):
    server[1][0] = b"\0"
    with pytest.raises(RpcError) as caught:
        tls(uri(server, pki))
    assert str(caught.value) == ("server verification (of our certificate or IP address) failed")


def test_without_a_certificate_of_ours(server, pki, tmp_path):
    shutil.copy(pki / "cacert.pem", tmp_path)
    with pytest.raises(SystemFailure) as caught:
        tls(uri(server, tmp_path))
    assert str(caught.value) == "Unable to read TLS confirmation: Input/output error"
    assert "certificate" in caught.value.hint


def test_no_authority():
    with pytest.raises(SystemFailure) as caught:
        tls(Address("qemu://localhost/system?pkipath=/nowhere"))
    assert str(caught.value) == (
        "CA certificate '/nowhere/cacert.pem' does not exist: No such file or directory"
    )


def test_places(tmp_path, monkeypatch):
    assert files(Address("qemu://host/system")) == module.SYSTEM
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert files(Address("qemu://host/system")) == module.SYSTEM
    own = tmp_path / ".pki/libvirt"
    own.mkdir(parents=True)
    for name in ("cacert", "clientcert"):
        (own / f"{name}.pem").touch()
    found = files(Address("qemu://host/system"))
    assert found == module.SYSTEM | {"cacert": f"{own}/cacert.pem"}
    (own / "clientkey.pem").touch()
    assert files(Address("qemu://host/system"))["clientcert"] == f"{own}/clientcert.pem"


@pytest.mark.parametrize(
    ("priority", "version"),
    [
        ("NORMAL", "TLSv1.3"),
        ("NORMAL:-VERS-TLS1.3", "TLSv1.2"),
        ("NORMAL:-VERS-SSL3.0", "TLSv1.3"),
        ("NORMAL:-VERS-ALL:%2BVERS-TLS1.2", "TLSv1.2"),
        ("NORMAL:-VERS-TLS1.2", "TLSv1.3"),
    ],
)
def test_versions_of_tls(server, pki, priority, version):
    duplex = tls(uri(server, pki, f"&tls_priority={priority}"))
    assert duplex._socket.version() == version
    duplex.close()


@pytest.mark.parametrize(
    ("priority", "reason"),
    [
        ("SECURE256", "'SECURE256' has no counterpart in OpenSSL"),
        ("NORMAL:-CIPHER-ALL", "'-CIPHER-ALL' has no counterpart in OpenSSL"),
        ("NORMAL:-VERS-DTLS1.2", "'-VERS-DTLS1.2' has no counterpart in OpenSSL"),
        ("NORMAL:-VERS-ALL", "it leaves no version of TLS that is still safe"),
    ],
)
def test_a_priority_that_cannot_be_honoured_is_an_error(pki, priority, reason):
    with pytest.raises(SystemFailure) as caught:
        tls(Address(f"qemu://localhost/system?pkipath={pki}&tls_priority={priority}"))
    assert str(caught.value) == f"Failed to set TLS session priority to {priority}: {reason}"


def test_records_that_cross_the_size_asked_for_are_not_left_behind(server, pki):
    """What TLS has decrypted is no longer in the socket, where poll looks."""
    duplex = tls(uri(server, pki))
    text = bytes(20_000)
    sent = 0
    while sent < len(text):
        sent += duplex.send(text[sent:])
    found = b""
    while len(found) < len(text):
        assert select.select([duplex], [], [], 10)[0]
        found += duplex.receive(1000) or b""
        assert duplex._socket.pending() == 0
    duplex.close()


def test_each_message_has_records_of_its_own(server, pki):
    """The echo comes back record by record, so what is read at once was sent at once."""
    duplex = tls(uri(server, pki))
    messages = [(size).to_bytes(4, "big") + bytes(size - 4) for size in (28, 40, 20_000, 28)]
    left = bytearray(b"".join(messages))
    for message in messages:
        gone = 0
        while gone < len(message):
            size = duplex.send(left)
            gone += size
            del left[:size]
        assert gone == len(message)
    assert until(duplex, 20_096) == b"".join(messages)
    duplex.close()


def test_what_could_not_be_sent_can_grow(server, pki):
    """An error that is kept, with its trace, does not keep the bytes from being added to."""
    duplex = tls(uri(server, pki))
    left = bytearray((28).to_bytes(4, "big") + bytes(24))
    with socket.socket(fileno=os.dup(duplex.fileno())) as other:
        other.shutdown(socket.SHUT_RDWR)
    with pytest.raises(SystemFailure) as caught:
        duplex.send(left)
    left += b"more"
    assert "Cannot write data" in str(caught.value)
    duplex.close()
