"""xen-xl and xen-xm: what becomes of entries, both ways, and libvirt's complaints."""

from __future__ import annotations

import pytest

from vsh.errors import Error, NoNetwork
from vsh.hypervisors.native import to_native
from vsh.hypervisors.xen import xl as xen_xl
from vsh.hypervisors.xen import xm as xen_xm
from vsh.hypervisors.xen.xl_disk import DiskText

FULL = (
    'name = "guest"\nuuid = "c7a5fdb2-cdaf-9455-926a-d65c16db1809"\nmaxmem = 512\nmemory = 256\n'
    'builder = "hvm"\n'
)
PARA = FULL.replace('builder = "hvm"\n', "")


def document(devices: str = "", kind: str = "hvm", more: str = "") -> str:
    """A small document."""
    return (
        "<domain type='xen'><name>g</name><uuid>c7a5fdb2-cdaf-9455-926a-d65c16db1809</uuid>"
        f"<memory unit='MiB'>512</memory>{more}<os><type>{kind}</type></os>"
        f"<devices>{devices}</devices></domain>"
    )


def test_a_full_guest() -> None:
    domain = xen_xl.read(FULL + 'vcpus = 2\nmaxvcpus = "4"\ncpus = "0-1,3"\nboot = "dn"\nhap = 0\n')
    assert (domain.memory, domain.current_memory) == (512 * 1024, 256 * 1024)
    assert (domain.vcpus, domain.vcpu_current, domain.vcpu_cpuset) == (4, 2, "0-1,3")
    assert (domain.os.type, domain.os.machine) == ("hvm", "xenfv")
    assert [boot.dev for boot in domain.os.boot] == ["cdrom", "network"]
    assert (domain.features.acpi, domain.features.hap) == (True, False)
    assert (domain.clock.offset, domain.clock.basis) == ("variable", "utc")
    assert {device.bus for device in domain.inputs} == {"ps2"}


def test_a_paravirtual_guest() -> None:
    domain = xen_xl.read(PARA + 'kernel = "/k"\nroot = "/dev/xvda1"\nextra = "quiet"\n')
    assert (domain.os.type, domain.os.cmdline) == ("xen", "root=/dev/xvda1 quiet")
    assert domain.clock.adjustment == "reset"
    assert domain.consoles[0].target_type == "xen"


def test_cards() -> None:
    domain = xen_xl.read(
        PARA + 'vif = [ "mac=00:16:3e:00:00:01, bridge=br0.7,script=s,rate=8Mb/s", '
        '"type=vif,ip=10.0.0.1 ::1", "bridge=br1:1:2" ]\n'
    )
    first, second, third = domain.interfaces
    assert (first.source.bridge, first.vlan.tags[0].id, first.script) == ("br0", 7, "s")
    assert first.bandwidth.outbound[0].average == 1024
    assert (second.type, second.model) == ("ethernet", "netfront")
    assert [ip.family for ip in second.ips] == ["ipv4", "ipv6"]
    assert third.vlan.trunk == "yes"


def test_host_devices() -> None:
    domain = xen_xl.read(
        PARA
        + 'pci = [ "01:0c:1b.2,permissive=1", "01:13.0" ]\nusbdev = [ "hostbus=1,hostaddr=a" ]\n'
        'usbctrl = [ "type=qusb,version=1,ports=c" ]\n'
    )
    first, second, third = domain.hostdevs
    assert (first.source.address.domain, first.source.write_filtering) == ("0x0001", False)
    assert second.source.address.slot == "0x13"
    assert (third.type, third.source.address.device) == ("usb", "10")
    assert [(c.model, c.ports) for c in domain.controllers if c.type == "usb"] == [("qusb1", 12)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/dev/vg,raw,hda,rw", ("/dev/vg", "hda", "raw", None, True, False)),
        ("/a,,hdb,,devtype=cdrom", ("/a", "hdb", "raw", None, False, True)),
        ("format=qcow2, vdev=xvda, access=ro, backendtype=qdisk, target=/a,b=c",
         ("/a,b=c", "xvda", "qcow2", "qdisk", False, False)),
        ("phy:/dev/x,hdc:cdrom,r", ("/dev/x", "hdc", None, None, False, True)),
        ("vdev=hdc,cdrom", (None, "hdc", None, None, False, True)),
    ],
)  # fmt: skip
def test_disk_language(text: str, expected: tuple[object, ...]) -> None:
    disk = DiskText(text)
    assert (
        disk.path, disk.target, disk.format, disk.backend, disk.writable, disk.cdrom,
    ) == expected  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "/a,raw", "/a,zip,hda", "/a,raw,hda,rw,more", "vdev=hda", "/a,raw,hda,x=1"]
)
def test_disks_that_are_none(text: str) -> None:
    with pytest.raises(Error, match="disk '"):
        DiskText(text)


