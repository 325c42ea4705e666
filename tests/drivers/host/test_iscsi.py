"""Pools of type iscsi: Debian's own iscsiadm keeps its records; sessions are played.

This kernel has no iSCSI, so that what iscsid and the kernel do at a login (a session in a folder
that stands for /sys) a wrapper does, and what they know of interfaces it says; the disks of
iscsi-direct are real (test_pool_types.py).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from killing import walk
from packages import unpacked

import vsh
from vsh.drivers.host.pool.types.iscsi import Iscsi
from vsh.drivers.host.pool.types.scsi import Devices
from vsh.errors import InternalError, NoSecret

if TYPE_CHECKING:
    from pathlib import Path

    from vsh.api.connection import Connection

TARGET = "iqn.2026-11.test:t"
WRAPPER = """#!/bin/sh
echo "$*" >> {root}/said
session={root}/sys/class/iscsi_session/session1
case "$*" in
  *discovery*) echo "10.0.0.9:3260,1 {target}"; exit ;;
  *--login*) mkdir -p $session/device/target6:0:0; echo {target} > $session/targetname; exit ;;
  *--logout*) rm -r $session; exit ;;
  *"session -r 1 -R") exit ;;
  "--mode iface") echo "default tcp,<empty>,<empty>,<empty>,<empty>"; exit ;;
  "--mode iface "*) exit ;;
  "--mode session") [ -e $session ] || exit 21
                    echo "tcp: [1] 10.0.0.9:3260,1 {target} (non-flash)"; exit ;;
esac
export LD_LIBRARY_PATH={libraries}
look='mount --bind {root}/etc /etc; mount -t tmpfs lock /run/lock; exec {program} "$@"'
exec unshare -m sh -c "$look" sh "$@"
"""
POOL = f"""<pool type='iscsi'><name>i</name><source><host name='10.0.0.9'/>
<device path='{TARGET}'/><initiator><iqn name='iqn.2026-11.test:us'/></initiator>
<auth type='chap' username='fred'><secret usage='t'/></auth></source>
<target><path>/dev/disk/by-path</path></target></pool>"""


@pytest.fixture
def uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    packages = [unpacked(name) for name in ("open-iscsi", "libopeniscsiusr", "libisns0")]
    if None in packages:
        pytest.skip("apt does not give open-iscsi")
    folders = [str(path) for package in packages if package for path in package.glob("**/x86_64*")]
    (tmp_path / "etc/iscsi").mkdir(parents=True)
    (tmp_path / "etc/iscsi/iscsid.conf").touch()
    (tmp_path / "etc/iscsi/initiatorname.iscsi").write_text("InitiatorName=iqn.2026-11.test:h\n")
    (tmp_path / "sys/class/iscsi_session").mkdir(parents=True)
    (tmp_path / "sys/bus/scsi/devices").mkdir(parents=True)
    program = tmp_path / "bin/iscsiadm"
    program.parent.mkdir()
    program.write_text(
        WRAPPER.format(
            root=tmp_path,
            target=TARGET,
            libraries=":".join(folders),
            program=f"{packages[0]}/sbin/iscsiadm",
        )
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setattr(Devices, "system", str(tmp_path / "sys"))
    monkeypatch.setattr(Iscsi, "records", (str(tmp_path / "etc/iscsi/nodes"),))
    return f"qemu:///embed?root={tmp_path / 'root'}"


def with_secret(connection: Connection) -> None:
    connection.secret_define_xml("<secret><usage type='iscsi'><target>t</target></usage></secret>")


def test_a_target_is_logged_in_to_and_out_of(uri: str, tmp_path: Path) -> None:
    with vsh.connect(uri) as connection:
        source = "<source><host name='10.0.0.9'/></source>"
        found = connection.find_storage_pool_sources("iscsi", source)
        assert f"<device path='{TARGET}'/>" in found
        with_secret(connection)
        pool = connection.storage_pool_define_xml(POOL)
        with pytest.raises(NoSecret):
            pool.create()
        [secret] = connection.list_all_secrets()
        secret.set_value(b"a secret 12")
        pool.create()
        [record] = (tmp_path / f"etc/iscsi/nodes/{TARGET}").glob("*/*")
        lines = record.read_text().splitlines()
        assert "node.session.auth.authmethod = CHAP" in lines
        assert "node.session.auth.username = fred" in lines
        assert lines.count("node.session.auth.password = a secret 12") == 1
        assert record.stat().st_mode & 0o777 == 0o600
        assert lines[-1] == "# END RECORD"
        assert pool.list_volumes() == []
        pool.refresh()
        pool.destroy()
        secret.set_value(b"another")
        pool.create()
        assert "node.session.auth.password = another" in record.read_text().splitlines()
        pool.destroy()
    said = (tmp_path / "said").read_text()
    assert "a secret" not in said
    assert "another" not in said
    node = f"--mode node --portal 10.0.0.9:3260,1 --targetname {TARGET}"
    for words in (
        f"{node} --op new",
        f"{node} --op update --name node.session.auth.username --value fred",
        f"{node} --login --interface libvirt-iface-",
        f"{node} --logout --interface libvirt-iface-",
        "--op update --name iface.initiatorname --value iqn.2026-11.test:us",
    ):
        assert words in said


def test_what_cannot_be_logged_in_with(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with vsh.connect(uri) as connection:
        with_secret(connection)
        [secret] = connection.list_all_secrets()
        secret.set_value(b"one\ntwo")
        pool = connection.storage_pool_define_xml(POOL)
        with pytest.raises(vsh.Error, match="cannot have several lines"):
            pool.create()
        secret.set_value(b"one")
        monkeypatch.setattr(Iscsi, "records", ("/nowhere",))
        with pytest.raises(InternalError, match=f"iscsiadm has no record of '{TARGET}'"):
            pool.create()
        pool.undefine()
        ceph = connection.storage_pool_define_xml(POOL.replace("chap", "ceph"))
        with pytest.raises(vsh.Error, match="iscsi pool only supports 'chap' auth type"):
            ceph.create()


def test_a_login_that_was_killed_is_undone_or_done(uri: str, tmp_path: Path) -> None:
    session = tmp_path / "sys/class/iscsi_session/session1"
    with vsh.connect(uri) as connection:
        plain = re.sub("(?s)<initiator>.*</auth>", "", POOL)
        connection.storage_pool_define_xml(plain)
    seen = set()
    for _ in walk(uri, lambda each: each.storage_pool_lookup_by_name("i").create()):
        with vsh.connect(uri) as connection:
            pool = connection.storage_pool_lookup_by_name("i")
            assert pool.is_active() == session.exists()
            seen.add(bool(pool.is_active()))
            if pool.is_active():
                pool.destroy()
            assert not session.exists()
    assert seen == {False, True}
