"""Moving in from libvirtd 12.8.0, and out to another: every kind of object as its own virsh shows
it."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from newest_libvirtd import INSIDE, NewestLibvirtd
from private_vshd import VSHD

import vsh
from vsh.words.snapshot import SnapshotCreate

if TYPE_CHECKING:
    from pathlib import Path

ID = "00000000-0000-4000-8000-00000000000{}"
GUEST = (
    f"<domain type='qemu'><name>rich</name><uuid>{ID.format(1)}</uuid><title>t</title>"
    "<memory>65536</memory><os><type machine='pc-i440fx-7.2'>hvm</type></os></domain>"
)
SNAPSHOT = (
    "<domainsnapshot><name>s</name><state>shutoff</state><creationTime>1</creationTime>"
    "{}</domainsnapshot>"
)
NETWORK = (
    f"<network><name>n</name><uuid>{ID.format(2)}</uuid><bridge name='vshrich0'/>"
    "<ip address='192.0.2.1' netmask='255.255.255.0'/></network>"
)
POOL = (
    f"<pool type='dir'><name>p</name><uuid>{ID.format(3)}</uuid><target><path>/tmp</path></target>"
    "</pool>"
)
SEEN = r"<(capacity|allocation|available) .*\n *|(?s: *<permissions>.*</permissions>\n)"
"""What is only known of a pool that is up."""
SECRET = f"<secret><uuid>{ID.format(4)}</uuid><description>d</description></secret>"
FILTER = (
    f"<filter name='f'><uuid>{ID.format(5)}</uuid><rule action='drop' direction='in'/></filter>"
)


def shown(connection: vsh.Connection) -> list[object]:
    """All of it."""
    domain = connection.domain_lookup_by_name("rich")
    found: list[object] = [domain.get_xml_desc(2 | 1).strip(), domain.get_autostart()]
    found += [each.get_xml_desc(1).strip() for each in domain.list_all_snapshots()]
    network = connection.network_lookup_by_name("n")
    found += [network.get_xml_desc(1).strip(), network.get_autostart()]
    pool = connection.storage_pool_lookup_by_name("p")
    known = re.sub(SEEN, "", pool.get_xml_desc(1).strip())
    found += [known, pool.get_autostart()]
    secret = connection.secret_lookup_by_uuid(ID.format(4))
    found += [secret.get_xml_desc().strip(), secret.get_value()]
    found.append(connection.nwfilter_lookup_by_name("f").get_xml_desc().strip())
    return found


def test_a_rich_host(newest: NewestLibvirtd, tmp_path: Path) -> None:
    with vsh.connect(newest.uri) as connection:
        domain = connection.domain_define_xml(GUEST)
        domain.set_autostart(1)
        snapshot = SNAPSHOT.format(domain.get_xml_desc(2))
        domain.snapshot_create_xml(snapshot, SnapshotCreate.REDEFINE | SnapshotCreate.CURRENT)
        connection.network_define_xml(NETWORK).set_autostart(1)
        connection.storage_pool_define_xml(POOL).set_autostart(1)
        connection.secret_define_xml(SECRET).set_value(b"v\0x")
        connection.nwfilter_define_xml(FILTER)
        expected = shown(connection)
        newest.exec(
            "sh", "-c", f"mkdir -p {INSIDE}/disk/etc {INSIDE}/disk/var/lib {INSIDE}/disk/run; "
            f"cp -a /etc/libvirt {INSIDE}/disk/etc; cp -a /var/lib/libvirt {INSIDE}/disk/var/lib",
        )  # fmt: skip
    root = tmp_path / "root"
    done = subprocess.run(
        [VSHD, "--root", root, "--adopt", "--yes", "--libvirt", newest.folder / "disk"],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.returncode == 0
    with vsh.connect(f"qemu:///embed?root={root}") as connection:
        assert shown(connection) == expected
    out = tmp_path / "out"
    done = subprocess.run(
        [VSHD, "--root", root, "--export", "--yes", "--libvirt", out],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.returncode == 0
    with NewestLibvirtd(out) as another, vsh.connect(another.uri) as connection:
        assert shown(connection) == expected
