"""Domains: what is read, what is added, what does not fit; and how fast."""

# ruff: noqa: E501  (documents and messages stand on one line)

from __future__ import annotations

import time
import tracemalloc

import pytest

from vsh.domains.check import check
from vsh.domains.defaults import Defaults
from vsh.errors import ConfigUnsupported, Error, InternalError, XmlDetail, XmlError
from vsh.hypervisors.test.defaults import TestDefaults, name_interfaces
from vsh.xml.domain import Domain
from vsh.xml.domain.order import disk_index
from vsh.xml.engine.flags import INACTIVE, MIGRATABLE, SECURE
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.reader import read


def document(
    devices: str = "", *, head: str = "", os: str = "<type>hvm</type>", more: str = ""
) -> str:
    """A small domain with something in it."""
    return (
        "<domain type='test'><name>t</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>"
        f"<memory>1024</memory>{head}<os>{os}</os>{more}<devices>{devices}</devices></domain>"
    )


def define(text: str) -> Domain:
    """As the test driver defines it."""
    domain = read(text, Domain, flags=INACTIVE)
    TestDefaults().complete(domain)
    return domain


def failure(text: str) -> str:
    """The error about a domain."""
    with pytest.raises(Error) as caught:
        define(text)
    return str(caught.value)


def test_a_minimal_domain() -> None:
    assert define(document()).format(INACTIVE) == (
        "<domain type='test'>\n  <name>t</name>\n  <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>\n"
        "  <memory unit='KiB'>1024</memory>\n  <currentMemory unit='KiB'>1024</currentMemory>\n"
        "  <vcpu placement='static'>1</vcpu>\n  <os>\n    <type arch='i686'>hvm</type>\n"
        "    <boot dev='hd'/>\n  </os>\n  <clock offset='utc'/>\n  <on_poweroff>destroy</on_poweroff>\n"
        "  <on_reboot>restart</on_reboot>\n  <on_crash>destroy</on_crash>\n  <devices>\n  </devices>\n"
        "</domain>\n"
    )


def test_generated_identifiers() -> None:
    text = document("<interface type='user'/>").replace(
        "<uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>", ""
    )
    one, other = define(text), define(text)
    assert one.uuid != other.uuid
    assert one.uuid_generated
    assert one.interfaces[0].mac.startswith("52:54:00:")
    assert one.interfaces[0].mac_generated
    name_interfaces(one)
    assert one.interfaces[0].target == "testnet0"


def test_disks_get_buses_places_and_controllers() -> None:
    domain = define(
        document(
            "<disk><source file='/a'/><target dev='sda'/></disk>"
            "<disk device='cdrom'><target dev='hdc'/></disk>"
            "<disk device='floppy'><target dev='fda'/></disk>"
            "<disk><source file='/b'/><target dev='vda'/></disk>"
        )
    )
    assert {(d.target, d.bus) for d in domain.disks} == {
        ("sda", "scsi"),
        ("hdc", "ide"),
        ("fda", "fdc"),
        ("vda", "virtio"),
    }
    drive = domain.disk("hdc")
    assert drive.readonly
    assert drive.snapshot == "no"
    assert drive.address.numbers() == (0, 1, 0, 0)
    assert {(c.type, c.index) for c in domain.controllers} == {("scsi", 0), ("ide", 0), ("fdc", 0)}
    assert domain.disk("/b") is domain.disk("vda")
    assert domain.disk("nothing") is None


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("sda", 0),
        ("sdz", 25),
        ("sdaa", 26),
        ("hda1", 0),
        ("vdb", 1),
        ("xvdc", 2),
        ("sd", None),
        ("sdA", None),
        ("nbd0", None),
        ("sda01", None),
    ],
)
def test_disk_indexes(name: str, index: int | None) -> None:
    assert disk_index(name) == index


def test_a_console_is_a_serial_port_of_a_machine() -> None:
    domain = define(document("<console type='pty'/>"))
    assert [serial.port for serial in domain.serials] == [0]
    text = domain.format(INACTIVE)
    assert "<serial type='pty'>\n      <target port='0'/>" in text
    assert "<console type='pty'>\n      <target type='serial' port='0'/>" in text


