"""bhyve-argv: what becomes of options, both ways, and libvirt's complaints."""

from __future__ import annotations

import pytest

from vsh.errors import Error
from vsh.hypervisors.bhyve import argv as bhyve_argv
from vsh.hypervisors.bhyve import host as bhyve_host
from vsh.xml.domain import Domain
from vsh.xml.engine import flags
from vsh.xml.engine.reader import read as read_document

RUN = "/usr/sbin/bhyve -c 2 -m 214 -A -I -u -H -P -s 0:0,hostbridge"


def command(text: str) -> Domain:
    """The domain of one command with some more options."""
    return bhyve_argv.read(f"{RUN} {text} guest\n")


def convert(devices: str = "", more: str = "", host: bhyve_argv.Host | None = None) -> str:
    """The command lines for a small document."""
    document = (
        "<domain type='bhyve'><name>guest</name><memory unit='MiB'>214</memory><os>"
        f"<type>hvm</type></os>{more}<devices>"
        f"<disk type='file'><source file='/d'/><target dev='sda' bus='sata'/></disk>{devices}"
        "</devices></domain>"
    )
    domain = read_document(document, Domain, flags=flags.INACTIVE)
    host = host or bhyve_argv.Host()
    bhyve_argv.BhyveDefaults(many_disks="AHCI32SLOT" in host.capabilities).complete(domain)
    return bhyve_argv.write(domain, host)


def test_the_machine() -> None:
    domain = command("-U 00000000-0000-0000-0000-000000000001 -S")
    assert (domain.name, domain.vcpus, domain.memory) == ("guest", 2, 214 * 1024)
    assert (domain.features.acpi, domain.features.apic) == (True, True)
    assert (domain.clock.offset, domain.uuid[-1]) == ("utc", "1")
    assert domain.memory_backing.locked


def test_devices() -> None:
    domain = command(
        "-s 2:0,ahci-hd,/tmp/a.img -s 3,ahci-cd,/tmp/b.iso -s 4,virtio-blk,/dev/zvol "
        "-s 5,virtio-net,tap3,mac=52:54:00:00:00:01 -s 6,e1000,vale0 -l com1,/dev/nmdm0A "
        "-s 7:1,fbuf,tcp=0.0.0.0:5901,w=800,h=600,vga=off -s 8,virtio-rnd"
    )
    shown = [(d.target, d.device, d.type, d.address.slot) for d in domain.disks]
    assert shown == [
        ("sda", "disk", "file", 2), ("sdb", "cdrom", "file", 3), ("vda", "disk", "block", 4),
    ]  # fmt: skip
    assert [(c.target, c.mac) for c in domain.interfaces] == [("tap3", "52:54:00:00:00:01")]
    assert domain.serials[0].sources[0].slave == "/dev/nmdm0B"
    assert (domain.graphics[0].port, domain.videos[0].x, domain.videos[0].vgaconf) == (
        5901, 800, "off",
    )  # fmt: skip
    assert domain.rngs[0].backends[0].path == "/dev/random"


def test_loaders() -> None:
    loader = "/usr/sbin/bhyveload -m 214 -d /a guest\n"
    assert bhyve_argv.read(f"{loader}{RUN} -s 2,virtio-blk,/a guest").bootloader is None
    other = bhyve_argv.read(f"/boot/my --flag 'a b'\n{RUN} \\\n-s 2,virtio-blk,/a \\\nguest\n")
    assert (other.bootloader, other.bootloader_args) == ("/boot/my", "--flag a b")
    assert other.name == "guest"


@pytest.mark.parametrize(("text", "size"), [("214", 214 * 1024), ("1G", 2**20), ("2097152", 2048)])
def test_sizes(text: str, size: int) -> None:
    assert bhyve_argv.read(f"/usr/sbin/bhyve -m {text} guest").memory == size


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ls", "internal error: Failed to convert the command string to argv-lists"),
        ("/usr/sbin/bhyve -m x g", "operation failed: Failed to parse memory"),
        ("/usr/sbin/bhyve -m 1km g", "operation failed: Failed to parse memory"),
        ("/usr/sbin/bhyve -m 1 -m 2 g", "operation failed: Failed to parse memory: size mismatch"),
        ("/usr/sbin/bhyve -c x g", "operation failed: Failed to parse number of vCPUs"),
        ("/usr/sbin/bhyve -c g", "invalid argument: Missing argument for '-c'"),
        ("/usr/sbin/bhyve -U x g", "internal error: Cannot parse UUID 'x'"),
        ("/usr/sbin/bhyve a g", "operation failed: Failed to parse arguments for bhyve command"),
        (
            "/usr/sbin/bhyveload -m 1 -d /x h\n/usr/sbin/bhyve -m 1 g",
            "operation failed: Failed to parse arguments: VM name mismatch",
        ),
        (
            "/usr/sbin/bhyve -l com3,/dev/nmdm0A g",
            "operation failed: Failed to parse com3: only com1 and com2 supported.",
        ),
        (
            "/usr/sbin/bhyve -l com1,/dev/x g",
            "operation failed: Failed to set com port com1: does not start with '/dev/nmdm'.",
        ),
    ],
)
def test_complaints_of_reading(text: str, words: str) -> None:
    with pytest.raises(Error) as caught:
        bhyve_argv.read(text)
    assert str(caught.value) == words


