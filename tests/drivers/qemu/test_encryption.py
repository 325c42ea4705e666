"""Encrypted displays and character devices of real guests, with certificates made for the test."""

from __future__ import annotations

import socket
import ssl
import struct
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from certificates import certify
from private_libvirtd import free_port

import vsh
from vsh.errors import InternalError

if TYPE_CHECKING:
    from tiny_guest import TinyGuest

_VNC = "<graphics type='vnc' autoport='yes' listen='127.0.0.1'/></devices>"


@pytest.fixture
def place(root: str) -> Path:
    """The folder of a root that has certificates."""
    folder = Path(root.partition("root=")[2])
    folder.mkdir()
    certify(folder / "certificates")
    folder.chmod(0o711)
    return folder


def _configured(place: Path, *lines: str) -> None:
    (place / "qemu.conf").write_text("".join(f"{line}\n" for line in lines))


def _context(place: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(place / "certificates/ca-cert.pem")
    return context


def _exactly(channel: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = channel.recv(size - len(found))
        assert part, found
        found += part
    return found


def test_a_screen(root: str, place: Path, tiny: TinyGuest) -> None:
    """VNC is encrypted where qemu.conf says so, and asks for the password that stands there."""
    _configured(
        place, "vnc_tls = 1", f'vnc_tls_x509_cert_dir = "{place}/certificates"',
        "vnc_tls_x509_verify = 0", 'vnc_password = "everyone"',
    )  # fmt: skip
    with vsh.connect(root) as connection:
        domain = connection.domain_create_xml(tiny.xml.replace("</devices>", _VNC))
        port = int(domain.get_xml_desc().partition("type='vnc' port='")[2].partition("'")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            assert _exactly(plain, 12) == b"RFB 003.008\n"
            plain.sendall(b"RFB 003.008\n")
            assert _exactly(plain, _exactly(plain, 1)[0]) == b"\x13"  # VeNCrypt alone
            plain.sendall(b"\x13")
            assert _exactly(plain, 2) == b"\0\2"
            plain.sendall(b"\0\2")
            assert _exactly(plain, 1) == b"\0"
            [kind] = struct.unpack(">I", _exactly(plain, 4 * _exactly(plain, 1)[0]))
            assert kind == 261  # X509Vnc: certificates, and a password
            plain.sendall(struct.pack(">I", kind))
            assert _exactly(plain, 1) == b"\1"
            with _context(place).wrap_socket(plain, server_hostname="127.0.0.1") as viewer:
                assert len(_exactly(viewer, 16)) == 16  # what the password is to be mixed with
        domain.destroy()


def test_a_port(root: str, place: Path, tiny: TinyGuest) -> None:
    """What a guest says on a serial port goes encrypted to who listens."""
    _configured(
        place, "chardev_tls = 1", f'chardev_tls_x509_cert_dir = "{place}/certificates"',
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own = place / "certificates"
    context.load_cert_chain(own / "server-cert.pem", own / "server-key.pem")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        port = server.getsockname()[1]
        source = f"<source mode='connect' host='127.0.0.1' service='{port}' tls='yes'/>"
        document = tiny.xml.replace(
            f"<serial type='file'><source path='{tiny.output}'/>",
            f"<serial type='tcp'>{source}<protocol type='raw'/>",
        )
        with vsh.connect(root) as connection:
            said: list[bytes] = []

            def listen() -> None:
                plain, _ = server.accept()
                with plain, context.wrap_socket(plain, server_side=True) as channel:
                    channel.settimeout(20)
                    while b"vsh guest ready" not in b"".join(said):
                        said.append(channel.recv(1000))

            thread = threading.Thread(target=listen)
            thread.start()
            domain = connection.domain_create_xml(document)
            thread.join(30)
            assert b"vsh guest ready" in b"".join(said)
            domain.destroy()


def test_a_backup(root: str, place: Path, tiny: TinyGuest, tmp_path: Path) -> None:
    """A backup is pulled by TLS by who knows the authority; without certificates none begins."""
    port = free_port()
    document = (
        f"<domainbackup mode='pull'><server name='127.0.0.1' port='{port}' tls='yes'/><disks>"
        f"<disk name='vda' type='file'><scratch file='{tmp_path}/scratch'/></disk></disks>"
        "</domainbackup>"
    )
    folder, options = place / "certificates", "driver=nbd,host=127.0.0.1,export=vda"
    asked = ["qemu-img", "info", "--image-opts", f"{options},port={port}"]
    with vsh.connect(root) as connection:
        connection.domain_create_xml(tiny.xml)
        domain = connection.domain_lookup_by_name("tiny")
        with pytest.raises(InternalError, match=r"ca-cert\.pem"):
            domain.backup_begin(document)
        assert not (tmp_path / "scratch").exists()
    _configured(
        place, f'backup_tls_x509_cert_dir = "{folder}"', "backup_tls_x509_verify = 0",
    )  # fmt: skip
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        for _ in range(2):
            domain.backup_begin(document)
            plain = subprocess.run(asked, capture_output=True, text=True, check=False)
            assert "TLS" in plain.stderr
            credentials = f"tls-creds-x509,id=t,endpoint=client,dir={folder}"
            asked_by_tls = ["qemu-img", "info", "--object", credentials, "--image-opts"]
            found = subprocess.run(
                [*asked_by_tls, f"{options},port={port},tls-creds=t"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert "1 MiB" in found.stdout, found.stderr
            domain.abort_job()
            while domain.get_job_info().type:
                pass


def test_no_certificates(root: str, place: Path, tiny: TinyGuest) -> None:
    _configured(place, "vnc_tls = 1", 'vnc_tls_x509_cert_dir = "/nowhere"')
    with vsh.connect(root) as connection, pytest.raises(InternalError, match=r"ca-cert\.pem"):
        connection.domain_create_xml(tiny.xml.replace("</devices>", _VNC))
