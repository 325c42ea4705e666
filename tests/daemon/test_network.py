"""TCP, TLS and SASL of vshd, with libvirt's own virsh and our own client, on loopback."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd

import vsh.aio
from vsh.errors import AuthFailed, Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VIRSH = shutil.which("virsh")
AUTH = """\
[credentials-default]
authname={name}
password={password}
[auth-libvirt-default]
credentials=default
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Site:
    """A daemon with a file of settings, and what clients need."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.passwords = folder / "passwords"
        self.passwords.write_text("# who\nfred:se cret:1\nänna:ünlöck\n")
        self.passwords.chmod(0o600)
        text = settings.format(port=self.port, folder=folder, passwords=self.passwords)
        (folder / "vshd.conf").write_text(text)
        self.daemon = PrivateVshd(
            folder, "--listen", "--config", str(folder / "vshd.conf"), "--verbose"
        )
        self.daemon.start()

    def authfile(self, name: str = "fred", password: str = "se cret:1") -> str:
        path = self.folder / "auth.conf"
        path.write_text(AUTH.format(name=name, password=password))
        return str(path)

    def virsh(self, uri: str, command: str = "domstate test") -> subprocess.CompletedProcess[str]:
        if VIRSH is None:
            pytest.skip("no virsh here")
        return subprocess.run(
            [VIRSH, "-c", uri, command], capture_output=True, text=True, timeout=60
        )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    sites: list[Site] = []

    def make(settings: str) -> Site:
        sites.append(Site(tmp_path, settings))
        return sites[0]

    yield make
    for each in sites:
        each.daemon.kill()
        assert "Traceback" not in each.daemon.said()


def asked_in_a_loop(uri: str) -> str:
    """The same by vsh.aio, on one link without a thread: what the first of many calls says."""

    async def program() -> str:
        async with vsh.aio.connect(uri) as connection:
            names = await asyncio.gather(*(connection.get_hostname() for _ in range(50)))
            assert len((await connection.domains["test"]).name) == 4
            return names[0]

    return asyncio.run(asyncio.wait_for(program(), 60))


TCP = 'listen_tls = 0\nlisten_tcp = 1\ntcp_port = "{port}"\nlisten_addr = "127.0.0.1"\n'


def test_tcp_without_authentication(site: Callable[[str], Site]) -> None:
    there = site(TCP + 'auth_tcp = "none"\n')
    uri = f"test+tcp://127.0.0.1:{there.port}/default"
    done = there.virsh(uri)
    assert (done.stdout.strip(), done.stderr) == ("running", ""), there.daemon.said()
    with vsh.connect(uri) as connection:
        assert connection.get_hostname() == socket.gethostname()
    assert asked_in_a_loop(uri) == socket.gethostname()


def test_digest_md5_with_encryption_over_tcp(site: Callable[[str], Site]) -> None:
    """What others can read is encrypted; wrong passwords and weaker mechanisms are refused."""
    there = site(TCP + 'sasl_password_file = "{passwords}"\n')
    uri = f"test+tcp://127.0.0.1:{there.port}/default?authfile={there.authfile()}"
    done = there.virsh(uri, "dumpxml test")
    assert done.stderr == ""
    assert done.stdout.startswith("<domain type='test' id='1'>")
    with vsh.connect(uri) as connection:
        assert len(connection.list_all_domains()) == 1
    assert asked_in_a_loop(uri) == socket.gethostname()
    there.authfile(password="wrong")
    assert "authentication failed: authentication failed" in there.virsh(uri).stderr
    there.authfile(name="nobody", password="")
    assert "authentication failed: authentication failed" in there.virsh(uri).stderr
    with pytest.raises(AuthFailed):
        vsh.connect(uri)
    said = there.daemon.said()
    assert "authenticated: SASL user 'fred'" in said
    assert "wrong password for 'fred'" in said
    assert "wrong password for 'nobody'" in said


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "PLAIN"])
def test_sasl_over_a_unix_socket(site: Callable[[str], Site], mechanism: str) -> None:
    there = site('auth_unix_rw = "sasl"\nlisten_tls = 0\nsasl_password_file = "{passwords}"\n')
    for name, password in (("fred", "se cret:1"), ("änna", "ünlöck")):
        authfile = there.authfile(name, password)
        uri = f"{there.daemon.uri('test', '/default')}&authfile={authfile}"
        with vsh.connect(f"{uri}&auth=sasl.{mechanism}") as connection:
            assert connection.domain_lookup_by_name("test").get_state().state == 1
    there.authfile("fred", "se cret:1")
    done = there.virsh(uri)
    assert (done.stdout.strip(), done.stderr) == ("running", ""), there.daemon.said()
    there.authfile("fred", "se cret:2")
    with pytest.raises(AuthFailed):
        vsh.connect(f"{uri}&auth=sasl.{mechanism}")


def test_names_that_may_come(site: Callable[[str], Site]) -> None:
    there = site(
        'auth_unix_rw = "sasl"\nlisten_tls = 0\nsasl_password_file = "{passwords}"\n'
        'sasl_allowed_username_list = [ "f*d", "joe" ]\n'
    )
    uri = f"{there.daemon.uri('test', '/default')}&authfile={there.authfile()}"
    with vsh.connect(uri) as connection:
        assert connection.get_type() == "TEST"
    there.authfile("änna", "ünlöck")
    with pytest.raises(AuthFailed):
        vsh.connect(uri)
    assert "SASL user 'änna' is not in sasl_allowed_username_list" in there.daemon.said()


def test_nothing_before_authentication(site: Callable[[str], Site]) -> None:
    """Each procedure but those of the handshake is refused; a password file that others can read
    lets nobody in."""
    from vsh.rpc import errors
    from vsh.rpc.message import CALL, ERROR, OK, Framer, Message, pack
    from vsh.rpc.programs import REMOTE

    there = site('auth_unix_rw = "sasl"\nlisten_tls = 0\nsasl_password_file = "{passwords}"\n')
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(20)
        client.connect(str(there.daemon.socket))
        framer = Framer()
        numbers = [n for n in range(1, 457) if n not in (66, 67, 68, 69, 70)]
        for number in numbers:
            client.sendall(pack(REMOTE, 1, number, CALL, number, OK, b""))
            found: list[Message] = []
            while not found:
                found = framer.feed(client.recv(65536))
            assert found[0].status == ERROR
            text = str(errors.decode(found[0].payload))
            assert "authentication required" in text or "unknown procedure" in text
    there.passwords.chmod(0o644)
    with pytest.raises(AuthFailed):
        vsh.connect(f"{there.daemon.uri('test', '/default')}&authfile={there.authfile()}")
    assert "can be read by others" in there.daemon.said()


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def make_pki(folder: Path) -> None:
    """An authority, a daemon's certificate, those of two clients, and a stranger's."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    for authority in ("cacert", "othercacert"):
        openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority",
            "-keyout", f"{folder}/{authority}.key", "-out", f"{folder}/{authority}.pem",
        )  # fmt: skip
    for name, authority, days in (
        ("server", "cacert", "2"), ("client1", "cacert", "2"), ("client2", "cacert", "2"),
        ("stranger", "othercacert", "2"), ("old", "cacert", "-1"),
    ):  # fmt: skip
        openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/O=vsh/CN={name}",
            "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr",
        )  # fmt: skip
        (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        openssl(
            "x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/{authority}.pem",
            "-CAkey", f"{folder}/{authority}.key", "-CAcreateserial", "-days", days,
            "-extfile", f"{folder}/names", "-out", f"{folder}/{name}.pem",
        )  # fmt: skip
        own = folder / f"pki-{name}"
        own.mkdir()
        shutil.copy(folder / "cacert.pem", own / "cacert.pem")
        shutil.copy(folder / f"{name}.pem", own / "clientcert.pem")
        shutil.copy(folder / f"{name}.key", own / "clientkey.pem")


TLS = (
    'listen_tls = 1\ntls_port = "{port}"\nlisten_addr = "127.0.0.1"\n'
    'ca_file = "{folder}/cacert.pem"\n'
    'cert_file = "{folder}/server.pem"\nkey_file = "{folder}/server.key"\n'
)


def test_tls(site: Callable[[str], Site], tmp_path: Path) -> None:
    """Certificates of clients: ours, one that is not on the list, a stranger's, an old one."""
    make_pki(tmp_path)
    there = site(TLS + 'tls_allowed_dn_list = [ "O=vsh,CN=client1", "O=vsh,CN=old" ]\n')
    base = f"test+tls://127.0.0.1:{there.port}/default?pkipath={tmp_path}/pki-"
    done = there.virsh(base + "client1")
    assert (done.stdout.strip(), done.stderr) == ("running", ""), there.daemon.said()
    with vsh.connect(base + "client1") as connection:
        assert connection.domain_lookup_by_name("test").get_xml_desc().startswith("<domain")
    assert asked_in_a_loop(base + "client1") == socket.gethostname()
    for name in ("client2", "stranger", "old"):
        assert "error: failed to connect to the hypervisor" in there.virsh(base + name).stderr
        with pytest.raises(Error):
            vsh.connect(base + name)
    said = there.daemon.said()
    assert "the certificate of 'O=vsh,CN=client2' is not in tls_allowed_dn_list" in said
    assert "TLS handshake failed" in said
    with socket.create_connection(("127.0.0.1", there.port)) as mute, vsh.connect(base + "client1"):
        mute.send(b"\0" * 600)


def test_plain_under_tls(site: Callable[[str], Site], tmp_path: Path) -> None:
    make_pki(tmp_path)
    there = site(TLS + 'auth_tls = "sasl"\nsasl_password_file = "{passwords}"\n')
    base = f"test+tls://127.0.0.1:{there.port}/default?pkipath={tmp_path}/pki-client2"
    uri = f"{base}&authfile={there.authfile()}"
    done = there.virsh(uri)
    assert (done.stdout.strip(), done.stderr) == ("running", ""), there.daemon.said()
    with vsh.connect(f"{uri}&auth=sasl.PLAIN") as connection:
        assert connection.get_type() == "TEST"
