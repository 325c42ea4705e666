"""Storage pools."""

from __future__ import annotations

import pytest

from vsh.xml.engine.reader import read
from vsh.xml.storage.kinds import KINDS, POOL_TYPES, clean_path
from vsh.xml.storage.pool import BackedPool, PoolSource, StoragePool
from vsh.xml.storage.pool_sources import PoolSources

UUID = "70a7eb15-6c34-ee9c-bf57-69e8e5ff3fb2"


def written(kind: str, source: str, target: str, rest: str = "", spaces: str = "") -> str:
    """A whole pool as libvirt writes it."""
    return (
        f"<pool type='{kind}'{spaces}>\n  <name>p</name>\n  <uuid>{UUID}</uuid>\n"
        "  <capacity unit='bytes'>0</capacity>\n  <allocation unit='bytes'>0</allocation>\n"
        f"  <available unit='bytes'>0</available>\n{rest.partition('|')[0]}  <source>\n{source}"
        f"  </source>\n{target}{rest.partition('|')[2]}</pool>\n"
    )


TARGET = """  <target>
    <path>/t</path>
    <permissions>
      <mode>0755</mode>
      <owner>0</owner>
      <group>7</group>
      <label>l</label>
    </permissions>
  </target>
"""
FS = written(
    "fs",
    "    <device path='/dev/sda1' part_separator='no'/>\n    <format type='ext4'/>\n"
    "    <vendor name='v'/>\n    <product name='p'/>\n",
    TARGET,
    "  <features>\n    <cow state='yes'/>\n  </features>\n|"
    "  <refresh>\n    <volume allocation='capacity'/>\n  </refresh>\n"
    "  <fs:mount_opts>\n    <fs:option name='noatime'/>\n  </fs:mount_opts>\n",
    " xmlns:fs='http://libvirt.org/schemas/storagepool/fs/1.0'",
)
NFS = written(
    "netfs",
    "    <host name='h' port='2049'/>\n    <dir path='/e'/>\n    <format type='nfs'/>\n"
    "    <protocol ver='3'/>\n",
    TARGET,
)
ISCSI = written(
    "iscsi",
    "    <host name='h'/>\n    <device path='iqn.x'/>\n    <initiator>\n      <iqn name='i'/>\n"
    "    </initiator>\n    <auth type='chap' username='u'>\n      <secret usage='s'/>\n"
    "    </auth>\n",
    TARGET,
)
RBD = written(
    "rbd",
    "    <host name='h'/>\n    <name>r</name>\n    <auth type='ceph' username='u'>\n"
    f"      <secret type='ceph' uuid='{UUID}'/>\n    </auth>\n",
    "",
    "|  <rbd:config_opts>\n    <rbd:option name='a' value='b'/>\n  </rbd:config_opts>\n",
    " xmlns:rbd='http://libvirt.org/schemas/storagepool/rbd/1.0'",
)
FC = written(
    "scsi",
    "    <adapter type='fc_host' parent='scsi_host3' parent_wwnn='20000000c9831b4b' "
    "parent_wwpn='10000000c9831b4b' parent_fabric_wwn='2000000043214321' managed='yes' "
    "wwnn='20000000c9831b4b' wwpn='10000000c9831b4b'/>\n",
    TARGET,
)
SCSI = written(
    "scsi",
    "    <adapter type='scsi_host'>\n      <parentaddr unique_id='1'>\n"
    "        <address domain='0x0000' bus='0x00' slot='0x1f' function='0x2'/>\n"
    "      </parentaddr>\n    </adapter>\n",
    TARGET,
)
OLD_SCSI = written("scsi", "    <adapter type='scsi_host' name='host0'/>\n", TARGET)


def test_round_trips_use_every_field(round_trip, unused):
    texts = (FS, NFS, ISCSI, RBD, FC, SCSI, OLD_SCSI)
    models = [round_trip(text, BackedPool) for text in texts]
    # what a driver finds, and what is read but never written
    assert unused(*models) == {
        "SourceDevice": {"free_extents"},
        "PciPlace": {"type", "multifunction"},
    }


def pool(kind: str, inside: str = "") -> str:
    return f"<pool type='{kind}'><name>p</name><uuid>{UUID}</uuid>{inside}</pool>"


@pytest.mark.parametrize(
    ("text", "path", "name"),
    [
        (pool("logical"), "/dev/p", "p"),
        (pool("logical", "<source><name>vg</name></source>"), "/dev/vg", "vg"),
        (pool("zfs"), "/dev/zvol/p", "p"),
        (pool("dir", "<target><path>//a///b/</path></target>"), "//a/b", None),
        ("<pool type='logical'><source><name>vg</name></source></pool>", "/dev/vg", "vg"),
    ],
)
def test_names_and_paths(text, path, name):
    model = read(text, StoragePool)
    assert (model.target.path, model.source.name) == (path, name)


