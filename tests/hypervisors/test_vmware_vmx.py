"""vmware-vmx: what becomes of entries, both ways, and libvirt's complaints."""

from __future__ import annotations

import pytest

from vsh.errors import ConfigUnsupported, Error, InternalError
from vsh.hypervisors.native import to_native
from vsh.hypervisors.vmware import vmx as vmware_vmx
from vsh.hypervisors.vmware.entries import unescape
from vsh.hypervisors.vmware.write import escape

BASE = 'config.version = "8"\nvirtualHW.version = "8"\ndisplayName = "guest"\n'


def read(text: str, files: vmware_vmx.Files | None = None) -> object:
    """The domain of the base and some more lines."""
    return vmware_vmx.read(BASE + text, files)


def document(devices: str = "", more: str = "", arch: str = "x86_64", kind: str = "vmware") -> str:
    """A small document."""
    return (
        f"<domain type='{kind}'><name>g|u/e</name>"
        "<uuid>564d9bef-acd9-b4e0-c8f0-aea8b9103515</uuid><memory unit='MiB'>512</memory>"
        f"<vcpu>4</vcpu>{more}<os><type arch='{arch}'>hvm</type></os>"
        f"<devices>{devices}</devices></domain>"
    )


def test_the_least() -> None:
    domain = read("")
    assert domain.name == "guest"
    assert (domain.memory, domain.vcpus, domain.os.arch) == (32 * 1024, 1, "i686")
    assert domain.uuid == "00000000-0000-0000-0000-000000000000"
    assert domain.videos[0].vram == 4096


def test_machine() -> None:
    domain = read(
        'memsize = "1024"\nsched.mem.max = "512"\nnumvcpus = "4"\ncpuid.coresPerSocket = "2"\n'
        'sched.cpu.affinity = "0,1,2,5"\nsched.cpu.shares = "high"\nguestOS = "other-64"\n'
        'firmware = "efi"\nuefi.secureBoot.enabled = "TRUE"\nannotation = "a|0Ab"\n'
    )
    assert (domain.memory, domain.current_memory) == (1024 * 1024, 512 * 1024)
    assert (domain.cpu.sockets, domain.cpu.cores) == (2, 2)
    assert (domain.vcpu_cpuset, domain.cputune.shares) == ("0-2,5", 8000)
    assert (domain.os.arch, domain.os.firmware) == ("x86_64", "efi")
    assert [feature.name for feature in domain.os.features] == ["enrolled-keys", "secure-boot"]
    assert domain.description == "a\nb"


def test_disks_and_their_controllers() -> None:
    domain = read(
        'scsi0.present = "true"\nscsi0.virtualDev = "pvscsi"\n'
        'scsi0:8.present = "true"\nscsi0:8.fileName = "a.VMDK"\nscsi0:8.writeThrough = "true"\n'
        'ide1:0.present = "true"\nide1:0.deviceType = "cdrom-raw"\nide1:0.fileName = "auto '
        'detect"\n'
        'sata0.present = "true"\nsata0:0.present = "true"\nsata0:0.fileName = "b.iso"\n'
        'floppy1.present = "true"\nfloppy1.fileType = "file"\nfloppy1.fileName = "c.flp"\n'
    )
    shown = [(d.target, d.bus, d.device, d.type, d.source.path) for d in domain.disks]
    assert shown == [
        ("sdh", "scsi", "disk", "file", "a.VMDK"),
        ("sda", "sata", "cdrom", "file", "b.iso"),
        ("hdc", "ide", "lun", "block", None),
        ("fdb", "fdc", "floppy", "file", "c.flp"),
    ]
    assert domain.disks[0].address.numbers() == (0, 0, 0, 8)
    assert domain.disks[0].cache == "writethrough"
    assert domain.disks[2].source.startup_policy == "optional"
    assert [(c.type, c.model) for c in domain.controllers] == [
        ("scsi", "vmpvscsi"), ("sata", None), ("fdc", None), ("ide", None),
    ]  # fmt: skip


