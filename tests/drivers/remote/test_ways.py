"""The ways to a real daemon and past its door: TCP, TLS, ssh; SASL on each; next to virsh.

Every way is walked by virsh and by vsh over the same URI, and they have to print the same.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from private_libvirtd import PrivateLibvirtd, free_port, obstacle, tool

import vsh
from vsh.errors import AuthFailed, Error, SystemFailure

pytestmark = pytest.mark.libvirtd

DOMAIN = (
    "<domain type='qemu'><name>{}</name><title>a title</title><memory>16384</memory>"
    "<os><type arch='x86_64'>hvm</type></os></domain>"
)
READS = (
    "uri",
    "hostname",
    "nodeinfo",
    "capabilities",
    "sysinfo",
    "maxvcpus",
    "list --all",
    "list --all --title --managed-save",
    "domstate one",
    "dominfo one",
    "dumpxml one",
    "domuuid two",
    "domstats --state",
    "net-list --all",
    "pool-list --all",
    "secret-list",
    "nwfilter-list",
    "nodedev-list",
    "cpu-models x86_64",
    "dumpxml nobody",
)


class Door:
    """A private daemon that can be reached in several ways."""

    def __init__(self, daemon: PrivateLibvirtd, vsh_process) -> None:
        self.daemon = daemon
        self.folder = daemon.folder
        self._vsh = vsh_process
        self.port = free_port()

    def opens(self, way: str, **settings: str | int) -> None:
        """Start the daemon anew: it listens on TCP or TLS."""
        files = {
            f"{short}_file": f"/etc/libvirt/{name}.pem"
            for short, name in (("ca", "cacert"), ("cert", "servercert"), ("key", "serverkey"))
        }
        for name in ("cacert", "servercert", "serverkey"):
            shutil.copy(self.pki("pki") / f"{name}.pem", self.folder / "etc")
        self.daemon.restart(
            **files,
            **{
                "listen_tcp": int(way == "tcp"),
                "listen_tls": int(way == "tls"),
                "listen_addr": "127.0.0.1",
                f"{way}_port": str(self.port),
                **settings,
            },
        )

    def credentials(self, name: str = "fred", password: str = "secret") -> Path:
        path = self.folder / f"{name}-{password}.conf"
        path.write_text(
            f"[credentials-x]\nauthname={name}\npassword={password}\n"
            "[auth-libvirt-default]\ncredentials=x\n"
        )
        return path

    def pki(self, name: str) -> Path:
        """An authority with certificates for a server called localhost and a client."""
        folder = self.folder / name
        if not folder.exists():
            folder.mkdir()
            make_certificates(folder)
        return folder

    def both(self, uri: str, *words: str):
        """What virsh and vsh say."""
        done = subprocess.run(
            [tool("virsh"), "-c", uri, *words],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=30,
        )
        return (done.returncode, done.stdout, done.stderr), tuple(self._vsh("-c", uri, *words))

    def same(self, uri: str) -> None:
        """Every reading command gives the same bytes."""
        for command in READS:
            theirs, ours = self.both(uri, command)
            if command in ("sysinfo", "capabilities", "nodeinfo"):
                theirs, ours = (without_clock(each) for each in (theirs, ours))
            assert ours == theirs, command
            assert (ours[0] == 0) == (command != "dumpxml nobody") or command == "sysinfo"


def without_clock(said: tuple[int, str, str]) -> tuple[int, str, str]:
    """A CPU's frequency changes between two looks, and old virsh ends capabilities with one line
    more."""
    clock = r"(CPU frequency:|frequency=')[^'\n]*"
    return said[0], re.sub(clock, r"\1", said[1]).rstrip("\n"), said[2]


def make_certificates(folder: Path) -> None:
    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], check=True, capture_output=True)

    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    authority = ("-CA", f"{folder}/cacert.pem", "-CAkey", f"{folder}/cakey.pem")
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
            *authority,
            "-addext",
            f"subjectAltName=DNS:{host}",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            f"{folder}/{name}key.pem",
            "-out",
            f"{folder}/{name}cert.pem",
        )


@pytest.fixture(scope="module")
def private():
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    missing = [name for name in ("openssl", "saslpasswd2", "sshd", "ssh") if tool(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (scripts/test installs them on Debian)")
    with PrivateLibvirtd() as daemon:
        daemon.user("fred", "secret")
        for name in ("one", "two"):
            text = daemon.folder / "domain.xml"
            text.write_text(DOMAIN.format(name))
            daemon.virsh("define", str(text))
        yield daemon


@pytest.fixture
def door(private, vsh_process, clean_environment) -> Door:
    return Door(private, vsh_process)


# ------------------------------------------------------------------------------- tcp


def test_tcp_without_authentication(door):
    door.opens("tcp", auth_tcp="none")
    door.same(f"qemu+tcp://127.0.0.1:{door.port}/system")


def test_tcp_with_digest_md5_and_its_encryption(door):
    door.opens("tcp", auth_tcp="sasl")
    uri = f"qemu+tcp://127.0.0.1:{door.port}/system?authfile={door.credentials()}"
    door.same(uri)
    with vsh.connect(uri) as connection:
        duplex = connection.driver.link.duplex
        assert type(duplex).__name__ == "Sealed"
        assert duplex._layer.strength == 128
        # what goes over the wire is not what is said
        assert connection.domain("one").get_xml_desc().startswith("<domain")


def test_much_data_through_the_encryption(door, tmp_path):
    """More than one packet, more than the daemon's buffer, both ways."""
    door.opens("tcp", auth_tcp="sasl")
    uri = f"qemu+tcp://127.0.0.1:{door.port}/system?authfile={door.credentials()}"
    title = "x" * 300_000
    with vsh.connect(uri) as connection:
        domain = connection.domain_define_xml(DOMAIN.format("big").replace("a title", title))
        assert title in domain.get_xml_desc()
        names = connection.many(domain.get_xml_desc.request() for _ in range(40))
        assert all(title in text for text in names)
        domain.undefine()


