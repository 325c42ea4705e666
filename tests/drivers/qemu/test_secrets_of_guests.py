"""Secrets that open something for real guests; none is in a file, a log, a command, an error.

Ceph needs a cluster: what QEMU is told of one is compared with libvirt's (``tests/corpus``). TPMs
are in test_companions.py, keys of migrations in test_migration.py.
"""

from __future__ import annotations

import base64
import contextlib
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import iscsi_target
import pytest
from certificates import certify, lock
from packages import unpacked
from private_libvirtd import free_port
from tiny_guest import TinyGuest

import vsh
from vsh.drivers.host.volume import work
from vsh.errors import Error, InternalError

if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.secret import Secret

PRECIOUS = b"known to nobody 7"
WRONG = b"nobody knows this"
SECRET = "<secret ephemeral='{}' private='yes'><usage type='{}'><{}>s</{}></usage></secret>"
LUKS = "<encryption format='luks'><secret type='passphrase' uuid='{}'/></encryption>"
DISK = (
    "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{}'>{}</source>"
    "<target dev='vda' bus='virtio'/></disk>"
)


def place_of(root: str) -> Path:
    return Path(root.partition("root=")[2])


def check_hidden(root: str, *shown: str) -> None:
    """No value is in what is kept below the root, in what was shown, or in a QEMU's words."""
    place = place_of(root)
    texts = [text.encode() for text in shown]
    texts += [path.read_bytes() for path in place.rglob("*") if path.is_file()]
    words = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
            if str(place).encode() in line:
                words += [line, (process / "environ").read_bytes()]
        except OSError:
            continue  # it has ended
    for text in texts + words:
        for value in (PRECIOUS, WRONG):
            assert value not in text
            assert base64.b64encode(value) not in text


def define(connection: Connection, kind: str, element: str, ephemeral: str = "no") -> Secret:
    return connection.secret_define_xml(SECRET.format(ephemeral, kind, element, element))


