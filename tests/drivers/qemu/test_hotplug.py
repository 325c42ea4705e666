"""Devices that come and go while a real guest runs: what QEMU has, is told, what crashes leave."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING

import pytest
from tiny_guest import TinyGuest

import vsh
from vsh.drivers.qemu.devices import detach
from vsh.errors import Error, InternalError, OperationFailed

if TYPE_CHECKING:
    from pathlib import Path

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

RNG = "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"
TABLET = "<input type='tablet' bus='usb'/>"
BLOCKED = "<watchdog model='i6300esb' action='reset'/>"


@pytest.fixture
def guest(tiny: TinyGuest) -> str:
    """The document of a guest with a USB bus."""
    return tiny.xml.replace("<controller type='usb' model='none'/>", "<controller type='usb' "
                            "model='qemu-xhci'/>")  # fmt: skip


def asked(domain: Domain, command: str, **arguments: object) -> object:
    wanted = {"execute": command, "arguments": arguments}
    return json.loads(domain.monitor_command(json.dumps(wanted), 0))["return"]


def peripherals(domain: Domain) -> set[str]:
    found = asked(domain, "qom-list", path="/machine/peripheral")
    assert isinstance(found, list)
    return {each["name"] for each in found if each["type"].startswith("child<")}


def objects(domain: Domain) -> set[str]:
    found = asked(domain, "qom-list", path="/objects")
    assert isinstance(found, list)
    return {each["name"] for each in found}


def nodes(domain: Domain) -> set[str]:
    found = asked(domain, "query-named-block-nodes", flat=True)
    assert isinstance(found, list)
    return {each["node-name"] for each in found}


def test_it_comes_and_goes(connection: Connection, guest: str) -> None:
    domain = connection.domain_define_xml(guest)
    domain.create()
    with connection.watch("device-added", "device-removed", timeout=5) as watch:
        domain.attach_device_flags(TABLET, 3)
        assert "input2" in peripherals(domain)
        assert domain.get_xml_desc(0).count("type='tablet'") == 1
        domain.detach_device_flags(TABLET, 3)
        assert "input2" not in peripherals(domain)
        assert "type='tablet'" not in domain.get_xml_desc(0) + domain.get_xml_desc(2)
        told = [(event.word, event.devAlias) for _, event in zip(range(2), watch, strict=False)]
    assert told == [("device-added", "input2"), ("device-removed", "input2")]


CHANNEL = "<channel type='unix'><target type='virtio' name='org.a'/></channel>"
PORT = "<serial type='pty'><target type='usb-serial' port='0'/></serial>"
SILENT = """<domain type='qemu'><name>silent</name><memory>65536</memory>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>
<emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='qemu-xhci'/>
<controller type='virtio-serial' index='0'/><memballoon model='none'/></devices></domain>"""
LEASE = "<lease><lockspace>a</lockspace><key>b</key><target path='/c'/></lease>"


def test_what_a_running_guest_is_shown_to_have(connection: Connection) -> None:
    """A channel has the socket that was made for it, which no other side is told of; the first
    serial port is a console, too; a lease is not QEMU's."""
    domain = connection.domain_define_xml(SILENT)
    domain.create()
    live = domain.get_xml_desc(0)
    assert "<memballoon model='none'/>" in live
    assert "<console" not in live
    for device in (CHANNEL, PORT, LEASE):
        domain.attach_device_flags(device, 3)
    live = domain.get_xml_desc(0)
    path = live.partition("<source mode='bind' path='")[2].partition("'")[0]
    assert path.endswith("-silent/org.a")
    assert os.path.exists(path)
    assert path not in domain.get_xml_desc(8) + domain.get_xml_desc(2)
    stream = connection.stream()
    domain.open_channel("org.a", stream, 0)
    stream.finish()
    for text in (live, domain.get_xml_desc(2)):
        assert "<console type='pty'" in text
        assert "<lockspace>a</lockspace>" in text
    domain.detach_device_flags(LEASE, 3)
    domain.detach_device_flags(PORT, 2)
    domain.detach_device_alias("serial0", 1)
    until = time.monotonic() + 20
    while "<console" in domain.get_xml_desc(0):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert "<console" not in domain.get_xml_desc(0) + domain.get_xml_desc(2)
    assert "<lease>" not in domain.get_xml_desc(0) + domain.get_xml_desc(2)