def test_wrong_credentials(door):
    door.opens("tcp", auth_tcp="sasl")
    for name, password in (("fred", "wrong"), ("nobody", "secret")):
        file = door.credentials(name, password)
        theirs, ours = door.both(
            f"qemu+tcp://127.0.0.1:{door.port}/system?authfile={file}", "hostname"
        )
        assert ours == theirs
        assert ours[2] == (
            "error: failed to connect to the hypervisor\n"
            "error: authentication failed: authentication failed\n"
        )


def test_mechanisms_that_do_not_encrypt_are_not_used_in_the_open(door):
    door.opens("tcp", auth_tcp="sasl")
    uri = f"qemu+tcp://127.0.0.1:{door.port}/system?authfile={door.credentials()}"
    for mechanism in ("SCRAM-SHA-256", "PLAIN"):
        theirs, ours = door.both(f"{uri}&auth=sasl.{mechanism}", "hostname")
        assert ours == theirs
        assert f"SASL mechanism {mechanism} not supported by server" in ours[2]


def test_the_user_is_asked_on_the_terminal(door, pty):
    door.opens("tcp", auth_tcp="sasl")
    uri = f"qemu+tcp://127.0.0.1:{door.port}/system"
    child = pty("-c", uri, "domstate", "one")
    child.expect_exact("Please enter your authentication name: ")
    child.sendline("fred")
    child.expect_exact("Please enter your password: ")
    child.sendline("secret")
    child.expect_exact("shut off")
    child.expect("$")
    child.wait()
    assert child.exitstatus == 0
    assert "secret" not in child.before


def test_a_program_answers_the_questions(door):
    door.opens("tcp", auth_tcp="sasl")
    asked = []

    def ask(question, *, secret):
        asked.append(question)
        return "secret" if secret else "fred"

    with vsh.connect(f"qemu+tcp://127.0.0.1:{door.port}/system", ask=ask) as connection:
        assert len(connection.domains()) == 2
    assert asked == ["Please enter your authentication name", "Please enter your password"]
    with pytest.raises(AuthFailed, match="No authentication callback available"):
        vsh.connect(f"qemu+tcp://127.0.0.1:{door.port}/system")