def test_xl_features() -> None:
    domain = xen_xl.read(
        FULL + 'nestedhvm = 0\ncpuid = "host,tm=0,sse3=1"\ntsc_mode = "native"\nhpet = 1\n'
        'spice = 1\nspicehost = "::1"\nspiceport = 5901\nspicedisable_ticketing = 1\n'
        'channel = [ "connection=socket,path=/s,name=n" ]\ndevice_model_args = [ "-x" ]\n'
        'max_event_channels = 9\nusbdevice = [ "mouse", "tablet" ]\n'
    )
    assert [(f.name, f.policy) for f in domain.cpu.features] == [
        ("vmx", "disable"), ("tm", "disable"), ("pni", "force"),
    ]  # fmt: skip
    assert [(t.name, t.mode) for t in domain.clock.timers] == [("tsc", "native"), ("hpet", None)]
    assert (domain.graphics[0].port, domain.graphics[0].mouse) == (5901, "server")
    assert domain.channels[0].sources[0].path == "/s"
    assert "<xen:arg value='-x'/>" in domain.format()
    assert domain.controllers[0].max_event_channels == 9
    assert [i.type for i in domain.inputs if i.bus == "usb"] == ["mouse", "tablet"]


def test_vnuma() -> None:
    domain = xen_xl.read(
        FULL + 'vcpus = 2\nvnuma = [ [ "pnode=0", "size=256", "vcpus=0", "vdistances=10,20" ], '
        '[ "pnode=1", "size=256", "vcpus=1", "vdistances=20,10" ] ]\n'
    )
    cells = domain.cpu.numa.cells
    assert [(cell.cpus, cell.memory) for cell in cells] == [("0", 262144), ("1", 262144)]
    assert [s.value for s in cells[1].distances] == [20, 10]


def test_ceph() -> None:
    disk = r"format=raw,vdev=hda,target=rbd:pool/image:mon_host=a\\:1\\;b\\:2"
    domain = xen_xl.read(FULL + f'disk = [ "{disk}" ]\n')
    source = domain.disks[0].source
    assert (source.protocol, source.name) == ("rbd", "pool/image")
    assert [(host.name, host.port) for host in source.hosts] == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("memory = 1\n", "internal error: config value name was missing"),
        (PARA + 'type = "x"\n', "unsupported configuration: type x is not supported"),
        (PARA + 'on_crash = "x"\n', "internal error: unexpected value x for on_crash"),
        (PARA + 'vcpus = "x"\n', "internal error: config value vcpus was malformed"),
        (
            PARA.replace("c7a5", "zzzz"),
            "configuration file syntax error: zzzzfdb2-cdaf-9455-926a-d65c16db1809 not parseable",
        ),
        (PARA + 'pci = [ "01" ]\n', "internal error: Malformed PCI address 01"),
        (PARA + 'vif = [ "mac=1" ]\n', "internal error: malformed mac address '1'"),
        (PARA + 'vif = [ "rate=fast" ]\n', "internal error: Invalid rate 'fast' specified"),
        (FULL + 'serial = "what:x"\n', "internal error: unknown chr device type 'what'"),
        (FULL + 'serial = "tcp:x"\n', "internal error: malformed char device string"),
        (
            FULL + 'cpuid = "0x1:eax"\n',
            (
                "configuration file syntax error: cpuid starting with 0x1:eax is not supported, "
                "only libxl format is"
            ),
        ),
        (
            FULL + 'cpuid = "host,tm=9"\n',
            "configuration file syntax error: Invalid libxl cpuid value: tm=9",
        ),
        (
            FULL + 'vnuma = [ [ "pnode=0" ] ]\n',
            "configuration file syntax error: Incomplete vnuma configuration for vnode 0",
        ),
    ],
)
def test_complaints_of_xl(text: str, words: str) -> None:
    with pytest.raises(Error) as caught:
        xen_xl.read(text)
    assert str(caught.value) == words


