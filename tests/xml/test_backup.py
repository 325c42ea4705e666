"""Backups."""

from __future__ import annotations

import pytest

from vsh.errors import ConfigUnsupported
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.engine.flags import INTERNAL
from vsh.xml.engine.reader import read
from vsh.xml.moment.backup import DomainBackup
from vsh.xml.shared.image import Source

PULL = """<domainbackup mode='pull'>
  <incremental>1525889631</incremental>
  <server transport='unix' tls='yes' socket='/run/s' fdgroup='g'/>
  <disks>
    <disk name='vda' backup='yes' state='running' type='file' backupmode='incremental' incremental='c' exportname='e' exportbitmap='b' index='7'>
      <driver type='qcow2'/>
      <scratch file='/path/to/file'/>
    </disk>
    <disk name='vdb' backup='no'/>
  </disks>
  <privateData>
    <objects>
      <secret type='tlskey' alias='k'/>
      <TLSx509 alias='o'/>
    </objects>
  </privateData>
</domainbackup>
"""  # noqa: E501 - one line of libvirt's
TCP = """<domainbackup mode='pull'>
  <server transport='tcp' name='localhost' port='10809'/>
</domainbackup>
"""
PUSH = """<domainbackup mode='push'>
  <disks>
    <disk name='vda' backup='yes' type='block' backupmode='full'>
      <target dev='/dev/x'/>
    </disk>
  </disks>
</domainbackup>
"""


def test_round_trips_use_every_field(round_trip, unused):
    models = [round_trip(PULL, DomainBackup, INTERNAL)]
    models += [round_trip(text, DomainBackup) for text in (TCP, PUSH)]
    left = unused(*models)
    left.pop("Source")  # the domain's own
    assert left == {}


def disk(target, **values):
    source = Source(file=f"/{target}.img")
    return Disk(**{"type": "file", "target": target, "source": source, **values})


def test_a_backup_of_everything():
    model = read("<domainbackup/>", DomainBackup)
    model.align([disk("vda"), disk("vdb", readonly=True)], "S")
    assert model.format() == (
        "<domainbackup mode='push'>\n  <disks>\n"
        "    <disk name='vda' backup='yes' type='file' backupmode='full'>\n"
        "      <target file='/vda.img.S'/>\n    </disk>\n"
        "    <disk name='vdb' backup='no'/>\n  </disks>\n</domainbackup>\n"
    )


def test_disks_that_are_not_named_take_no_part():
    model = read(PUSH, DomainBackup)
    model.align([disk("vda"), disk("vdb")], "S")
    assert [(one.name, one.backup) for one in model.disks] == [("vda", True), ("vdb", False)]


@pytest.mark.parametrize(
    ("inside", "disks", "message"),
    [
        ("", [], "domain must have at least one disk to perform backup"),
        ("<disk name='x'/>", [disk("vda")], "no disk named 'x'"),
        ("<disk name='vda'/><disk name='vda'/>", [disk("vda")], "disk 'vda' specified twice"),
        ("<disk name='vda'/>", [disk("vda", source=Source())], "disk 'vda' has no media"),
        (
            "<disk name='vda'/>",
            [disk("vda", type="block", source=Source(dev="/dev/x"))],
            "refusing to generate file name for disk 'vda'",
        ),
        (
            "<disk name='vda' backupmode='incremental'/>",
            [disk("vda")],
            (
                "'incremental' backup mode of disk 'vda' requires setting 'incremental' field for "
                "disk or backup"
            ),
        ),
    ],
)
def test_what_does_not_fit_the_guest(inside, disks, message):
    model = read(f"<domainbackup><disks>{inside}</disks></domainbackup>", DomainBackup)
    with pytest.raises(ConfigUnsupported) as caught:
        model.align(disks, "S")
    assert str(caught.value) == f"unsupported configuration: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<domainbackup mode='x'/>", "unsupported configuration: unknown backup mode 'x'"),
        (
            "<domainbackup><server name='h'/></domainbackup>",
            "unsupported configuration: use of <server> requires pull mode backup",
        ),
        (TCP.replace(" name='localhost'", ""), "XML error: missing name for host"),
        (
            TCP.replace("tcp", "rdma"),
            "unsupported configuration: transport rdma is not supported for <server>",
        ),
        (
            TCP.replace("transport='tcp'", "transport='unix' socket='s'"),
            "XML error: backup socket path 's' must be absolute",
        ),
        (PUSH.replace("name='vda' ", ""), "XML error: missing name from disk backup element"),
        (PUSH.replace("'block'", "'dir'"), "XML error: unsupported disk backup type 'dir'"),
    ],
)
def test_what_it_is_refused_for(refused, text, message):
    assert refused(text, DomainBackup) == message