def test_network_cards() -> None:
    domain = read(
        'ethernet0.present = "true"\nethernet0.networkName = "lan"\nethernet0.virtualDev = '
        '"vmxnet"\n'
        'ethernet0.features = "15"\nethernet0.addressType = "static"\n'
        'ethernet0.address = "00:50:56:11:22:33"\nethernet0.checkMACAddress = "false"\n'
        'ethernet2.present = "true"\nethernet2.connectionType = "nat"\n'
    )
    first, second = domain.interfaces
    assert (first.type, first.source.bridge, first.model) == ("bridge", "lan", "vmxnet2")
    assert (first.mac, first.mac_type, first.mac_check) == ("00:50:56:11:22:33", "static", False)
    assert second.type == "user"


def test_ports() -> None:
    domain = read(
        'serial0.present = "true"\nserial0.fileType = "network"\n'
        'serial0.fileName = "telnet://h:23"\nserial0.network.endPoint = "client"\n'
        'serial1.present = "true"\nserial1.fileType = "pipe"\nserial1.fileName = "p"\n'
        'parallel0.present = "true"\nparallel0.fileType = "device"\nparallel0.fileName = '
        '"/dev/lp"\n'
    )
    first, second = domain.serials
    assert (first.type, first.protocol, first.sources[0].service) == ("tcp", "telnet", "23")
    assert (second.type, second.sources[0].path) == ("pipe", "p")
    assert domain.parallels[0].type == "dev"


class Server(vmware_vmx.Files):
    """A server with one store."""

    datacenter_path = "here/there"

    def read(self, name: str, *, may_miss: bool = False) -> str | None:
        return None if may_miss else f"[store] {name}"

    def write(self, name: str) -> str:
        return name.removeprefix("[store] ")

    def controller_model(self, disk: object) -> str | None:
        return "buslogic"


def test_a_server_knows_its_files() -> None:
    domain = read(
        'ide0:0.present = "true"\nide0:0.fileName = "a.vmdk"\n'
        'ide0:1.present = "true"\nide0:1.fileName = "b.iso"\n',
        Server(),
    )
    assert [disk.source.path for disk in domain.disks] == ["[store] a.vmdk", None]
    assert "<vmware:datacenterpath>here/there</vmware:datacenterpath>" in domain.format()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            'memsize = "7"\n',
            "Expecting VMX entry 'memsize' to be an unsigned integer (multiple of 4) but found 7",
        ),
        ('numvcpus = "x"\n', "Config entry 'numvcpus' must represent an integer value"),
        (
            'numvcpus = "0"\n',
            "Expecting VMX entry 'numvcpus' to be an unsigned integer greater than 0 but found 0",
        ),
        (
            'scsi0.present = "maybe"\n',
            "Config entry 'scsi0.present' must represent a boolean value (true|false)",
        ),
        ('uuid.bios = "12"\n', "Could not parse UUID from string '12'"),
        ('annotation = "|zz"\n', "VMX entry 'annotation' contains invalid escape sequence"),
        ('firmware = "bios"\n', "VMX entry 'firmware' has unknown value 'bios'"),
        ('.encoding = "nonsense"\n', "libxml2 doesn't handle nonsense encoding"),
        (
            'ethernetx.present = "1"\n',
            "failed to parse the index of the VMX key 'ethernetx.present'",
        ),
        (
            'numvcpus = "2"\nsched.cpu.affinity = "1"\n',
            (
                "Expecting VMX entry 'sched.cpu.affinity' to contain at least as many values as "
                "'numvcpus' (2) but found only 1 value(s)"
            ),
        ),
        (
            'ide0:0.present = "true"\nide0:0.fileName = "a.img"\n',
            (
                "Invalid or not yet handled value 'a.img' for VMX entry 'ide0:0.fileName' for "
                "device type 'unknown'"
            ),
        ),
        (
            'ethernet0.present = "true"\nethernet0.connectionType = "hostonly"\n',
            "No yet handled value 'hostonly' for VMX entry 'ethernet0.connectionType'",
        ),
    ],
)
def test_complaints_of_reading(text: str, words: str) -> None:
    with pytest.raises(InternalError) as caught:
        read(text)
    assert str(caught.value) == f"internal error: {words}"


def test_versions() -> None:
    with pytest.raises(InternalError, match=r"Missing essential config entry 'config\.version'"):
        vmware_vmx.read('displayName = "x"')
    with pytest.raises(InternalError, match="to be 8 but found 7"):
        vmware_vmx.read('config.version = "7"\n')
    with pytest.raises(InternalError, match="4 or higher but found 3"):
        vmware_vmx.read('config.version = "8"\nvirtualHW.version = "3"\n')