def test_a_display_needs_a_card() -> None:
    domain = define(document("<graphics type='vnc' port='5901' passwd='secret'/>"))
    assert [video.type for video in domain.videos] == ["cirrus"]
    assert "passwd='secret'" in domain.format(SECURE)
    assert "passwd" not in domain.format(INACTIVE)


def test_what_a_running_guest_has_is_not_configuration() -> None:
    disk = (
        "<disk><source file='/a'/><target dev='vda'/><alias name='{}'/></disk>"
        "<interface type='user'><target dev='vnet0'/></interface>"
    )
    domain = define(document(disk.format("virtio-disk0")))
    assert domain.disks[0].alias is None
    assert domain.interfaces[0].target is None
    assert define(document(disk.format("ua-mine"))).disks[0].alias == "ua-mine"
    running = read(
        document(disk.format("virtio-disk0")).replace("<domain ", "<domain id='3' "), Domain
    )
    TestDefaults().complete(running)
    assert "<alias name='virtio-disk0'/>" in running.format()
    assert "<domain type='test' id='3'>" in running.format()
    assert "<domain type='test'>" in running.format(INACTIVE)


def test_for_migration() -> None:
    domain = define(document("<input type='keyboard' bus='ps2'/>", os="<type>hvm</type>"))
    assert "<input" in domain.format(INACTIVE)
    assert "<input" not in domain.format(INACTIVE | MIGRATABLE)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (document().replace("<name>t</name>", ""), "missing name information"),
        (
            document().replace("type='test'", "type='x'"),
            "unsupported configuration: invalid domain type x",
        ),
        (document().replace(" type='test'", ""), "internal error: missing domain type attribute"),
        (
            document().replace("9f2", "zzz").replace("7f2502", "zz"),
            "internal error: malformed uuid element",
        ),
        (document(os=""), "XML error: an os <type> must be specified"),
        (document(os="<type>x</type>"), "unsupported configuration: unknown OS type 'x'"),
        (
            document().replace("<memory>1024</memory>", ""),
            "XML error: Memory size must be specified via <memory> or in the <numa> configuration",
        ),
        (
            document().replace("<memory>", "<memory unit='foo'>"),
            "invalid argument: unknown suffix 'foo'",
        ),
        (document(head="<vcpu>x</vcpu>"), "XML error: maximum vcpus count must be an integer"),
        (
            document(head="<vcpu cpuset='x'>1</vcpu>"),
            "invalid argument: Failed to parse bitmap 'x'",
        ),
        (document(head="<title>a\nb</title>"), "XML error: Domain title can't contain newlines"),
        (
            document(more="<features><x/></features>"),
            "unsupported configuration: unexpected feature 'x'",
        ),
        (
            document(more="<on_crash>x</on_crash>"),
            "unsupported configuration: unknown on_crash action: x",
        ),
        (
            document(more="<cpu><topology sockets='1' cores='0' threads='1'/></cpu>"),
            "XML error: Invalid value for attribute 'cores' in element 'topology': Zero is not permitted",
        ),
        (
            document("<disk type='x'/>"),
            "XML error: Invalid value for attribute 'type' in element 'disk': 'x'.",
        ),
        (document("<disk><source file='/a'/></disk>"), "missing target information for device /a"),
        (
            document("<disk><source file='/a'/><target dev='zz'/></disk>"),
            "XML error: Unknown disk name 'zz' and no address specified",
        ),
        (
            document("<disk><source file='/a'/><target dev='vda'/></disk>" * 2),
            "XML error: target 'vda' duplicated for disk sources '/a' and '/a'",
        ),
        (
            document("<interface type='network'/>"),
            "XML error: interface type='network' requires a 'source' element",
        ),
        (
            document("<interface type='user'><mac address='x'/></interface>"),
            "XML error: unable to parse mac address 'x'",
        ),
        (
            document("<interface type='user'><mac address='01:00:00:00:00:00'/></interface>"),
            "XML error: expected unicast mac address, found multicast '01:00:00:00:00:00'",
        ),
        (
            document("<controller type='scsi' index='0'/>" * 2),
            "XML error: Multiple 'scsi' controllers with index '0'",
        ),
        (
            document("<serial type='file'/>"),
            "internal error: Missing source path attribute for char device",
        ),
        (
            document("<video><model type='none'/></video>" * 2),
            "unsupported configuration: a 'none' video type must be the only video device defined for the domain",
        ),
        (
            document(os="<type>hvm</type><boot dev='hd'/>").replace(
                "<devices>", "<devices><interface type='user'><boot order='1'/></interface>"
            ),
            "unsupported configuration: per-device boot elements cannot be used together with os/boot elements",
        ),
    ],
)
def test_errors_are_libvirts(text: str, error: str) -> None:
    assert failure(text) == error


