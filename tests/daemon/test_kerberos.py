"""GSSAPI: a key distribution centre of the test's own, libvirt's virsh and vshd."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REALM = "VSH.TEST"
CONF = """\
[libdefaults]
default_realm = {realm}
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
[realms]
{realm} = {{
kdc = 127.0.0.1:{port}
}}
"""
KDC = """\
[kdcdefaults]
kdc_listen = 127.0.0.1:{port}
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
{realm} = {{
database_name = {folder}/principal
key_stash_file = {folder}/stash
acl_file = {folder}/acl
max_life = 1h
}}
"""
LIBRARY = "/usr/lib/python3/dist-packages"
"""Where Debian has the library gssapi, which the daemon of the test is given."""


def tool(name: str) -> str:
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if path is None:
        pytest.skip(f"no {name} here (scripts/test installs it on Debian)")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def realm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A realm with the user fred, whose password is "secret", and keys of the daemon."""
    programs = {each: tool(each) for each in ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")}
    if not os.path.isdir(f"{LIBRARY}/gssapi"):
        pytest.skip("no library gssapi here (python3-gssapi; scripts/test installs it on Debian)")
    port = free_port()
    words = {"realm": REALM, "port": port, "folder": tmp_path}
    (tmp_path / "krb5.conf").write_text(CONF.format(**words))
    (tmp_path / "kdc.conf").write_text(KDC.format(**words))
    monkeypatch.setenv("KRB5_CONFIG", f"{tmp_path}/krb5.conf")
    monkeypatch.setenv("KRB5_KDC_PROFILE", f"{tmp_path}/kdc.conf")
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path}/tickets")
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for name in ("gssapi", "decorator.py"):
        (libraries / name).symlink_to(f"{LIBRARY}/{name}")
    monkeypatch.setenv("PYTHONPATH", str(libraries))
    subprocess.run(
        [programs["kdb5_util"], "create", "-s", "-r", REALM, "-P", "master"],
        check=True, capture_output=True,
    )  # fmt: skip
    for request in (
        "addprinc -pw secret fred",
        "addprinc -randkey libvirt/localhost",
        "addprinc -randkey host/localhost",
        f"ktadd -k {tmp_path}/krb5.tab libvirt/localhost",
        f"ktadd -k {tmp_path}/other.tab host/localhost",
    ):
        subprocess.run(
            [programs["kadmin.local"], "-r", REALM, "-q", request], check=True, capture_output=True
        )
    centre = subprocess.Popen([programs["krb5kdc"], "-n", "-r", REALM], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while subprocess.run(
            [programs["kinit"], "fred"], input=b"secret\n", capture_output=True
        ).returncode:
            assert time.monotonic() < until
            time.sleep(0.1)
        yield tmp_path
    finally:
        centre.send_signal(signal.SIGTERM)
        centre.wait(20)


def virsh(uri: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tool("virsh"), "-c", uri, "domstate test"], capture_output=True, text=True, timeout=60
    )


def test_tickets(realm: Path) -> None:
    """Over TCP everything is encrypted; who has no ticket, or another name, is refused."""
    port = free_port()
    settings = (
        f'listen_tls = 0\nlisten_tcp = 1\ntcp_port = "{port}"\nlisten_addr = "127.0.0.1"\n'
        'sasl_keytab_file = "{}/{}"\nsasl_allowed_username_list = [ "{}" ]\n'
    )
    config = realm / "vshd.conf"
    config.write_text(settings.format(realm, "krb5.tab", f"fred@{REALM}"))
    daemon = PrivateVshd(realm, "--listen", "--config", str(config), "--verbose")
    daemon.start()
    uri = f"test+tcp://localhost:{port}/default"
    try:
        done = virsh(uri)
        assert (done.stdout.strip(), done.stderr) == ("running", ""), daemon.said()
        assert f"authenticated: SASL user 'fred@{REALM}'" in daemon.said()
        config.write_text(settings.format(realm, "krb5.tab", "joe@*"))
        daemon.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
        until = time.monotonic() + 20
        while "settings reloaded" not in daemon.said():
            assert time.monotonic() < until
            time.sleep(0.02)
        assert "authentication failed" in virsh(uri).stderr
        assert f"SASL user 'fred@{REALM}' is not in sasl_allowed_username_list" in daemon.said()
        (realm / "tickets").unlink()
        assert "error: failed to connect to the hypervisor" in virsh(uri).stderr
    finally:
        daemon.kill()
    assert "Traceback" not in daemon.said()