def test_writing() -> None:
    text = to_native(
        "vmware-vmx",
        document(
            "<disk type='file' device='disk'><source file='a.vmdk'/>"
            "<target dev='sdb' bus='scsi'/></disk>"
            "<controller type='scsi' index='0' model='lsilogic'/>"
            "<interface type='bridge'><mac address='00:0c:29:00:00:01'/>"
            "<source bridge='lan'/><model type='e1000'/></interface>",
            "<cputune><shares>4000</shares></cputune>",
        ),
    )
    assert 'displayName = "g|7cu%2fe"\n' in text
    assert 'uuid.bios = "56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 10 35 15"\n' in text
    assert 'sched.cpu.shares = "normal"\n' in text
    assert 'scsi0.virtualDev = "lsilogic"\nscsi0:1.present = "true"\n' in text
    assert 'ethernet0.generatedAddress = "00:0c:29:00:00:01"\n' in text
    again = vmware_vmx.read(text)
    assert again.name == "g|u/e"
    assert (again.disks[0].target, again.interfaces[0].model) == ("sdb", "e1000")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            document(kind="test"),
            "internal error: Expecting virt type to be 'vmware' but found 'test'",
        ),
        (
            document("<graphics type='sdl'/>"),
            "unsupported configuration: Unsupported graphics type 'sdl'",
        ),
        (
            document("<interface type='ethernet'/>"),
            "unsupported configuration: Unsupported net type 'ethernet'",
        ),
        (
            document("<disk type='file'><source file='a.img'/><target dev='hda'/></disk>"),
            (
                "internal error: Image file for ide disk 'hda' has unsupported suffix, expecting "
                "'.vmdk'"
            ),
        ),
        (
            document("<disk type='file'><source file='a.vmdk'/><target dev='vda'/></disk>"),
            "unsupported configuration: Unsupported disk address type 'none'",
        ),
        (
            document("<serial type='unix'><source path='/x' mode='bind'/></serial>"),
            "unsupported configuration: Unsupported character device type 'unix'",
        ),
        (
            document(more="<cpu><topology sockets='1' cores='1' threads='4'/></cpu>"),
            "unsupported configuration: Only 1 thread per core is supported",
        ),
    ],
)
def test_complaints_of_writing(text: str, words: str) -> None:
    with pytest.raises(Error) as caught:
        to_native("vmware-vmx", text)
    assert str(caught.value) == words


def test_a_controller_that_nobody_knows() -> None:
    text = document(
        "<disk type='file'><source file='a.vmdk'/><target dev='sda' bus='scsi'/></disk>"
        "<controller type='scsi' index='0' model='auto'/>"
    )
    with pytest.raises(InternalError, match="but found 'auto'"):
        to_native("vmware-vmx", text)


def test_an_architecture_that_vmware_has_not() -> None:
    with pytest.raises(ConfigUnsupported):
        to_native("vmware-vmx", document(arch="ppc64"))


@pytest.mark.parametrize("text", ['a|b"c', "50% / \\", "ünï"])
def test_escapes(text: str) -> None:
    assert unescape(unescape(escape(escape(text, "|"), "%"), "%"), "|") == text


def test_huge_numbers_cost_nothing() -> None:
    domain = read(
        'isolation.tools.hgfs.disable = "false"\nsharedFolder.maxNum = "999999999999"\n'
        'sharedFolder7.present = "true"\nsharedFolder7.enabled = "true"\n'
        'sharedFolder7.hostPath = "/h"\nsharedFolder7.guestName = "g"\n'
        'ethernet2000000000.present = "false"\n'
    )
    assert [folder.target for folder in domain.filesystems] == ["g"]
    assert domain.interfaces == []


NVME = (
    'nvme0.present = "TRUE"\nnvme0.pciSlotNumber = "224"\nnvme1.present = "TRUE"\n'
    'nvme0:2.present = "TRUE"\nnvme0:2.fileName = "b.vmdk"\n'
    'nvme1:14.present = "TRUE"\nnvme1:14.fileName = "a.vmdk"\n'
    'ide0:0.present = "TRUE"\nide0:0.fileName = "c.vmdk"\n'
)