def test_xm_disks() -> None:
    domain = xen_xm.read(
        FULL + 'kernel = "/l"\ndisk = [ "phy:/dev/a,hda,w", "tap:qcow:/b,ioemu:hdb:cdrom,r", '
        '"nonsense", ",sda,w!" ]\nusbdevice = "tablet"\n'
    )
    shown = [(d.target, d.bus, d.driver_name, d.driver_type, d.device) for d in domain.disks]
    assert shown == [
        ("hda", "ide", "phy", "raw", "disk"),
        ("hdb", "ide", "tap", "qcow", "cdrom"),
        ("sda", "scsi", "phy", "raw", "disk"),
    ]
    assert domain.disks[2].shareable
    assert domain.os.loader == "/l"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FULL, "internal error: config value kernel was missing"),
        (
            FULL + 'kernel = "k"\nserial = [ "pty", "pty" ]\n',
            "unsupported configuration: Multiple serial devices are not supported by xen-xm",
        ),
        (
            FULL + 'kernel = "k"\ndisk = [ "tap:x:/a,hda,w" ]\n',
            "internal error: Unknown driver type x:/a",
        ),
    ],
)
def test_complaints_of_xm(text: str, words: str) -> None:
    with pytest.raises(Error) as caught:
        xen_xm.read(text)
    assert str(caught.value) == words


DEVICES = (
    "<disk type='block'><driver name='phy'/><source dev='/dev/a'/><target dev='hda'/></disk>"
    "<serial type='tcp'><source mode='bind' host='h' service='1'/><protocol type='raw'/></serial>"
    "<interface type='bridge'><mac address='00:16:3e:00:00:01'/><source bridge='br0'/>"
    "<model type='netfront'/></interface><sound model='ac97'/>"
    "<graphics type='vnc' port='5902'/>"
)


@pytest.mark.parametrize(("format", "card"), [("xen-xl", "vif"), ("xen-xm", "netfront")])
def test_writing(format: str, card: str) -> None:
    text = to_native(format, document(DEVICES))
    assert f'bridge=br0,script=vif-bridge,type={card}" ]\n' in text
    assert 'serial = "tcp:h:1,server,nowait"\n' in text
    assert 'soundhw = "ac97"\n' in text
    assert "vncunused = 0\nvncdisplay = 2\n" in text


def test_written_disks() -> None:
    xl = to_native("xen-xl", document(DEVICES))
    assert 'disk = [ "format=raw,vdev=hda,access=rw,backendtype=phy,target=/dev/a" ]\n' in xl
    assert 'disk = [ "phy:/dev/a,hda,w" ]\n' in to_native("xen-xm", document(DEVICES))


def test_what_xl_writes_it_reads() -> None:
    text = to_native("xen-xl", document(DEVICES, more="<cpu mode='host-passthrough'/>"))
    assert "nestedhvm = 1\n" in text
    again = xen_xl.read(text)
    assert again.disks[0].source.path == "/dev/a"
    assert again.serials[0].type == "tcp"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            document("<interface type='user'/>"),
            "unsupported configuration: Unsupported net type 'user'",
        ),
        (
            document(more="<clock offset='timezone' timezone='x'/>"),
            "unsupported configuration: unsupported clock offset='timezone'",
        ),
        (
            document(more="<clock offset='utc'><timer name='pit'/></clock>"),
            "unsupported configuration: unsupported timer type (name) 'pit'",
        ),
        (
            document(
                "<hostdev mode='capabilities' "
                "type='net'><source><interface>e</interface></source></hostdev>"
            ),
            "unsupported configuration: hostdev mode 'capabilities' is not supported in xen",
        ),
        (
            document("<sound model='usb'/>"),
            "unsupported configuration: unsupported audio model usb",
        ),
    ],
)
def test_complaints_of_writing(text: str, words: str) -> None:
    with pytest.raises(Error) as caught:
        to_native("xen-xl", text)
    assert str(caught.value) == words


def test_a_network_has_no_bridge_without_its_driver() -> None:
    with pytest.raises(NoNetwork, match="Network not found: lan"):
        to_native(
            "xen-xl", document("<interface type='network'><source network='lan'/></interface>")
        )