def test_command_lines() -> None:
    load, run = convert(
        "<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='b'/>"
        "<model type='virtio'/></interface><serial type='nmdm'>"
        "<source master='/dev/nmdm0A' slave='/dev/nmdm0B'/></serial>"
    ).split("\n")
    assert load == "/usr/sbin/bhyveload -m 214 -d /d guest"
    assert run == (
        "/usr/sbin/bhyve -c 1 -m 214 -u -H -P -s 0:0,hostbridge -s 1:0,lpc -s 2:0,ahci,hd:/d "
        "-s 3:0,virtio-net,tap0,mac=52:54:00:00:00:01 -l com1,/dev/nmdm0A guest"
    )


def test_one_controller_for_each_disk_of_an_old_bhyve() -> None:
    host = bhyve_argv.Host()
    host.capabilities = bhyve_host.CAPABILITIES - {"AHCI32SLOT"}
    disk = "<disk type='file'><source file='/e'/><target dev='sdb' bus='sata'/></disk>"
    assert "-s 2:0,ahci-hd,/d -s 3:0,ahci-hd,/e guest" in convert(disk, host=host)


def test_a_loader_of_its_own() -> None:
    load = convert(more="<bootloader>/usr/local/sbin/grub-bhyve</bootloader>").split("\n")[0]
    assert load == (
        "/usr/local/sbin/grub-bhyve --root hd0,msdos1 --device-map '<device.map>' --memory 214 "
        "guest"
    )


class Firmware(bhyve_argv.Host):
    """A host with some firmware files."""

    firmware_folder = "/fw"
    names: tuple[str, ...] = ()

    def firmwares(self) -> list[str]:
        return list(self.names)


def test_firmware_is_chosen() -> None:
    document = (
        "<domain type='bhyve'><name>g</name><memory>1024</memory>"
        "<os firmware='efi'><type>hvm</type></os></domain>"
    )
    host = Firmware()
    host.names = (".hidden", "a.fd", "BHYVE_UEFI.fd")
    domain = read_document(document, Domain, flags=flags.INACTIVE)
    bhyve_argv.BhyveDefaults().complete(domain)
    assert "-l bootrom,/fw/BHYVE_UEFI.fd" in bhyve_argv.write(domain, host)
    host.names = ()
    with pytest.raises(Error, match="no firmwares found in /fw"):
        bhyve_argv.write(domain, host)


@pytest.mark.parametrize(
    ("devices", "words"),
    [
        ("<interface type='bridge'><source bridge='b'/></interface>", "NIC model is not supported"),
        (
            "<disk type='file'><source file='/x'/><target dev='hda' bus='ide'/></disk>",
            "unsupported controller device",
        ),
        ("<graphics type='vnc'/><video/>", "Graphics are only supported when booting using UEFI"),
        ("<serial type='pty'/>", "only nmdm console types are supported"),
        ("<sound model='ac97'/>", "Sound device model is not supported"),
        (
            "<filesystem type='block'><source dev='/x'/><target dir='y'/></filesystem>",
            "unsupported filesystem type 'block'",
        ),
    ],
)
def test_complaints_of_writing(devices: str, words: str) -> None:
    with pytest.raises(Error) as caught:
        convert(devices)
    assert str(caught.value) == f"unsupported configuration: {words}"


def test_an_address_that_is_given_twice() -> None:
    address = "<address type='pci' domain='0' bus='0' slot='5' function='0'/>"
    cards = f"<interface type='bridge'><source bridge='b'/>{address}</interface>" * 2
    with pytest.raises(Error, match="Attempted double use of PCI Address 0000:00:05"):
        convert(cards)


def test_a_display_that_does_not_listen() -> None:
    domain = command("-s 7,fbuf,vga=on")
    assert "<graphics type='vnc'/>" in domain.format()
