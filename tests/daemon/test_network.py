"""TCP, TLS and SASL of vshd, with libvirt's own virsh and our own client, on loopback."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING, Self

import pytest
from private_vshd import PrivateVshd

import vsh.aio
from vsh.api.table import calls
from vsh.auth import Peer
from vsh.auth._credentials import Credentials
from vsh.auth.mechanisms import digest_md5
from vsh.errors import AuthFailed, Error
from vsh.rpc import errors
from vsh.rpc.codec import wire
from vsh.rpc.message import CALL, ERROR, OK, Framer, Message, pack
from vsh.rpc.programs import REMOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vsh.rpc.codec import Wire

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
        ("stranger", "othercacert", "2"), ("old", "cacert", "-1"), ("oldserver", "cacert", "-1"),
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


def revoked(folder: Path, name: str) -> None:
    """Write the authority's list of revoked certificates, with one in it."""
    (folder / "index").write_text("")
    (folder / "number").write_text("01\n")
    (folder / "ca.conf").write_text(
        f"[ca]\ndefault_ca=own\n[own]\ndatabase={folder}/index\ncrlnumber={folder}/number\n"
        "default_md=sha256\ndefault_crl_days=2\n"
    )
    words = ["ca", "-config", f"{folder}/ca.conf", "-cert", f"{folder}/cacert.pem"]
    words += ["-keyfile", f"{folder}/cacert.key"]
    openssl(*words, "-revoke", f"{folder}/{name}.pem")
    openssl(*words, "-gencrl", "-out", f"{folder}/crl.pem")


def test_a_revoked_certificate(site: Callable[[str], Site], tmp_path: Path) -> None:
    """One that was revoked while the daemon runs is refused from the next reading on, by a signal
    or by the administrator; a list that is none changes nothing."""
    make_pki(tmp_path)
    revoked(tmp_path, "stranger")
    there = site(TLS + 'crl_file = "{folder}/crl.pem"\n')
    base = f"test+tls://127.0.0.1:{there.port}/default?pkipath={tmp_path}/pki-"
    for name in ("client1", "client2"):
        vsh.connect(base + name).close()
    revoked(tmp_path, "client1")
    vsh.connect(base + "client1").close()
    place = there.daemon.socket.with_name("libvirt-admin-sock")
    command = ["virt-admin", "-c", f"libvirtd:///system?socket={place}", "srv-update-tls libvirtd"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout == "update tls related files succeed\n\n", done.stderr
    with pytest.raises(Error):
        vsh.connect(base + "client1")
    refused = there.virsh(base + "client1")
    assert refused.returncode != 0, refused.stdout  # it may also die of a pipe that is closed
    vsh.connect(base + "client2").close()
    assert "certificate revoked" in there.daemon.said()
    (tmp_path / "crl.pem").write_text("nothing\n")
    done = subprocess.run(command, capture_output=True, text=True)
    assert "Unable to set x509 certificate and key" in done.stderr
    vsh.connect(base + "client2").close()


def test_a_daemon_whose_own_certificate_is_none(tmp_path: Path) -> None:
    """It does not start with one that has expired, or is another authority's, and says so."""
    make_pki(tmp_path)
    for name, said in (
        ("oldserver", "certificate has expired"), ("stranger", "unable to get local issuer"),
        ("nothing", "Cannot read server certificate"),
    ):  # fmt: skip
        path = tmp_path / "vshd.conf"
        path.write_text(
            f'listen_addr = "127.0.0.1"\ntls_port = "{free_port()}"\n'
            f'ca_file = "{tmp_path}/cacert.pem"\ncert_file = "{tmp_path}/{name}.pem"\n'
            f'key_file = "{tmp_path}/{name}.key"\n'
        )
        daemon = PrivateVshd(tmp_path, "--listen", "--config", str(path))
        with pytest.raises(RuntimeError, match=said):
            daemon.start()


def coded_as(slot: str) -> Wire:
    return next(wire(call) for call in calls().values() if call.slot == slot)


class Raw:
    """A client of TCP whose words are the test's own."""

    def __init__(self, port: int, authfile: str = "") -> None:
        self.link = socket.create_connection(("127.0.0.1", port), 20)
        self.authfile = authfile
        self.framer = Framer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()

    def ask(self, procedure: int, payload: bytes = b"") -> Message:
        self.link.sendall(pack(REMOTE, 1, procedure, CALL, procedure, OK, payload))
        while not (found := self.framer.feed(self.link.recv(1 << 16))):
            pass
        return found[0]

    def say(self, slot: str, *values: object) -> Message:
        coded = coded_as(slot)
        return self.ask(coded.call.number, coded.encode_args(None, values)[0])  # type: ignore[arg-type]

    def digest(self, change: Callable[[bytes], bytes]) -> int:
        """Answer DIGEST-MD5's challenge with changed words; the status of what comes of it."""
        peer = Peer(lambda *_: b"", secure=False, authfile=self.authfile)
        talk = digest_md5.talk(peer, Credentials(peer))
        next(talk)
        self.ask(67)
        said = self.say("auth_sasl_start", "DIGEST-MD5", 1, b"")
        assert said.status == OK
        challenge = coded_as("auth_sasl_start").decode_ret(None, said.payload).data  # type: ignore[arg-type]
        words = talk.send(challenge)
        assert words is not None
        return self.say("auth_sasl_step", 0, change(words)).status


def test_no_weaker_mechanism_than_what_is_offered(site: Callable[[str], Site]) -> None:
    """Whatever a client asks for over TCP, and whoever changed the list on its way: what is weak
    there is refused, so is DIGEST-MD5 without its encryption, or with another cipher."""
    there = site(TCP + 'sasl_password_file = "{passwords}"\n')
    uri = f"test+tcp://127.0.0.1:{there.port}/default?authfile={there.authfile()}"
    for mechanism in ("PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "GSSAPI", "ANONYMOUS", "EXTERNAL"):
        with pytest.raises(Error):
            vsh.connect(f"{uri}&auth=sasl.{mechanism}")
        with Raw(there.port) as raw:
            offered = raw.ask(67).payload
            assert offered[4:14] == b"DIGEST-MD5"
            assert int.from_bytes(offered[:4], "big") == 10
            words = b"\0fred\0se cret:1"
            assert raw.say("auth_sasl_start", mechanism, 0, words).status == ERROR
    for change in (
        lambda words: words.replace(b"qop=auth-conf", b"qop=auth"),
        lambda words: words.replace(b"cipher=rc4", b"cipher=des"),
        lambda words: words.replace(b"cipher=rc4", b"cipher=none"),
        lambda words: words.replace(b"maxbuf=65536", b"maxbuf=16"),
    ):
        with Raw(there.port, there.authfile()) as raw:
            assert raw.digest(change) == ERROR
    with Raw(there.port, there.authfile()) as raw:
        assert raw.digest(lambda words: words) == OK
    said = there.daemon.said()
    assert "is not offered here" in said
    assert "encryption is needed here" in said
    assert "a cipher that was not offered" in said
