"""Secrets: what they are for, where their values are, and who gets to see them."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd

import vsh
from vsh.drivers.host.aes import Aes
from vsh.drivers.host.secret.vault import Vault
from vsh.drivers.host.volume import work
from vsh.drivers.qemu.own_host import for_qemu
from vsh.errors import InternalError, InvalidArgument, InvalidSecret, NoSecret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.connection import Connection

VSH = Path(sys.executable).with_name("vsh")
UUID = "11111111-2222-2222-2222-111111111111"
PRECIOUS = b"correct horse battery staple"


def secret(usage: str = "", attributes: str = "", uuid: str = UUID) -> str:
    return f"<secret {attributes}><uuid>{uuid}</uuid>{usage}</secret>"


def volume(path: str) -> str:
    return f"<usage type='volume'><volume>{path}</volume></usage>"


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return f"qemu:///embed?root={tmp_path / 'root'}"


@pytest.fixture
def connection(uri: str) -> Iterator[Connection]:
    with vsh.connect(uri) as opened:
        yield opened


# ---- AES, by the examples of NIST (SP 800-38A, F.1.5, F.2.5 and F.5.5)

KEY = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
PLAIN = bytes.fromhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51")


def test_aes_is_aes() -> None:
    aes = Aes(KEY)
    assert aes.block(PLAIN[:16]).hex() == "f3eed1bdb5d2a03c064b5a7e3db181f8"
    assert aes.chained(PLAIN, bytes(range(16)))[:32].hex() == (
        "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
    )
    counter = bytes.fromhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    assert aes.streamed(PLAIN, counter).hex() == (
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 1000])
def test_what_qemu_is_given_openssl_opens(size: int) -> None:
    import base64

    value = os.urandom(size)
    told = for_qemu(KEY, value)
    vector = base64.b64decode(told["iv"]).hex()
    command = ["openssl", "enc", "-d", "-aes-256-cbc", "-K", KEY.hex(), "-iv", vector]
    opened = subprocess.run(
        command, input=base64.b64decode(told["data"]), capture_output=True, check=True
    )
    assert opened.stdout == value


# ---- where values are


def test_a_value_lies_encrypted_with_a_key_of_the_roots(uri: str, tmp_path: Path) -> None:
    with vsh.connect(uri) as first:
        first.secret_define_xml(secret(volume("/v"))).set_value(PRECIOUS)
    root = tmp_path / "root"
    kept = [path for path in root.rglob("*") if path.is_file()]
    assert {path.name for path in kept} >= {"state", "secret-key"}
    for path in kept:
        assert PRECIOUS not in path.read_bytes(), path
        if path.parent == root:
            assert path.stat().st_mode & 0o077 == 0, path
    with vsh.connect(uri) as second:
        assert second.secret_lookup_by_uuid(UUID).get_value() == PRECIOUS
    (root / "secret-key").write_bytes(bytes(32))
    with vsh.connect(uri) as third, pytest.raises(InternalError, match="cannot be opened"):
        third.secret_lookup_by_uuid(UUID).get_value()


def test_a_state_file_that_others_could_read_is_closed_to_them(uri: str, tmp_path: Path) -> None:
    with vsh.connect(uri):
        pass
    (tmp_path / "root/state").chmod(0o644)
    with vsh.connect(uri) as opened:
        opened.secret_define_xml(secret())
        for path in (tmp_path / "root").glob("state*"):
            assert path.stat().st_mode & 0o077 == 0, path


def test_a_sealed_value_opens_for_its_secret_alone(tmp_path: Path) -> None:
    vault = Vault(str(tmp_path))
    sealed = vault.seal(PRECIOUS, "one")
    assert PRECIOUS not in sealed
    assert vault.seal(PRECIOUS, "one") != sealed
    assert Vault(str(tmp_path)).open(sealed, "one") == PRECIOUS
    for other, owner in (
        (sealed, "two"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), "one"),
        (b"", ""),
    ):
        with pytest.raises(InternalError):
            vault.open(other, owner)


def test_first_values_that_come_at_once_are_sealed_with_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, made, make = Vault(str(tmp_path)), [], Vault._make

    def slowly(one: Vault) -> bytes:
        time.sleep(0.02)  # all the others are there by now
        made.append(make(one))
        return made[-1]

    monkeypatch.setattr(Vault, "_make", slowly)
    with ThreadPoolExecutor(4) as threads:
        sealed = list(threads.map(lambda owner: vault.seal(PRECIOUS, owner), "abcd"))
    assert len(made) == 1
    anew = Vault(str(tmp_path))
    assert [anew.open(*each) for each in zip(sealed, "abcd", strict=True)] == [PRECIOUS] * 4


def test_an_ephemeral_secret_is_gone_with_the_process(uri: str) -> None:
    with vsh.connect(uri) as first:
        first.secret_define_xml(secret(attributes="ephemeral='yes'")).set_value(PRECIOUS)
        assert first.secret_lookup_by_uuid(UUID).get_value() == PRECIOUS
    with vsh.connect(uri) as second:
        assert second.list_all_secrets() == []


def test_one_that_becomes_ephemeral_leaves_the_disk_and_comes_back(uri: str) -> None:
    with vsh.connect(uri) as first:
        first.secret_define_xml(secret()).set_value(PRECIOUS)
        first.secret_define_xml(secret(attributes="ephemeral='yes'"))
        assert first.secret_lookup_by_uuid(UUID).get_value() == PRECIOUS
        first.secret_define_xml(secret())
    with vsh.connect(uri) as second:
        assert second.secret_lookup_by_uuid(UUID).get_value() == PRECIOUS
        second.secret_define_xml(secret(attributes="ephemeral='yes'"))
    with vsh.connect(uri) as third:
        assert third.list_all_secrets() == []


def test_a_private_secret_is_told_to_nobody(connection: Connection) -> None:
    found = connection.secret_define_xml(secret(attributes="private='yes'"))
    found.set_value(PRECIOUS)
    with pytest.raises(InvalidSecret, match="secret is private"):
        found.get_value()
    with pytest.raises(InternalError, match="cannot change private flag on existing secret"):
        connection.secret_define_xml(secret())


def test_what_is_not_there_is_said(connection: Connection) -> None:
    found = connection.secret_define_xml(secret())
    with pytest.raises(NoSecret, match=f"secret '{UUID}' does not have a value"):
        found.get_value()
    found.undefine()
    for act in (found.get_value, found.undefine, found.get_xml_desc):
        with pytest.raises(NoSecret, match=f"no secret with matching uuid '{UUID}'"):
            act()


def test_a_use_has_one_secret(connection: Connection) -> None:
    connection.secret_define_xml(secret(volume("/v")))
    with pytest.raises(InternalError, match="already defined for use with /v"):
        connection.secret_define_xml(secret(volume("/v"), uuid=UUID.replace("1111-2", "1112-2")))
    with pytest.raises(InternalError, match=f"UUID {UUID} is already defined for use with /v"):
        connection.secret_define_xml(secret(volume("/w")))
    assert connection.secret_lookup_by_usage(1, "/v").uuid == UUID


@pytest.mark.parametrize(
    ("kind", "number", "element"),
    [("ceph", 2, "name"), ("iscsi", 3, "target"), ("tls", 4, "name"), ("vtpm", 5, "name")],
)
def test_every_kind_of_use(connection: Connection, kind: str, number: int, element: str) -> None:
    usage = f"<usage type='{kind}'><{element}>x</{element}></usage>"
    found = connection.secret_define_xml(secret(usage))
    assert (found.usageType, found.usageID) == (number, "x")
    assert connection.secret_lookup_by_usage(number, "x").uuid == UUID
    assert f"<usage type='{kind}'>" in found.get_xml_desc()


def test_listings_pick_by_what_a_secret_is(connection: Connection) -> None:
    kinds = {"1": "", "2": "private='yes'", "3": "ephemeral='yes'"}
    for number, attributes in kinds.items():
        connection.secret_define_xml(secret("", attributes, UUID[:-1] + number))
    picked = {
        flags: [found.uuid[-1] for found in connection.list_all_secrets(flags)]
        for flags in (0, 1, 2, 4, 8, 2 | 8)
    }
    assert picked == {
        0: ["1", "2", "3"],
        1: ["3"],
        2: ["1", "2"],
        4: ["2"],
        8: ["1", "3"],
        10: ["1"],
    }


def test_events(connection: Connection) -> None:
    life = connection.secret_event_register_any(0)
    connection.secret_event_register_any(1)
    found = connection.secret_define_xml(secret(volume("/v")))
    found.set_value(PRECIOUS)
    found.undefine()
    told = [connection.driver.next_event(1) for _ in range(3)]
    assert [getattr(event, "event", None) for event in told] == [0, None, 1]
    assert all(event is not None and event.secret.uuid == UUID for event in told)
    connection.secret_event_deregister_any(life)


# ---- what they open


@pytest.mark.skipif(shutil.which("qemu-img") is None, reason="no qemu-img here")
def test_an_encrypted_volume_is_made_with_its_secret(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """qemu-img is asked to be quick: by itself it measures for seconds how slow a passphrase is."""
    run = work.run
    asked = []

    def quickly(command: list[str], size: int = 0) -> str:
        asked.append(" ".join(command))
        if command[1] == "create":
            quick = "iter-time=10,key-secret=v"
            command = [word.replace("key-secret=v", quick) for word in command]
            if "/other/" in command[-2]:  # that takes seconds all the same: an empty one is there
                command = ["cp", path, command[-2]]
        return run(command, size)

    monkeypatch.setattr(work, "run", quickly)
    (tmp_path / "pool").mkdir()
    pool = connection.storage_pool_create_xml(
        f"<pool type='dir'><name>p</name><target><path>{tmp_path}/pool</path></target></pool>"
    )
    path = f"{tmp_path}/pool/v"
    wanted = (
        "<volume><name>v</name><capacity unit='MiB'>2</capacity><target><format type='raw'/>"
        "<encryption format='luks'>{}</encryption></target></volume>"
    )
    passphrase = f"<secret type='passphrase' uuid='{UUID}'/>"
    with pytest.raises(NoSecret, match="no secret with matching uuid"):
        pool.vol_create_xml(wanted.format(passphrase))
    with pytest.raises(InvalidArgument, match="A single <secret type='passphrase'"):
        pool.vol_create_xml(wanted.format(""))
    connection.secret_define_xml(secret(volume(path))).set_value(PRECIOUS)
    made = pool.vol_create_xml(wanted.format(passphrase))
    with open(path, "rb") as file:
        assert file.read(4) == b"LUKS"
    pool.refresh()
    assert f"<secret type='passphrase' uuid='{UUID}'/>" in made.get_xml_desc()
    (tmp_path / "other").mkdir()
    other = connection.storage_pool_create_xml(
        f"<pool type='dir'><name>o</name><target><path>{tmp_path}/other</path></target></pool>"
    )
    other.vol_create_xml_from(wanted.format(passphrase), made)  # of the same name
    assert PRECIOUS.decode() not in "".join(asked)
    for each in (pool, other):
        each.destroy()


def test_a_secret_for_something_else_opens_nothing(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "pool").mkdir()
    pool = connection.storage_pool_create_xml(
        f"<pool type='dir'><name>p</name><target><path>{tmp_path}/pool</path></target></pool>"
    )
    connection.secret_define_xml(secret("<usage type='ceph'><name>c</name></usage>")).set_value(
        b"x"
    )
    with pytest.raises(InvalidArgument, match="is of type 'ceph' not expected 'volume' type"):
        pool.vol_create_xml(
            "<volume><name>v</name><capacity>4096</capacity><target><format type='raw'/>"
            f"<encryption format='luks'><secret type='passphrase' uuid='{UUID}'/></encryption>"
            "</target></volume>"
        )
    assert list((tmp_path / "pool").iterdir()) == []
    pool.destroy()


def test_a_value_is_in_no_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the daemon's nor the client's, as talkative as they can be."""
    logs = [tmp_path / "daemon.log", tmp_path / "client.log", tmp_path / "vshd/vshd.log"]
    monkeypatch.setenv("LIBVIRT_DEBUG", "1")
    monkeypatch.setenv("LIBVIRT_LOG_OUTPUTS", f"1:file:{logs[0]}")
    (tmp_path / "vshd").mkdir()
    (tmp_path / "value").write_bytes(PRECIOUS)
    (tmp_path / "s.xml").write_text(secret(volume("/v")))
    daemon = PrivateVshd(tmp_path / "vshd")
    daemon.start()
    try:
        for words in (
            f"secret-define {tmp_path}/s.xml",
            f"secret-set-value {UUID} --file {tmp_path}/value --plain",
            f"secret-get-value {UUID} --plain",
        ):
            command = [VSH, "-d", "0", "-l", logs[1], "-c", daemon.uri(), words]
            done = subprocess.run(command, capture_output=True, check=True)
        assert PRECIOUS in done.stdout
    finally:
        daemon.kill(15)
    text = b"".join(log.read_bytes() for log in logs)
    assert b"secret" in text.lower()
    assert PRECIOUS not in text
    assert base64.b64encode(PRECIOUS) not in text