@pytest.mark.parametrize(
    ("kind", "address", "wrong"),
    [
        ("pci", "domain='0' bus='0' slot='0' function='4294967296'", "function"),
        ("scsi", "bus='0' target='4294967296' unit='0'", "target"),
        ("scsi", "bus='0' target='0' unit='18446744073709551616'", "unit"),
        ("scsi", "bus='0' target='0' unit='4294967296'", None),
        ("usb", "bus='4294967296' device='2'", "bus"),
        ("usb", "bus='1' device='4294967296'", "device"),
    ],
)
def test_places_on_the_host_have_the_range_of_libvirts_integers(
    kind: str, address: str, wrong: str | None
) -> None:
    adapter = "<adapter name='scsi_host0'/>" if kind == "scsi" else ""
    text = (
        "<domain type='test'><name>h</name><memory>1024</memory><os><type>hvm</type></os><devices>"
        f"<hostdev mode='subsystem' type='{kind}'><source>{adapter}<address {address}/></source>"
        "</hostdev></devices></domain>"
    )
    if wrong is None:
        assert address in read(text, Domain).format()
        return
    with pytest.raises(XmlError, match=f"Invalid value for attribute '{wrong}' in element"):
        read(text, Domain)


def test_what_other_drivers_cannot() -> None:
    text = document(head="<maxMemory slots='2'>4096</maxMemory>")
    assert define(text).memory_slots == 2
    with pytest.raises(ConfigUnsupported, match="memory hotplug tunables"):
        Defaults().complete(read(text, Domain))
    with pytest.raises(XmlError, match="name a/b cannot contain '/'"):
        define(document().replace("<name>t", "<name>a/b"))


def test_several_problems_come_in_the_order_libvirt_reads() -> None:
    problems: list[Problem] = []
    read(
        "<domain>\n<devices>\n<disk device='x'/>\n</devices>\n<features>\n<y/>\n</features>\n</domain>",
        Domain,
        problems=problems,
    )
    kinds = [type(problem.error) for problem in problems]
    assert kinds[0].code == 21
    assert kinds[1:] == [InternalError, XmlError, ConfigUnsupported, XmlError]
    assert problems[3].line == 6
    assert problems[4].line == 3


def test_checks_are_collected_too() -> None:
    domain = read(
        document("<shmem name='a/b'/><vsock model='virtio'><cid address='1'/></vsock>"), Domain
    )
    found = [str(error).partition(": ")[2] for error in check(domain)]
    assert found == ["shmem name cannot include '/' character", "guest CIDs must be >= 3"]
    with pytest.raises(ConfigUnsupported):
        TestDefaults().complete(domain)


def test_firmware_checks_use_their_own_kind() -> None:
    with pytest.raises(XmlDetail) as caught:
        define(document(os="<type>hvm</type><loader readonly='yes'/>"))
    assert str(caught.value) == "no loader path specified and firmware auto selection disabled"


def test_written_and_read_again_it_is_the_same() -> None:
    text = define(
        document(
            "<console/><graphics type='spice' autoport='yes'/><rng model='virtio'>"
            "<backend model='random'/></rng><memballoon model='virtio'/>"
        )
    ).format(INACTIVE)
    assert define(text).format(INACTIVE) == text


LARGE = document(
    "".join(
        f"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/{n}.img'/>"
        f"<target dev='vd{chr(97 + n)}' bus='virtio'/></disk>"
        f"<interface type='network'><mac address='52:54:00:00:00:{n:02x}'/><source network='default'/>"
        "<model type='virtio'/></interface>"
        for n in range(20)
    )
)


def test_speed_and_memory() -> None:
    assert 4500 < len(LARGE) < 6500
    define(LARGE).format(INACTIVE)
    started = time.process_time()
    for _ in range(40):
        define(LARGE).format(INACTIVE)
    assert (time.process_time() - started) / 40 < 0.02  # 1 ms is the aim; a loaded machine is slow
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(200):
        define(LARGE).format(INACTIVE)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 200_000