@pytest.mark.skipif(shutil.which("qemu-img") is None, reason="no qemu-img here")
def test_a_guest_from_an_encrypted_volume(
    root: str, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made, grown, booted.  qemu-img is asked to be quick: it measures passphrases for seconds."""
    run = work.run

    def quickly(command: list[str], size: int = 0) -> str:
        return run(
            [
                re.sub(r"^key-secret=|(?<=,)key-secret=", "iter-time=10,key-secret=", word)
                if command[1] == "create"
                else word
                for word in command
            ],
            size,
        )

    monkeypatch.setattr(work, "run", quickly)
    (tmp_path / "pool").mkdir()
    tiny = TinyGuest(tmp_path, "tiny", form="raw")
    tiny.disks[0].rename(tmp_path / "pool/plain")
    pool = connection.storage_pool_create_xml(
        f"<pool type='dir'><name>p</name><target><path>{tmp_path}/pool</path></target></pool>"
    )
    secret = define(connection, "volume", "volume")
    secret.set_value(PRECIOUS)
    locked = LUKS.format(secret.uuid)
    volume = pool.vol_create_xml_from(
        "<volume><name>v</name><capacity unit='MiB'>1</capacity><target><format type='raw'/>"
        f"{locked}</target></volume>",
        pool.vol_lookup_by_name("plain"),
    )
    volume.resize(2 << 20)
    assert volume.get_info().capacity == 2 << 20
    disk = DISK.format(volume.path, locked)
    document = re.sub("<disk .*</disk>", disk, tiny.xml, flags=re.DOTALL)
    domain = connection.domain_define_xml(document)
    domain.create()
    tiny.wait_for()
    assert domain.get_block_info("vda").capacity == 2 << 20
    check_hidden(root, domain.get_xml_desc(1), volume.get_xml_desc())
    domain.destroy()
    secret.set_value(WRONG)
    with pytest.raises(InternalError, match="Invalid password, cannot unlock any") as caught:
        domain.create()
    check_hidden(root, str(caught.value))
    pool.destroy()


def test_a_key_that_was_lost_is_said(root: str, tiny: TinyGuest) -> None:
    with vsh.connect(root) as connection:
        secret = define(connection, "volume", "volume")
        secret.set_value(PRECIOUS)
    key = place_of(root) / "secret-key"
    assert key.stat().st_mode & 0o777 == 0o600
    kept = key.read_bytes()
    key.unlink()
    document = tiny.xml.replace("/></source>", "/>")
    disk = DISK.format(tiny.disks[0], LUKS.format(secret.uuid))
    document = re.sub("<disk .*</disk>", disk, document, flags=re.DOTALL)
    with vsh.connect(root) as connection:
        with pytest.raises(InternalError, match="cannot be opened: it was not kept with") as caught:
            connection.domain_create_xml(document)
        check_hidden(root, str(caught.value))
    key.write_bytes(kept)
    with (
        vsh.connect(root) as connection,
        pytest.raises(InternalError, match="Volume is not in LUKS format"),
    ):
        connection.domain_create_xml(document)


def test_a_guest_from_a_target_that_asks_who_it_is(
    root: str, connection: Connection, tmp_path: Path
) -> None:
    """CHAP.  QEMU's part for iSCSI is a package of its own, which is unpacked beside it."""
    if shutil.which("tgtd") is None:
        pytest.skip("no tgtd here")
    package, library = unpacked("qemu-block-extra"), unpacked("libiscsi7")
    if package is None or library is None:
        pytest.skip("apt does not give qemu-block-extra and libiscsi7")
    modules = next(package.rglob("block-iscsi.so")).parent
    needed = next(library.rglob("libiscsi.so.7")).parent
    (tmp_path / "bin").mkdir()
    emulator = tmp_path / "bin/qemu-system-x86_64"
    emulator.write_text(
        f"#!/bin/sh\nexport QEMU_MODULE_DIR={modules} LD_LIBRARY_PATH={needed}\n"
        'exec /usr/bin/qemu-system-x86_64 "$@"\n'
    )
    emulator.chmod(0o755)
    tiny = TinyGuest(tmp_path, "tiny", form="raw")
    secret = define(connection, "iscsi", "target", "yes")
    secret.set_value(PRECIOUS)
    with iscsi_target.serving(tiny.disks[0], "fred", PRECIOUS.decode()) as port:
        disk = (
            "<disk type='network' device='disk'><driver name='qemu' type='raw'/>"
            f"<source protocol='iscsi' name='{iscsi_target.NAME}/1'>"
            f"<host name='127.0.0.1' port='{port}'/>"
            "<auth username='fred'><secret type='iscsi' usage='s'/></auth></source>"
            "<target dev='vda' bus='virtio'/></disk>"
        )
        document = re.sub("<disk .*</disk>", disk, tiny.xml, flags=re.DOTALL)
        document = document.replace("/usr/bin/qemu-system-x86_64", str(emulator))
        domain = connection.domain_define_xml(document)
        domain.create()
        tiny.wait_for()
        check_hidden(root, domain.get_xml_desc(1))
        domain.destroy()
        secret.set_value(WRONG)
        with pytest.raises(InternalError, match="iSCSI: Failed to connect to LUN") as caught:
            domain.create()
        check_hidden(root, str(caught.value))


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """Certificates whose keys are locked; beside it, in ``server``, the same with open keys."""
    place = tmp_path / "pki"
    certify(place, tmp_path / "server")
    lock(place, PRECIOUS.decode())
    return place


def with_setting(root: str, text: str) -> Secret:
    """A secret with the right value; the settings name it."""
    with vsh.connect(root) as connection:
        secret = define(connection, "tls", "name")
        secret.set_value(PRECIOUS)
    (place_of(root) / "qemu.conf").write_text(text.format(secret.uuid))
    return secret


def starts_with_the_right_value_only(
    root: str, document: str, secret: Secret, booted: TinyGuest | None = None
) -> None:
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(document)
        domain.create()
        if booted is not None:
            booted.wait_for()
        check_hidden(root, domain.get_xml_desc(1))
        domain.destroy()
        connection.secret_lookup_by_uuid(secret.uuid).set_value(WRONG)
        with pytest.raises(Error, match="Decryption has failed") as caught:
            domain.create()
        check_hidden(root, str(caught.value))


def test_a_serial_port_whose_key_is_locked(root: str, tiny: TinyGuest, locked: Path) -> None:
    secret = with_setting(
        root,
        f'chardev_tls = 1\nchardev_tls_x509_cert_dir = "{locked}"\n'
        'chardev_tls_x509_secret_uuid = "{}"\n',
    )
    serial = (
        "<serial type='tcp'>"
        f"<source mode='bind' host='127.0.0.1' service='{free_port()}' tls='yes'/>"
        "<target port='0'/></serial>"
    )
    document = re.sub("<serial .*</serial>", serial, tiny.xml, flags=re.DOTALL)
    starts_with_the_right_value_only(root, document, secret)


@pytest.mark.skipif(shutil.which("qemu-nbd") is None, reason="no qemu-nbd here")
def test_a_disk_whose_key_is_locked(root: str, tmp_path: Path, locked: Path) -> None:
    """Encrypted on the way, by a certificate of our own: a guest boots from a real server."""
    secret = with_setting(
        root,
        f'nbd_tls = 1\nnbd_tls_x509_cert_dir = "{locked}"\nnbd_tls_x509_secret_uuid = "{{}}"\n',
    )
    tiny, port = TinyGuest(tmp_path, "tiny", form="raw"), free_port()
    command = [
        "qemu-nbd", "-t", "-f", "raw", "-b", "127.0.0.1", "-p", str(port), "--object",
        f"tls-creds-x509,id=t,endpoint=server,dir={tmp_path}/server,verify-peer=off",
        "--tls-creds", "t", str(tiny.disks[0]),
    ]  # fmt: skip
    with subprocess.Popen(command) as server:
        try:
            while not _listens(port):
                assert server.poll() is None
            disk = (
                "<disk type='network' device='disk'><driver name='qemu' type='raw'/>"
                f"<source protocol='nbd'><host name='127.0.0.1' port='{port}'/></source>"
                "<target dev='vda' bus='virtio'/></disk>"
            )
            document = re.sub("<disk .*</disk>", disk, tiny.xml, flags=re.DOTALL)
            starts_with_the_right_value_only(root, document, secret, tiny)
        finally:
            server.kill()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False
