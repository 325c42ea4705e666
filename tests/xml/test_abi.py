"""Rule 36c: what a guest could notice, in libvirt's words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vsh.domains.abi import abi_problems, differences
from vsh.hypervisors.test.defaults import TestDefaults
from vsh.xml.domain import Domain
from vsh.xml.engine.reader import read

TEXT = """<domain type='test'>
  <name>test</name>
  <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
  <memory>8388608</memory>
  <vcpu>2</vcpu>
  <os><type machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <cpu mode='custom'><model>qemu64</model></cpu>
  <clock><timer name='rtc'/></clock>
  <devices>
    <disk><source file='/a'/><target dev='vda'/></disk>
    <controller type='usb' index='0' model='ehci'/>
    <interface type='user'><mac address='52:54:00:00:00:01'/><model type='virtio'/>
      <address type='pci' slot='3'/></interface>
    <console/>
    <channel type='unix'><target type='virtio' name='a'/></channel>
    <video><model type='vga'/></video>
    <memballoon model='virtio'/>
    <tpm><backend type='emulator'/></tpm>
  </devices>
</domain>"""


def domain() -> Any:
    """A fresh one."""
    model = read(TEXT, Domain)
    TestDefaults().complete(model)
    return model


def test_nothing_differs_from_a_copy() -> None:
    one = domain()
    assert list(differences(one, one.copy())) == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<driver/>", []),
        ("<driver name='qemu' type='raw'/>", []),
        ("", ["Target device virtio options don't match the source"]),
    ],
)
def test_a_document_has_a_driver_or_not(written: str, expected: list[str]) -> None:
    given = TEXT.replace("<disk>", "<disk><driver name='qemu' type='raw'/>")
    old, new = read(given, Domain), read(TEXT.replace("<disk>", f"<disk>{written}"), Domain)
    for model in (old, new):
        TestDefaults().complete(model)
        model.disks[0].driver_name = "qemu"  # as QEMU's driver does
    assert list(differences(old, new)) == []
    assert list(differences(old, new, raw=True)) == expected
    assert list(differences(old, new.copy(), raw=True)) == expected


CHANGES: list[tuple[Callable[[Any], object], str]] = [
    (
        lambda d: setattr(d, "type", "qemu"),
        "Target domain virt type qemu does not match source test",
    ),
    (
        lambda d: setattr(d, "uuid", "x"),
        "Target domain uuid x does not match source 6695eb01-f6a4-8304-79aa-97f2502e193f",
    ),
    (
        lambda d: setattr(d, "name", "other"),
        "Target domain name 'other' does not match source 'test'",
    ),
    (
        lambda d: setattr(d, "memory", 4194304),
        "Target domain max memory 4194304 does not match source 8388608",
    ),
    (
        lambda d: setattr(d, "current_memory", 1),
        "Target domain current memory 1 does not match source 8388608",
    ),
    (lambda d: setattr(d, "vcpus", 4), "Target domain vCPU max 4 does not match source 2"),
    (
        lambda d: setattr(d, "vcpu_current", 1),
        "State of vCPU '1' differs between source and destination definitions",
    ),
    (
        lambda d: setattr(d.os, "machine", "q35"),
        "Target domain machine type q35 does not match source pc",
    ),
    (
        lambda d: setattr(d.os, "arch", "x86_64"),
        "Target domain architecture x86_64 does not match source i686",
    ),
    (
        lambda d: setattr(d.features, "acpi", False),
        "State of feature 'acpi' differs: source: 'on', destination: 'default'",
    ),
    (lambda d: d.clock.timers.clear(), "Target domain timers do not match source"),
    (
        lambda d: setattr(d.cpu, "model", "kvm64"),
        "Target CPU model kvm64 does not match source qemu64",
    ),
    (lambda d: d.disks.clear(), "Target domain disk count 0 does not match source 1"),
    (lambda d: setattr(d.disks[0], "target", "vdb"), "Target disk vdb does not match source vda"),
    (
        lambda d: setattr(d.disks[0], "serial", "s"),
        "Target disk serial s does not match source <null>",
    ),
    (
        lambda d: setattr(d.disks[0], "readonly", True),
        "Target disk access mode does not match source",
    ),
    (
        lambda d: setattr(d.controllers[0], "model", "none"),
        "Target controller model 13 does not match source 2",
    ),
    (
        lambda d: setattr(d.interfaces[0], "mac", "52:54:00:00:00:02"),
        "Target network card mac 52:54:00:00:00:02 does not match source 52:54:00:00:00:01",
    ),
    (
        lambda d: setattr(d.interfaces[0].address, "slot", 4),
        "Target device PCI address 0000:00:04.0 does not match source 0000:00:03.0",
    ),
    (
        lambda d: setattr(d.interfaces[0], "address", None),
        "Target device address type none does not match source pci",
    ),
    (
        lambda d: setattr(d.interfaces[0], "packed", True),
        "Target device virtio options don't match the source",
    ),
    (
        lambda d: setattr(d.channels[0], "name", "b"),
        "Target channel name b does not match source a",
    ),
    (
        lambda d: setattr(d.videos[0], "vram", 1),
        "Target video card vram 1 does not match source 16384",
    ),
    (
        lambda d: setattr(d.memballoon[0], "model", "none"),
        "Target balloon model none does not match source virtio",
    ),
    (
        lambda d: setattr(d.tpms[0].backends[0], "version", "2.0"),
        "Target TPM version doesn't match source",
    ),
    (lambda d: setattr(d.serials[0], "port", 2), "Target serial port 2 does not match source 0"),
]


@pytest.mark.parametrize(("change", "text"), CHANGES)
def test_a_change_is_told(change: Callable[[Any], object], text: str) -> None:
    old, new = domain(), domain()
    change(new)
    assert list(differences(old, new)) == [text]


def test_the_order_is_libvirts() -> None:
    old, new = domain(), domain()
    for change, _ in (CHANGES[13], CHANGES[2], CHANGES[5]):
        change(new)
    assert [str(error) for error in abi_problems(old, new)] == [
        "unsupported configuration: Target domain name 'other' does not match source 'test'",
        "unsupported configuration: Target domain vCPU max 4 does not match source 2",
        "unsupported configuration: Target disk vdb does not match source vda",
    ]


def test_billions_of_vcpus_are_compared_at_once() -> None:
    old, new = domain(), domain()
    for each in (old, new):
        each.vcpus = each.vcpu_current = 4294967295
    assert list(differences(old, new)) == []
    new.vcpu_current = 7
    assert list(differences(old, new)) == [
        "State of vCPU '7' differs between source and destination definitions"
    ]


WORDS = {
    "{memory}": "<memory>262144</memory>",
    "{vcpu}": "<vcpu>4</vcpu>",
    "{os}": "<os><type arch='i686' machine='pc'>hvm</type></os>",
    "{none}": "<devices/>",
}
PAIRS = [
    block.split("\n")
    for block in Path(__file__).with_name("abi.txt").read_text().strip("\n").split("\n\n")
]


def whole(text: str) -> Domain:
    """The domain of a line of ``abi.txt``."""
    for word, stands_for in WORDS.items():
        text = text.replace(word, stands_for)
    uuid = "<uuid>11111111-2222-3333-4444-555555555555</uuid>"
    model = read(f"<domain type='test'><name>t1</name>{uuid}{text}</domain>", Domain)
    TestDefaults().complete(model)
    return model


@pytest.mark.parametrize(("before", "after", "said"), PAIRS, ids=range(len(PAIRS)))
def test_what_virsh_says_of_a_change(before: str, after: str, said: str) -> None:
    """``abi.txt`` has what a domain says, what it says in a redefined snapshot, and what virsh
    12.8.0 says to that (``-``: nothing)."""
    assert next(iter(differences(whole(before), whole(after))), "-") == said
