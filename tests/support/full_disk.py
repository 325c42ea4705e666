"""Changes of every kind of object while the disk is full: each is refused, and not made.

    full_disk.py URI FOLDER

FOLDER is on a small disk of its own, where the root is that URI's driver keeps all in.  Prints what
was not as it should be, line by line, and at last how many changes there were.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import vsh
from vsh.errors import Error
from vsh.words.checkpoint import CheckpointCreate
from vsh.words.snapshot import SnapshotCreate

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[vsh.Connection], object]

ID = "00000000-0000-4000-8000-00000000000{}"
DOMAIN = (
    f"<domain type='qemu'><name>d</name><uuid>{ID.format(1)}</uuid><title>one</title>"
    "<memory>65536</memory><os><type>hvm</type></os><devices><disk type='file'>"
    "<driver name='qemu' type='qcow2'/><source file='/none'/><target dev='vda'/></disk></devices>"
    "</domain>"
)
NETWORK = (
    f"<network><name>n</name><uuid>{ID.format(2)}</uuid><bridge name='vshfull0'/>"
    "<ip address='192.0.2.1' netmask='255.255.255.0'><dhcp><range start='192.0.2.2' "
    "end='192.0.2.9'/></dhcp></ip></network>"
)
POOL = (
    f"<pool type='dir'><name>p</name><uuid>{ID.format(3)}</uuid><target><path>/tmp</path></target>"
    "</pool>"
)
SECRET = f"<secret><uuid>{ID.format(4)}</uuid><description>one</description></secret>"
FILTER = (
    f"<filter name='f'><uuid>{ID.format(5)}</uuid><rule action='drop' direction='in'/></filter>"
)
SNAPSHOT = (
    "<domainsnapshot><name>{}</name><state>shutoff</state><creationTime>1</creationTime>"
    f"{DOMAIN}</domainsnapshot>"
)
CHECKPOINT = (
    "<domaincheckpoint><name>{}</name><creationTime>1</creationTime>"
    f"<disks><disk name='vda'/></disks>{DOMAIN}</domaincheckpoint>"
)
REDEFINE = SnapshotCreate.REDEFINE
SHUTOFF = 5


RUNNING = (
    f"<domain type='qemu'><name>w</name><uuid>{ID.format(6)}</uuid>"
    "<memory>32768</memory><os><type>hvm</type></os></domain>"
)


def running(connection: vsh.Connection) -> vsh.Domain:
    return connection.domain_lookup_by_name("w")


def domain(connection: vsh.Connection) -> vsh.Domain:
    return connection.domain_lookup_by_uuid(ID.format(1))


def network(connection: vsh.Connection) -> vsh.Network:
    return connection.network_lookup_by_name("n")


def pool(connection: vsh.Connection) -> vsh.Pool:
    return connection.storage_pool_lookup_by_name("p")


def secret(connection: vsh.Connection) -> vsh.Secret:
    return connection.secret_lookup_by_uuid(ID.format(4))


def other(text: str) -> str:
    return text.replace("one", "two").replace(">65536<", ">131072<").replace("drop", "accept")


CHANGES: dict[str, Change] = {
    "domain": lambda c: c.domain_define_xml(other(DOMAIN)),
    "domain that is new": lambda c: c.domain_define_xml(
        DOMAIN.replace(">d<", ">new<").replace(ID.format(1), ID.format(9))
    ),
    "domain's metadata": lambda c: domain(c).set_metadata(2, "<a/>", "a", "urn:a", 2),
    "domain's title": lambda c: domain(c).set_metadata(1, "three", None, None, 2),
    "domain's memory": lambda c: domain(c).set_memory_flags(32768, 2),
    "domain's vCPUs": lambda c: domain(c).set_vcpus_flags(4, 6),
    "domain's autostart": lambda c: domain(c).set_autostart(1),
    "domain's name": lambda c: c.domain_lookup_by_name("r").rename("e", 0),
    "domain's device": lambda c: domain(c).attach_device_flags("<input type='tablet'/>", 2),
    "domain's start": lambda c: domain(c).create(),
    "running domain": lambda c: c.domain_define_xml(RUNNING.replace("32768", "65536")),
    "running domain's autostart": lambda c: running(c).set_autostart(1),
    "running domain's title": lambda c: running(c).set_metadata(1, "three", None, None, 3),
    "running domain's metadata": lambda c: running(c).set_metadata(2, "<a/>", "a", "urn:a", 1),
    "snapshot": lambda c: domain(c).snapshot_create_xml(SNAPSHOT.format("s2"), REDEFINE),
    "snapshot again": lambda c: domain(c).snapshot_create_xml(SNAPSHOT.format("s1"), REDEFINE | 2),
    "snapshot's end": lambda c: domain(c).snapshot_lookup_by_name("s1").delete(2),
    "checkpoint": lambda c: domain(c).checkpoint_create_xml(
        CHECKPOINT.format("c2"), CheckpointCreate.REDEFINE
    ),
    "checkpoint's end": lambda c: domain(c).checkpoint_lookup_by_name("c1").delete(2),
    "network": lambda c: c.network_define_xml(NETWORK.replace(".1'", ".11'")),
    "network's autostart": lambda c: network(c).set_autostart(1),
    "network's metadata": lambda c: network(c).set_metadata(1, "three", None, None, 2),
    "network's host": lambda c: network(c).update(
        3, 4, -1, "<host mac='52:54:00:00:00:01' ip='192.0.2.5'/>", 2
    ),
    "network's start": lambda c: network(c).create(),
    "network's end": lambda c: network(c).undefine(),
    "pool": lambda c: c.storage_pool_define_xml(POOL.replace("/tmp", "/var")),
    "pool's autostart": lambda c: pool(c).set_autostart(1),
    "pool's start": lambda c: pool(c).create(),
    "pool's end": lambda c: pool(c).undefine(),
    "secret": lambda c: c.secret_define_xml(other(SECRET)),
    "secret's value": lambda c: secret(c).set_value(b"another"),
    "secret's end": lambda c: secret(c).undefine(),
    "filter": lambda c: c.nwfilter_define_xml(other(FILTER)),
    "filter that is new": lambda c: c.nwfilter_define_xml(
        FILTER.replace("'f'", "'g'").replace(ID.format(5), ID.format(8))
    ),
    "filter's end": lambda c: c.nwfilter_lookup_by_name("f").undefine(),
    "domain's end": lambda c: domain(c).undefine_flags(2 | 16),
}  # fmt: skip


def prepare(connection: vsh.Connection) -> None:
    """One of each kind."""
    made = connection.domain_define_xml(DOMAIN)
    made.snapshot_create_xml(SNAPSHOT.format("s1"), REDEFINE | 2)
    made.checkpoint_create_xml(CHECKPOINT.format("c1"), CheckpointCreate.REDEFINE)
    connection.domain_define_xml(RUNNING).create()
    connection.domain_define_xml(DOMAIN.replace(">d<", ">r<").replace(ID.format(1), ID.format(7)))
    connection.network_define_xml(NETWORK)
    connection.storage_pool_define_xml(POOL)
    connection.secret_define_xml(SECRET).set_value(b"value")
    connection.nwfilter_define_xml(FILTER)


def seen(connection: vsh.Connection) -> list[object]:
    """All that a client sees."""
    found: list[object] = []
    for one in connection.list_all_domains():
        found += [one.name, one.get_xml_desc(), one.get_xml_desc(2)]
        found += [one.get_autostart(), one.get_state().state]
        found += [(each.get_xml_desc(), each.is_current) for each in one.list_all_snapshots()]
        found += [each.get_xml_desc() for each in one.list_all_checkpoints()]
    for net in connection.list_all_networks():
        found += [net.get_xml_desc(), net.get_autostart(), net.is_active(), net.is_persistent()]
    for store in connection.list_all_storage_pools():
        found += [store.get_xml_desc(), store.get_autostart(), store.is_active()]
    for hidden in connection.list_all_secrets():
        found += [hidden.get_xml_desc(), hidden.get_value()]
    found += sorted(each.name for each in connection.list_all_nwfilters())
    found.append(connection.nwfilter_lookup_by_name("f").get_xml_desc())
    return found


def fill(folder: Path) -> Path:
    """Nothing more has room beside this file."""
    made = folder / "fill"
    with made.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(65536)):
            continue
    return made


def main() -> None:
    """The command."""
    uri, folder = sys.argv[1], Path(sys.argv[2])
    with vsh.connect(uri) as connection:
        prepare(connection)
        before = seen(connection)
        filler = fill(folder)
        for name, change in CHANGES.items():
            try:
                change(connection)
            except Error as error:
                if "disk is full" not in str(error) and "No space left" not in str(error):
                    print(f"{name}: {error}")
            else:
                print(f"{name}: was made")
            if seen(connection) != before:
                print(f"{name}: something else is seen")
        with contextlib.suppress(Error):
            running(connection).destroy()
        if running(connection).get_state().state != SHUTOFF:
            print("the guest runs on")
        filler.unlink()
        for name in ("pool's end", "secret's end", "filter's end", "domain's end"):
            CHANGES[name](connection)
        left = [(each.name, each.get_state().state) for each in connection.list_all_domains()]
        if sorted(left) != [("r", SHUTOFF), ("w", SHUTOFF)]:
            print(f"there are {left}")
    print(len(CHANGES))


if __name__ == "__main__":
    main()