# ------------------------------------------------------------------------------- unix


@pytest.mark.parametrize("mechanism", ["", "SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "PLAIN"])
def test_unix_with_sasl(door, mechanism):
    door.opens("tcp", auth_tcp="none", auth_unix_rw="sasl")
    uri = f"{door.daemon.uri}&authfile={door.credentials()}"
    if not mechanism:
        return door.same(uri)
    uri += f"&auth=sasl.{mechanism}"
    theirs, ours = door.both(uri, "list --all")
    assert ours == theirs
    assert ours[0] == 0
    wrong = uri.replace(str(door.credentials()), str(door.credentials("fred", "wrong")))
    with pytest.raises(AuthFailed, match=r"^authentication failed: authentication failed$"):
        vsh.connect(wrong)
    return None


# ------------------------------------------------------------------------------- tls


def test_tls(door):
    door.opens("tls", auth_tls="none")
    door.same(f"qemu+tls://localhost:{door.port}/system?pkipath={door.pki('pki')}")


def test_tls_is_what_a_host_means(door):
    door.opens("tls", auth_tls="none")
    theirs, ours = door.both(
        f"qemu://localhost:{door.port}/system?pkipath={door.pki('pki')}", "list --all"
    )
    assert ours == theirs
    assert ours[0] == 0


def test_much_data_through_tls(door):
    door.opens("tls", auth_tls="none")
    title = "x" * 300_000
    with vsh.connect(
        f"qemu+tls://localhost:{door.port}/system?pkipath={door.pki('pki')}"
    ) as connection:
        domain = connection.domain_define_xml(DOMAIN.format("big").replace("a title", title))
        texts = connection.many(domain.get_xml_desc.request() for _ in range(40))
        domain.undefine()
    assert all(title in text for text in texts)


def test_tls_and_sasl(door):
    door.opens("tls", auth_tls="sasl")
    base = f"qemu+tls://localhost:{door.port}/system?pkipath={door.pki('pki')}"
    for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"):
        uri = f"{base}&authfile={door.credentials()}&auth=sasl.{mechanism}"
        theirs, ours = door.both(uri, "list --all")
        assert ours == theirs, mechanism
        assert ours[0] == 0
    with pytest.raises(AuthFailed, match="authentication failed"):
        vsh.connect(f"{base}&authfile={door.credentials('fred', 'no')}")


LOG = re.compile(r"(?m)^\d{4}-\d\d-\d\d .*\n")
"""What libvirt's own logging adds to virsh's errors."""


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ("another authority", "authentication failed: Failed to verify peer's certificate"),
        ("another name", "authentication failed: Failed to verify peer's certificate"),
        ("no client certificate", "Unable to read TLS confirmation: Input/output error"),
        ("a client of another authority", "Unable to read TLS confirmation: Input/output error"),
    ],
)
def test_tls_does_not_believe(door, case, text):
    door.opens("tls", auth_tls="none")
    pki, host, query = door.pki("pki"), "localhost", ""
    if case == "another name":
        host = "127.0.0.1"
    elif case == "no client certificate":
        pki = door.folder / "nobody"
        pki.mkdir(exist_ok=True)
        shutil.copy(door.pki("pki") / "cacert.pem", pki)
    else:
        pki = door.pki("other")
        query = "&no_verify=1" if "client" in case else ""
    uri = f"qemu+tls://{host}:{door.port}/system?pkipath={pki}{query}"
    theirs, ours = door.both(uri, "hostname")
    assert ours == (theirs[0], theirs[1], LOG.sub("", theirs[2]))
    assert ours == (1, "", f"error: failed to connect to the hypervisor\nerror: {text}\n")
    with pytest.raises(Error) as caught:
        vsh.connect(uri)
    assert "certificate" in caught.value.hint or "127.0.0.1" in caught.value.hint


# ------------------------------------------------------------------------------- ssh


