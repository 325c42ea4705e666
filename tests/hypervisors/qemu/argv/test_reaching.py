"""Every part of a disk's model reaches QEMU, is refused, or is listed with the reason why not."""

from __future__ import annotations

from tests.hypervisors.qemu.argv.reaching import Reach, newest
from vsh.errors import Error
from vsh.hypervisors.qemu.argv.host import Host

_FRAME = """<domain type='qemu'>
  <name>ref</name>
  <uuid>5c1cd1a2-6a4b-4d7e-9c0f-000000000001</uuid>
  <memory unit='MiB'>256</memory>
  <memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
  <vcpu>2</vcpu>
  <iothreads>3</iothreads>
  <throttlegroups><throttlegroup><group_name>w</group_name><total_bytes_sec>9</total_bytes_sec>
  </throttlegroup></throttlegroups>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='scsi' model='virtio-scsi'/>{}
  </devices>
</domain>
"""
_IMAGE = "<driver name='qemu' type='qcow2'/><source file='/srv/a'/>"
_DISKS = (
    "<disk type='file'><driver name='qemu' type='qcow2' iothread='1'/><source file='/srv/a'>"
    "<slices><slice type='storage' offset='512' size='512'/></slices>"
    "<encryption format='luks'><secret type='passphrase' usage='u'/></encryption></source>"
    "<backingStore type='file'><format type='qcow2'/><source file='/srv/b'/></backingStore>"
    "<target dev='vda' bus='virtio'/></disk>",
    "<disk type='file'><driver name='qemu' type='qcow2' queues='2'><iothreads><iothread id='1'>"
    "<queue id='0'/><queue id='1'/></iothread></iothreads></driver><source file='/srv/a'>"
    "<dataStore type='file'><format type='raw'/><source file='/srv/d'/></dataStore></source>"
    "<target dev='vda' bus='virtio'/><throttlefilters><throttlefilter group='w'/>"
    "</throttlefilters></disk>",
    f"<disk type='file'>{_IMAGE}<target dev='sda' bus='scsi'/></disk>",
    f"<disk type='file'>{_IMAGE}<target dev='sda' bus='usb'/></disk>",
    "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='/srv/a'/>"
    "<target dev='sda' bus='sata'/></disk>",
    "<disk type='file'><driver name='qemu' type='raw'><statistics><statistic interval='5'/>"
    "</statistics></driver><source file='/srv/a'/><target dev='sda' bus='sata'/></disk>",
    "<disk type='block' device='lun'><driver name='qemu' type='raw'/><source dev='/dev/sdx'>"
    "<reservations managed='no'><source type='unix' path='/p' mode='client'/></reservations>"
    "</source><target dev='sda' bus='scsi'/></disk>",
    "<disk type='vhostuser' snapshot='no'><driver name='qemu' type='raw'/>"
    "<source type='unix' path='/s'><reconnect enabled='yes' timeout='9'/></source>"
    "<target dev='vda' bus='virtio'/></disk>",
    "<disk type='vhostvdpa'><driver name='qemu' type='raw' cache='none'/>"
    "<source dev='/dev/vhost-vdpa-0'/><target dev='vda' bus='virtio'/></disk>",
    "<disk type='nvme'><driver name='qemu' type='raw'/><source type='pci' managed='yes'"
    " namespace='1'><address domain='0' bus='1' slot='0' function='0'/></source>"
    "<target dev='vda' bus='virtio'/></disk>",
    "<disk type='dir'><driver name='qemu' type='fat'/><source dir='/srv'/><readonly/>"
    "<target dev='vda' bus='virtio'/></disk>",
    *(
        f"<disk type='network'><driver name='qemu' type='raw'/><source protocol='{protocol}'"
        f" name='{name}'><host name='h'{port}/>{inner}</source><target dev='vda' bus='virtio'/>"
        "</disk>"
        for protocol, name, port, inner in (
            ("nbd", "e", " port='1'", ""),
            ("nbd", "e", " port='1'", "<reconnect delay='4'/>"),
            ("rbd", "p/i", " port='1'", "<auth username='u'><secret type='ceph' usage='s'/></auth>"
             "<encryption format='luks' engine='librbd'><secret type='passphrase' usage='u'/>"
             "</encryption>"),
            ("https", "i", "", "<cookies><cookie name='a'>b</cookie></cookies>"),
            ("nfs", "/e", "", ""),
            ("ssh", "/e", "", ""),
            ("iscsi", "iqn/1", "", "<initiator><iqn name='i'/></initiator>"),
        )
    ),
)  # fmt: skip
_ELSEWHERE = {}


class _Knowing(Host):
    """A host that knows secrets, open files and accounts."""

    nbd_certificates = "/etc/pki/qemu"

    def secret(self, name: str, wanted: object) -> dict[str, str]:
        return {"data": str(getattr(wanted, "usage", wanted)) + str(getattr(wanted, "uuid", ""))}

    def group(self, name: str) -> tuple[list[int], bool]:
        return [7], True

    def account(self, text: str, *, group: bool) -> int:
        return 1


def test_disks() -> None:
    documents = [_FRAME.format(disk) for disk in _DISKS]
    assert Reach(newest(), _Knowing()).silent(documents, "disks") == set(_ELSEWHERE)