def test_options_of_backends_are_for_those_that_have_them():
    model = read(FS, StoragePool)
    assert "mount_opts" not in model.format()
    assert "xmlns" not in model.format()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<pool/>", "XML error: Missing required attribute 'type' in element 'pool'"),
        (pool("x"), "XML error: Invalid value for attribute 'type' in element 'pool': 'x'."),
        ("<pool type='dir'/>", "XML error: missing pool source name element"),
        ("<pool type='dir'><name>a/b</name></pool>", "XML error: name a/b cannot contain '/'"),
        (
            "<pool type='dir'><name>a</name><uuid>x</uuid></pool>",
            "XML error: malformed uuid element",
        ),
        (pool("dir"), "XML error: missing storage pool target path"),
        (pool("dir", "<target/>"), "XML error: missing storage pool target path"),
        (pool("netfs"), "XML error: missing storage pool source host name"),
        (
            pool("netfs", "<source><host name='h'/></source>"),
            "XML error: missing storage pool source path",
        ),
        (
            pool("netfs", "<source><host/></source>"),
            "XML error: missing storage pool host name",
        ),
        (pool("fs"), "XML error: missing storage pool source device name"),
        (
            pool("fs", "<source><device/></source>"),
            "XML error: missing storage pool source device path",
        ),
        (
            pool("fs", "<source><format type='x'/></source>"),
            "unsupported configuration: unknown pool format type x",
        ),
        (
            pool("rbd", "<source/>"),
            "XML error: element 'name' is mandatory for RBD pool",
        ),
        (
            pool("iscsi-direct", "<source><host name='h'/></source>"),
            "unsupported configuration: missing initiator IQN",
        ),
        (pool("scsi"), "XML error: missing storage pool source adapter"),
        (
            pool("scsi", "<source><adapter wwnn='x'/></source>"),
            ("XML error: Use of 'wwnn', 'wwpn', and 'parent' attributes requires use of the "
            "adapter 'type'"),
        ),
        (
            pool("scsi", "<source><adapter type='fc_host' wwnn='x'/></source>"),
            "XML error: 'wwnn' and 'wwpn' must be specified for adapter type 'fchost'",
        ),
        (
            pool("scsi", "<source><adapter type='fc_host' wwnn='x' wwpn='y'/></source>"),
            "internal error: Malformed wwn: x",
        ),
        (
            pool("scsi", "<source><adapter type='scsi_host'/></source>"),
            "XML error: Either 'name' or 'parent' must be specified for the 'scsi_host' adapter",
        ),
        (
            pool("rbd", "<source><host name='h'/><name>r</name><auth username='u'>"
                 "<secret usage='x'/></auth></source>"),
            "unsupported configuration: storage pool missing auth type",
        ),
        (
            pool("rbd", "<source><host name='h'/><name>r</name><auth type='ceph' username='u'>"
                 "<secret/></auth></source>"),
            "XML error: missing secret uuid or usage attribute",
        ),
        (
            pool("netfs", "<source><host name='h'/><dir path='/e'/><format type='cifs'/>"
                 "<protocol ver='3'/></source><target><path>/t</path></target>"),
            ("unsupported configuration: storage pool protocol ver unsupported for pool type "
            "'cifs'"),
        ),
        (
            pool("dir", "<target><path>/t</path><permissions><mode>9</mode></permissions>"
                 "</target>"),
            "XML error: malformed octal mode",
        ),
        (
            pool("dir", "<target><path>/t</path><permissions><owner>x</owner></permissions>"
                 "</target>"),
            "XML error: malformed owner element",
        ),
        (
            pool("logical", "<features><cow state='yes'/></features>"),
            ("this function is not supported by the connection driver: cow feature may only be "
            "used for 'fs' and 'dir' pools"),
        ),
        (
            pool("logical", "<refresh><volume allocation='x'/></refresh>"),
            "unsupported configuration: unknown storage pool volume refresh allocation type x",
        ),
    ],
)  # fmt: skip
def test_what_it_is_refused_for(refused, text, message):
    assert refused(text, StoragePool) == message


@pytest.mark.parametrize(
    ("options", "message"), [("<fs:option/>", "XML error: no fs mount option name specified")]
)
def test_options_it_is_refused_for(refused, options, message):
    text = FS.replace("<fs:option name='noatime'/>", options)
    assert refused(text, BackedPool) == message


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("", "no rbd option name specified"),
        ("name=''", "empty rbd option name specified"),
        ("name='a'", "no rbd option value specified for name 'a'"),
        ("name='a' value=''", "empty rbd option value specified for name 'a'"),
    ],
)
def test_ceph_options_it_is_refused_for(refused, option, message):
    text = RBD.replace("name='a' value='b'", option)
    assert refused(text, BackedPool) == f"XML error: {message}"


def test_a_source_alone():
    source = read("<source><host name='h'/></source>", PoolSource, facts="netfs")
    assert source.hosts[0].name == "h"
    assert source.source_format == "auto"


def test_every_type_has_its_kind():
    assert set(KINDS) == set(POOL_TYPES)


@pytest.mark.parametrize(
    ("path", "clean"),
    [
        ("/a//b/", "/a/b"),
        ("///a", "/a"),
        ("//", "//"),
        ("/", "/"),
        ("a/b", "a/b"),
        ("h://x//y", "h://x//y"),
    ],
)
def test_clean_paths(path, clean):
    assert clean_path(path) == clean


@pytest.mark.parametrize(
    ("owner", "shown"),
    [("-1", None), ("4294967295", None), ("4294967294", "<owner>-2</owner>"), ("5", "<owner>5</")],
)
def test_owners(owner, shown):
    inside = f"<target><path>/t</path><permissions><owner>{owner}</owner></permissions></target>"
    text = read(pool("dir", inside), StoragePool).format()
    assert "<permissions>" not in text if shown is None else shown in text


def test_sources_that_were_found(round_trip):
    text = (
        "<sources>\n  <source>\n    <device path='/dev/sda20'/>\n    <name>vg</name>\n"
        "    <format type='lvm2'/>\n  </source>\n</sources>\n"
    )
    model = round_trip(text, PoolSources, facts="logical")
    assert model.sources[0].name == "vg"


def test_a_path_finds_what_is_in_the_second_of_two_elements() -> None:
    pool = read(
        "<pool type='dir'><name>p</name><target><path>/a</path></target><refresh/>"
        "<target><path>/b</path><permissions><mode>0700</mode></permissions></target>"
        "<refresh><volume allocation='capacity'/></refresh></pool>",
        StoragePool,
    )
    assert (pool.target.path, pool.target.permissions.mode) == ("/a", 0o700)
    assert pool.refresh == "capacity"