@pytest.fixture
def ssh(private, door, tmp_path):
    """An sshd beside the daemon; answers the part of a URI that reaches it."""
    door.opens("tcp", auth_tcp="none")
    folder = tmp_path / "ssh"
    folder.mkdir()
    for name in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True)
    (private.folder / "run/sshd").mkdir(mode=0o755, exist_ok=True)
    port = free_port()
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
        f"AuthorizedKeysFile {folder}/user.pub\nPidFile {folder}/pid\nUsePAM no\nStrictModes no\n"
        "PermitRootLogin prohibit-password\nPasswordAuthentication no\n"
    )
    kind, key, *_ = (folder / "host.pub").read_text().split()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {kind} {key}\n")
    # virsh knows no known_hosts= for the program ssh: both get it from a wrapper
    wrapper = folder / "ssh"
    wrapper.write_text(
        f"#!/bin/sh\nexec {tool('ssh')} -F none -o IdentityAgent=none "
        f'-o UserKnownHostsFile={folder}/known_hosts "$@"\n'
    )
    wrapper.chmod(0o755)
    sshd = tool("sshd")
    process = private.run(sshd, "-D", "-e", "-f", f"{folder}/sshd_config")
    limit = time.monotonic() + 10
    while not (folder / "pid").exists() and time.monotonic() < limit:
        time.sleep(0.02)
    yield f"root@127.0.0.1:{port}", folder
    os.kill(process, 15)


@pytest.mark.parametrize("proxy", ["proxy=native", "proxy=netcat", "", "netcat=nc"])
def test_ssh(door, ssh, proxy):
    place, folder = ssh
    uri = f"qemu+ssh://{place}/system?keyfile={folder}/user&command={folder}/ssh&no_tty=1&{proxy}"
    if proxy == "proxy=native":
        return door.same(uri)
    theirs, ours = door.both(uri, "list --all")
    assert ours == theirs
    assert ours[0] == 0
    return None


def test_ssh_read_only(door, ssh):
    place, folder = ssh
    uri = f"qemu+ssh://{place}/system?keyfile={folder}/user&command={folder}/ssh"
    for proxy in ("native", "netcat"):
        with vsh.connect(f"{uri}&no_tty=1&proxy={proxy}", readonly=True) as connection:
            assert len(connection.domains()) == 2
            with pytest.raises(Error, match="read only access prevents"):
                connection.domain_define_xml(DOMAIN.format("x"))


def test_a_host_that_is_not_known(door, ssh, tmp_path):
    place, folder = ssh
    (tmp_path / "empty").touch()
    known = f"known_hosts={tmp_path}/empty"
    uri = f"qemu+libssh://{place}/system?keyfile={folder}/user&{known}&no_tty=1"
    with pytest.raises(SystemFailure, match="Host key verification failed"):
        vsh.connect(uri)
    vsh.connect(f"{uri}&known_hosts_verify=ignore").close()
    assert (tmp_path / "empty").read_text() == ""
    vsh.connect(f"{uri}&known_hosts_verify=auto").close()
    assert "ssh-ed25519" in (tmp_path / "empty").read_text()
    vsh.connect(uri).close()


def test_a_key_that_is_not_allowed(door, ssh):
    place, folder = ssh
    uri = (
        f"qemu+libssh://{place}/system?keyfile={folder}/host&known_hosts={folder}/known_hosts"
        "&no_tty=1&sshauth=privkey"
    )
    with pytest.raises(SystemFailure, match=r"Permission denied \(publickey"):
        vsh.connect(uri)


@pytest.mark.parametrize("transport", ["libssh", "libssh2"])
def test_libssh_by_way_of_ssh(door, ssh, transport):
    place, folder = ssh
    uri = (
        f"qemu+{transport}://{place.removeprefix('root@')}/system?keyfile={folder}/user"
        f"&known_hosts={folder}/known_hosts&sshauth=privkey"
    )
    with vsh.connect(uri) as connection:
        assert {domain.name for domain in connection.domains()} == {"one", "two"}
