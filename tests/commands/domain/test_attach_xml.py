"""The devices that attach-disk and attach-interface make: virsh's bytes, libvirt's meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.xml.domain.devices.disk import Disk
from vsh.xml.domain.devices.interface import Interface
from vsh.xml.engine.reader import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

DISK = """\
<disk type='file' device='cdrom' rawio='yes'>
  <driver name='qemu' type='qcow2' iothread='4' cache='none' io='native'/>
  <source file='/a&apos;b'/>
  <target dev='vda' bus='virtio'/>
  <throttlefilters>
    <throttlefilter group='g1'/>
    <throttlefilter group='g2'/>
  </throttlefilters>
  <shareable/>
  <serial>S1</serial>
  <alias name='ua-1'/>
  <wwn>5000c50015ea71ab</wwn>
  <address type='pci' domain='0x0000' bus='0x02' slot='0x1f' function='0x1' multifunction='on'/>
</disk>
"""
INTERFACE = """\
<interface type='hostdev' managed='yes'>
  <source>
    <address type='pci' domain='0x0000' bus='0x00' slot='0x07' function='0x1'/>
  </source>
  <target dev='v1'/>
  <mac address='52:54:00:00:00:01'/>
  <script path='/s'/>
  <model type='virtio'/>
  <alias name='ua-n'/>
  <bandwidth>
    <inbound average='1' peak='2' burst='3' floor='4'/>
    <outbound average='5' burst='7'/>
  </bandwidth>
</interface>
"""


def printed(run: Callable[..., Any], line: str) -> str:
    result = run("-q", "-c", "test:///default", f"{line} --print-xml")
    assert result.status == 0, result.err
    text: str = result.out
    return text


def test_a_disk_with_everything(run: Callable[..., Any]) -> None:
    text = printed(
        run,
        'attach-disk test "/a\'b" vda --address pci:0000.02.1f.1 --multifunction --wwn '
        "5000c50015ea71ab --alias ua-1 --serial S1 --mode shareable --throttle-groups g1,g2 "
        "--targetbus virtio --io native --cache none --iothread 4 --subdriver qcow2 --driver qemu "
        "--rawio --type cdrom",
    )
    assert text == DISK
    disk = read(text, Disk)
    assert (disk.source.file, disk.iothread, disk.address.slot) == ("/a'b", 4, 0x1F)
    assert disk.address.multifunction is True


@pytest.mark.parametrize(
    ("options", "host"),
    [
        ("--source-host-name h:1", "name='h' port='1'"),
        ("--source-host-name h", "name='h'"),
        ("--source-host-transport unix --source-host-socket /s", "transport='unix' socket='/s'"),
        ("", None),
    ],
)
def test_a_protocol_that_nobody_knows(
    run: Callable[..., Any], options: str, host: str | None
) -> None:
    text = printed(run, f"attach-disk test n vda --source-protocol TEST {options}")
    source = "<source protocol='TEST' name='n'"
    source += "/>" if host is None else f">\n    <host {host}/>\n  </source>"
    assert text == f"<disk type='network'>\n  {source}\n  <target dev='vda'/>\n</disk>\n"


def test_an_interface_with_everything(run: Callable[..., Any]) -> None:
    text = printed(
        run,
        "attach-interface test hostdev 0000:00:07.1 --managed --outbound 5,,7 --inbound 1,2,3,4 "
        "--alias ua-n --model virtio --script /s --mac 52:54:00:00:00:01 --target v1",
    )
    assert text == INTERFACE
    # only a card on a network may have a floor: that is for who attaches it to say
    card = read(text, Interface, problems=[])
    assert (card.type, card.managed, card.mac) == ("hostdev", "yes", "52:54:00:00:00:01")
    assert (card.bandwidth.inbound[0].floor, card.bandwidth.outbound[0].burst) == (4, 7)


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("network default", "network='default'"),
        ("bridge br0", "bridge='br0'"),
        ("direct eth0", "dev='eth0'"),
        ("vhostuser /s --source-mode server", "type='unix' path='/s' mode='server'"),
    ],
)
def test_sources_of_interfaces(run: Callable[..., Any], line: str, source: str) -> None:
    kind = line.split(maxsplit=1)[0]
    text = printed(run, f"attach-interface test {line}")
    assert text == f"<interface type='{kind}'>\n  <source {source}/>\n</interface>\n"


def test_types_that_are_refused(run: Callable[..., Any]) -> None:
    for kind in ("user", "vdpa", "bogus"):
        result = run("-q", "-c", "test:///default", f"attach-interface test {kind} s --print-xml")
        assert result.status == 1
        assert result.err == f"error: No support for {kind} in command 'attach-interface'\n"