def test_a_guest_that_never_answers(
    connection: Connection, guest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asked is told so in time; the device stays until the guest lets go of it."""
    monkeypatch.setattr(detach, "WAIT", 0.2)
    domain = connection.domain_define_xml(guest)
    domain.create()
    domain.attach_device(RNG)
    began = time.monotonic()
    domain.detach_device(RNG)
    assert 0.2 <= time.monotonic() - began < 10
    assert "<rng " in domain.get_xml_desc(0)
    assert "objrng0" in objects(domain)
    domain.reset()  # the board takes out what was asked to go
    until = time.monotonic() + 10
    while "<rng " in domain.get_xml_desc(0):
        assert time.monotonic() < until
    assert "objrng0" not in objects(domain)


def test_what_qemu_refuses_leaves_nothing(
    connection: Connection, guest: str, tmp_path: Path
) -> None:
    image = tmp_path / "more.raw"
    image.write_bytes(bytes(1 << 20))
    domain = connection.domain_define_xml(guest)
    domain.create()
    before, document = nodes(domain), domain.get_xml_desc(0)
    disk = (
        f"<disk type='file'><driver name='qemu' type='raw'/><source file='{image}'/>"
        "<target dev='hdc' bus='ide'/></disk>"
    )
    with pytest.raises(InternalError, match=r"Bus 'ide\.1' does not support hotplugging"):
        domain.attach_device(disk)
    assert nodes(domain) == before
    assert domain.get_xml_desc(0) == document


def test_two_functions_of_a_slot_cannot_be_parted(connection: Connection, guest: str) -> None:
    shared = RNG.replace(
        "</rng>", "<address type='pci' domain='0' bus='0' slot='0x0{}' function='{}' {}/></rng>"
    )
    both = shared.format(9, 0, "multifunction='on'") + shared.format(9, 1, "")
    domain = connection.domain_define_xml(guest.replace("</devices>", both + "</devices>"))
    domain.create()
    with pytest.raises(OperationFailed, match="cannot hot unplug rng device with multifunction"):
        domain.detach_device_alias("rng0")


KILLED = """
    import os, sys
    import vsh
    from vsh.drivers.qemu.guest import Guest

    uri, place, xml = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    count = 0
    ask = Guest.ask

    def counted(self, command, *arguments, **named):
        global count
        count += 1
        if count == place:
            os.kill(os.getpid(), 9)
        answer = ask(self, command, *arguments, **named)
        if count == -place:
            os.kill(os.getpid(), 9)
        return answer

    connection = vsh.connect(uri)
    domain = connection.domain_lookup_by_name("tiny")
    Guest.ask = counted
    domain.attach_device_flags(xml, 3)
    print("done")
"""


@pytest.mark.parametrize("place", [1, -1, 2, -2, 3, -3])
def test_killed_at_every_command(root: str, guest: str, tmp_path: Path, place: int) -> None:
    """Before and after each command to QEMU: the device is there wholly, or not at all."""
    image = tmp_path / "more.raw"
    image.write_bytes(bytes(1 << 20))
    disk = (
        f"<disk type='file'><driver name='qemu' type='raw'/><source file='{image}'/>"
        "<target dev='vdb' bus='virtio'/></disk>"
    )
    with vsh.connect(root) as connection:
        connection.domain_define_xml(guest).create()
    words = [sys.executable, "-c", textwrap.dedent(KILLED), root, str(place), disk]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        live, planned = domain.get_xml_desc(0), domain.get_xml_desc(2)
        there = "virtio-disk1" in peripherals(domain)
        assert there == ("vdb" in live) == ("libvirt-2-format" in nodes(domain))
        assert ("libvirt-2-storage" in nodes(domain)) == there
        assert ("vdb" in planned) == there
        if there:
            with pytest.raises(Error, match="target 'vdb' duplicated"):
                domain.attach_device(disk)
        else:
            domain.attach_device_flags(disk, 3)
            assert "vdb" in domain.get_xml_desc(2)
    assert os.path.exists(image)


def test_memory_that_a_guest_keeps(connection: Connection, tiny: TinyGuest) -> None:
    """What its ACPI says of it is written to the board's port, as a guest's system would."""
    document = tiny.xml.replace(
        "<memory unit='MiB'>16</memory>",
        "<maxMemory slots='2' unit='MiB'>256</maxMemory><memory unit='MiB'>16</memory>",
    ).replace("<vcpu>", "<cpu><numa><cell cpus='0' memory='16' unit='MiB'/></numa></cpu><vcpu>")
    domain = connection.domain_create_xml(document)
    domain.attach_device(
        "<memory model='dimm'><target><size unit='MiB'>64</size><node>0</node></target></memory>"
    )
    run = connection.driver.hypervisor.guests.named("tiny").run
    assert run is not None
    for status, refused in ((0, set()), (0x80, {"dimm0"})):
        domain.detach_device_alias("dimm0", 1)
        assert run.unplugging == {"dimm0"}
        for port, value in ((0xA00, 0), (0xA04, 3), (0xA08, status)):  # slot, event, status
            domain.monitor_command(f"o/w {port} {value}", 1)
        domain.get_state()
        assert run.refused == refused
    assert run.unplugging == set()
    assert "<alias name='dimm0'/>" in domain.get_xml_desc()