def test_nvme_disks() -> None:
    domain = read(NVME)
    assert [(d.target, d.bus, d.address.numbers()) for d in domain.disks] == [
        ("hda", "ide", (0, 0, 0, 0)), ("nvme0n3", "nvme", (0, 0, 0, 2)),
        ("nvme1n15", "nvme", (1, 0, 0, 14)),
    ]  # fmt: skip
    assert [(c.type, c.index, c.address and c.address.bus) for c in domain.controllers] == [
        ("nvme", 0, 7), ("nvme", 1, None), ("ide", 0, None),
    ]  # fmt: skip


def test_nvme_disks_both_ways() -> None:
    document = read(NVME).format()
    text = to_native("vmware-vmx", document)
    assert 'virtualHW.version = "13"' in text
    assert vmware_vmx.read(text).format() == document


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("33", (0, 1, 1, 0)), ("160", (0, 5, 0, 0)), ("192", (0, 6, 0, 0)),
        ("1184", (0, 5, 0, 1)), ("4095", (0, 31, 31, 3)), ("-1", None),
    ],
)  # fmt: skip
def test_slots_of_pci(number: str, place: tuple[int, ...] | None) -> None:
    domain = read(
        'ethernet0.present = "TRUE"\nethernet0.networkName = "n"\n'
        f'ethernet0.addressType = "generated"\nethernet0.generatedAddress = "00:0c:29:01:02:03"\n'
        f'ethernet0.pciSlotNumber = "{number}"\n'
    )
    address = domain.interfaces[0].address
    assert (address and address.numbers()[:4]) == place
    written = to_native("vmware-vmx", domain.format())
    assert (f'ethernet0.pciSlotNumber = "{number}"\n' in written) == (place is not None)


def test_two_uuids_and_variables() -> None:
    bios, managed = "56 4d 01 02 03 04 05 06-07 08 09 0a 0b 0c 0d 0e", "50 2a" + " 01" * 6
    managed += "-" + " ".join(["02"] * 8)
    text = f'uuid.bios = "{bios}"\nvc.uuid = "{managed}"\nfirmware = "efi"\nnvram = "w.nvram"\n'
    domain = read(text)
    assert domain.uuid == "502a0101-0101-0101-0202-020202020202"
    assert domain.hwuuid == "564d0102-0304-0506-0708-090a0b0c0d0e"
    assert domain.os.nvram.path == "w.nvram"
    written = to_native("vmware-vmx", domain.format())
    assert all(line in written for line in text.splitlines())
    assert read(f'uuid.bios = "{bios}"\n').uuid == "564d0102-0304-0506-0708-090a0b0c0d0e"


def test_a_workstation_boots_from_its_disk_and_a_server_says_nothing() -> None:
    assert [boot.dev for boot in read("").os.boot] == ["hd"]
    assert read("", vmware_vmx.Files()).os.boot == []


@pytest.mark.parametrize("address", ["tcp://:4001", "", "vSPC.py", "tcp://h", "h:1", "tcp://a b:4"])
def test_a_serial_port_without_a_host_leads_nowhere(address: str) -> None:
    domain = read(
        f'serial0.present = "TRUE"\nserial0.fileType = "network"\nserial0.fileName = "{address}"\n'
    )
    assert [(port.type, port.sources) for port in domain.serials] == [("null", [])]
    assert "<console type='null'>" in domain.format()


def test_a_tpm() -> None:
    domain = read('vtpm.present = "TRUE"\nfirmware = "efi"\n')
    assert [(t.model, t.backends[0].version) for t in domain.tpms] == [("tpm-crb", "2.0")]
    written = to_native("vmware-vmx", domain.format())
    assert 'virtualHW.version = "14"\n' in written
    assert 'vtpm.present = "TRUE"\n' in written


def test_scsi_targets_of_new_hardware() -> None:
    """From version 13 on a controller takes 64 numbers."""
    text = 'config.version = "8"\nvirtualHW.version = "13"\ndisplayName = "g"\n'
    text += 'scsi1.present = "true"\nscsi1:8.present = "true"\nscsi1:8.fileName = "a.vmdk"\n'
    domain = vmware_vmx.read(text)
    assert [(d.target, d.address.numbers()) for d in domain.disks] == [("sdbt", (1, 0, 0, 8))]
