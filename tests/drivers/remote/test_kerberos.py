"""SASL's GSSAPI with a real Kerberos: a KDC of the test's own, a ticket, a daemon with a keytab."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from private_libvirtd import PrivateLibvirtd, free_port, obstacle, tool

pytestmark = pytest.mark.libvirtd

TOOLS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
PLUGIN = "/usr/lib/x86_64-linux-gnu/sasl2/libgssapiv2.so"
DEBIAN = Path("/usr/lib/python3/dist-packages")
HOST = socket.gethostname()

CLIENT = """\
[libdefaults]
 default_realm = TEST.LOCAL
 dns_canonicalize_hostname = false
 rdns = false
 dns_lookup_kdc = false
[realms]
 TEST.LOCAL = {{
  kdc = 127.0.0.1:{port}
 }}
[domain_realm]
 {host} = TEST.LOCAL
"""
SERVER = """\
[kdcdefaults]
 kdc_listen = 127.0.0.1:{port}
 kdc_tcp_listen = 127.0.0.1:{port}
[realms]
 TEST.LOCAL = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  acl_file = {folder}/acl
 }}
"""


def library(folder: Path) -> str:
    """Where the gssapi library is, for PYTHONPATH: here, or in Debian's package of it."""
    if find_spec("gssapi") is not None:
        return ""
    tag = f"cpython-{sys.version_info.major}{sys.version_info.minor}"
    if not any(DEBIAN.glob(f"gssapi/raw/*.{tag}*.so")):
        pytest.skip("no gssapi library (pip install gssapi, or Debian's python3-gssapi)")
    for name in ("gssapi", "decorator.py"):  # these two alone, not all that Debian has
        (folder / name).symlink_to(DEBIAN / name)
    return str(folder)


@pytest.fixture(scope="module")
def kerberos(tmp_path_factory):
    """A realm with the user fred; answers the environment that reaches it, fred logged in."""
    reason = obstacle()
    missing = [name for name in TOOLS if tool(name) is None]
    if missing or not os.path.exists(PLUGIN):
        reason = "not installed: krb5-kdc krb5-admin-server krb5-user libsasl2-modules-gssapi-mit"
    if reason is not None:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("kerberos")
    (folder / "library").mkdir()
    path = library(folder / "library")
    port = free_port()
    (folder / "krb5.conf").write_text(CLIENT.format(port=port, host=HOST))
    (folder / "kdc.conf").write_text(SERVER.format(port=port, folder=folder))
    environment = os.environ | {
        "KRB5_CONFIG": f"{folder}/krb5.conf",
        "KRB5_KDC_PROFILE": f"{folder}/kdc.conf",
        "KRB5CCNAME": f"FILE:{folder}/tickets",
        "PYTHONPATH": path,
    }

    def do(name: str, *words: str, text: str = "") -> None:
        subprocess.run(
            [tool(name), *words],
            input=text,
            text=True,
            env=environment,
            check=True,
            capture_output=True,
        )

    do("kdb5_util", "create", "-s", "-r", "TEST.LOCAL", "-P", "x")
    do("kadmin.local", "addprinc", "-randkey", f"libvirt/{HOST}")
    do("kadmin.local", "addprinc", "-pw", "secret", "fred")
    do("kadmin.local", "ktadd", "-k", f"{folder}/keytab", f"libvirt/{HOST}")
    kdc = subprocess.Popen(
        [tool("krb5kdc"), "-n"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        try:
            do("kinit", "fred", text="secret\n")
            break
        except subprocess.CalledProcessError:
            time.sleep(0.1)
    yield folder, environment
    kdc.terminate()
    kdc.wait(10)


@pytest.fixture(scope="module")
def daemon(kerberos):
    """A daemon in the realm, and the port that it listens on."""
    folder, environment = kerberos
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRB5_CONFIG", environment["KRB5_CONFIG"])
        with PrivateLibvirtd() as private:
            (private.folder / "etc/krb5.tab").write_bytes((folder / "keytab").read_bytes())
            private.mechanisms = "gssapi\nkeytab: /etc/libvirt/krb5.tab"
            port = free_port()
            private.restart(
                listen_tcp=1,
                listen_tls=0,
                listen_addr="127.0.0.1",
                tcp_port=str(port),
                auth_tcp="sasl",
            )
            yield f"qemu+tcp://{HOST}:{port}/system"


def both(daemon, environment, *words):
    """What virsh and vsh say."""
    results = []
    for program in (tool("virsh"), str(Path(sys.executable).with_name("vsh"))):
        done = subprocess.run(
            [program, "-c", daemon, *words],
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=30,
        )
        results.append((done.returncode, done.stdout, done.stderr))
    return results


def test_with_a_ticket(daemon, kerberos):
    """Over plain TCP, so all that follows is encrypted with the ticket's key."""
    for command in ("list --all", "domcapabilities", "nodedev-list --tree"):
        theirs, ours = both(daemon, kerberos[1], command)
        assert ours[0] == theirs[0] == 0
        assert ours[1].rstrip() == theirs[1].rstrip()


def test_without_a_ticket(daemon, kerberos):
    folder, environment = kerberos
    theirs, ours = both(daemon, environment | {"KRB5CCNAME": f"FILE:{folder}/none"}, "list")
    assert ours == theirs
    assert "No Kerberos credentials available" in ours[2]
