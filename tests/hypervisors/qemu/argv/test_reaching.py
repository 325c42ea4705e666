"""Every part of a disk's model reaches QEMU, is refused, or is listed with the reason why not."""

from __future__ import annotations

from tests.hypervisors.qemu.argv.reaching import Reach, newest, parts
from vsh.hypervisors.qemu.argv.host import Host, Volume

_FRAME = """<domain type='qemu'>
  <name>ref</name>
  <uuid>5c1cd1a2-6a4b-4d7e-9c0f-000000000001</uuid>
  <memory unit='MiB'>256</memory>
  <memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>
  <vcpu>2</vcpu>
  <iothreads>3</iothreads>
  <throttlegroups><throttlegroup><group_name>w</group_name><total_bytes_sec>9</total_bytes_sec>
  </throttlegroup></throttlegroups>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='scsi' model='virtio-scsi'/>{}
  </devices>
</domain>
"""
_ELSEWHERE = {
    **dict.fromkeys(("Source.index", "BackingStore.index"), "what a start gives is not taken"),
    **dict.fromkeys(
        ("HostAddress.type", "HostAddress.uuid", "HostAddress.device", "HostAddress.port",
         "HostAddress.target", "HostAddress.unit"),
        "of host devices that are no NVMe disks",
    ),
    **dict.fromkeys(
        ("Disk.rom_bar", "Disk.rom_enabled", "Disk.rom_file"), "of cards and the host's devices"
    ),
    "Auth.type": "an older way to say what the secret's type says",
    "Disk.backend_domain": "of Xen",
    "Disk.has_driver": "says only that the element is there",
    "Disk.master_startport": "of USB controllers",
    "Disk.tray": "what a guest did with its drive, told while it runs",
    "Passphrase.type": "there is one",
    "Source.managed": "done with the host's device before QEMU starts",
}  # fmt: skip
"""What has no part in a command line, and why."""


class _Knowing(Host):
    """A host that knows secrets, open files and accounts."""

    nbd_certificates = "/etc/pki/qemu"

    def secret(self, name: str, wanted: object) -> dict[str, str]:
        return {"data": str(getattr(wanted, "usage", wanted)) + str(getattr(wanted, "uuid", ""))}

    def volume(self, pool: str | None, name: str | None) -> Volume:
        return Volume("block", f"/{pool}/{name}", "iscsi", target="t")

    def group(self, name: str) -> tuple[list[int], bool]:
        return [7], True

    def account(self, text: str, *, group: bool) -> int:
        return 1


def test_disks() -> None:
    documents = [_FRAME.format(disk) for disk in parts("disks")]
    assert Reach(newest(), _Knowing()).silent(documents, "disks", _ELSEWHERE) == set(_ELSEWHERE)
