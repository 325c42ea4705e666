"""Documents that nobody would write: deep, large, and made at random; scripts/fuzz.py goes on.

Every engine is bounded: what takes virsh a moment takes no minute here.
"""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vsh.domains.defaults import Defaults
from vsh.errors import Error
from vsh.hypervisors.test.defaults import TestDefaults as Completion
from vsh.xml.domain import Domain
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.reader import read
from vsh.xml.schema import structure

FUZZ = Path(__file__).resolve().parents[2] / "scripts" / "fuzz.py"
LONG = "1" * 5000


def document(devices: str = "", top: str = "") -> str:
    return (
        "<domain type='test'><name>t</name><memory>65536</memory>"
        f"<os><type arch='x86_64'>hvm</type></os>{top}<devices>{devices}</devices></domain>"
    )


def defined(text: str) -> Domain:
    domain = read(text, Domain, flags=INACTIVE)
    defaults: Defaults = Completion()
    defaults.complete(domain)
    return domain


@pytest.mark.parametrize("depth", [10, 120, 240])
def test_a_chain_of_images_as_deep_as_libxml2_reads(depth: int) -> None:
    layer = "<backingStore type='file'><format type='qcow2'/><source file='/b'/>"
    chain = layer * depth + "</backingStore>" * depth
    disk = f"<disk type='file'><source file='/a'/>{chain}<target dev='vda' bus='virtio'/></disk>"
    shown = defined(document(disk)).format(INACTIVE)
    assert shown.count("<format type='qcow2'/>") == depth
    assert structure(document(disk), Domain) == []


def test_a_deeper_one_is_refused_by_libxml2() -> None:
    chain = "<backingStore>" * 300 + "</backingStore>" * 300
    with pytest.raises(Error, match="Excessive depth in document"):
        read(document(f"<disk>{chain}</disk>"), Domain)


@pytest.mark.parametrize(
    ("devices", "text"),
    [
        (f"<controller type='scsi' index='{LONG}'/>", "Invalid value for attribute 'index'"),
        (
            f"<redirfilter><usbdev version='{LONG}.1' allow='yes'/></redirfilter>",
            "Cannot parse USB device version",
        ),
        (
            f"<interface type='ethernet'><ip address='1.2.3.4' prefix='{LONG}'/></interface>",
            "Invalid prefix value",
        ),
        (
            "<interface type='ethernet'><ip address='::1' prefix='6464'/></interface>",
            "Invalid prefix value '6464' in <ip>",
        ),
        (
            f"<input type='tablet' bus='usb'><address type='usb' port='{LONG}'/></input>",
            "Cannot parse <address> 'port' attribute",
        ),
        (
            f"<disk type='file'><source file='/a'/><target dev='nvme{LONG}n1'/></disk>",
            "Unknown disk name",
        ),
        (
            f"<disk type='file'><source file='/a'/><target dev='vd{'a' * 5000}'/></disk>",
            "Unknown disk name",
        ),
        (
            "<disk type='file'><source file='/a'/><target dev='hdcdrom'/></disk>",
            "ide controller index '363450' of a disk is too large",
        ),
        ("<controller type='scsi' index='4294967295'/>", "Invalid value for attribute 'index'"),
    ],
    ids=range(9),
)
def test_numbers_and_names_of_any_length(devices: str, text: str) -> None:
    with pytest.raises(Error) as caught:
        defined(document(devices))
    assert text in str(caught.value)


def test_a_cell_without_its_number() -> None:
    top = (
        "<cpu><numa><cell id='0' cpus='0' memory='65536'/></numa></cpu>"
        "<numatune><memnode nodeset='0'/></numatune>"
    )
    with pytest.raises(Error, match="Missing required attribute 'cellid' in element 'memnode'"):
        defined(document(top=top))


def test_a_comment_in_a_second_element() -> None:
    shown = defined(
        document(top="<features><acpi/></features><features><!-- a --><apic/></features>")
    )
    assert "    <acpi/>\n    <apic/>\n" in shown.format(INACTIVE)


@pytest.mark.parametrize(
    ("top", "text"),
    [
        ("<iothreads>4294967295</iothreads>", "4294967295 iothreads are too many"),
        (
            "<vcpu>4294967295</vcpu><vcpus><vcpu id='0' enabled='yes'/></vcpus>",
            "4294967295 vCPUs are too many to be named",
        ),
    ],
)
def test_what_a_number_would_make(top: str, text: str) -> None:
    with pytest.raises(Error) as caught:
        defined(document(top=top))
    assert text in str(caught.value)


def letters(number: int) -> str:
    return "".join(chr(97 + number // 26**place % 26) for place in (2, 1, 0))


MANY = {
    "scsi disks": lambda n: (
        f"<disk type='file'><source file='/{n}'/><target dev='sd{letters(n)}' bus='scsi'/></disk>"
    ),
    "virtio disks": lambda n: (
        f"<disk type='file'><source file='/{n}'/><target dev='vd{letters(n)}' bus='virtio'/></disk>"
    ),
    "devices of the host": lambda n: (
        "<hostdev mode='subsystem' type='pci'><source>"
        f"<address bus='{n // 32}' slot='{n % 32}'/></source></hostdev>"
    ),
    "scsi devices of the host": lambda n: (
        "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/>"
        f"<address bus='0' target='{n}' unit='0'/></source></hostdev>"
    ),
    "serial ports": lambda _: "<serial type='pty'/>",
    "controllers": lambda _: "<controller type='scsi'/>",
    "smart cards": lambda _: "<smartcard mode='host'/>",
    "file systems": lambda n: f"<filesystem><source dir='/a'/><target dir='/{n}'/></filesystem>",
}


@pytest.mark.parametrize("kind", MANY)
def test_any_number_of_devices_in_linear_time(kind: str) -> None:
    def seconds(count: int) -> float:
        text = document("".join(MANY[kind](number) for number in range(count)))
        start = time.process_time()
        defined(text).format(INACTIVE)
        return time.process_time() - start

    seconds(50)
    gc.collect()
    gc.freeze()  # what other tests have left is not to be walked through here
    try:
        few = min(seconds(250) for _ in range(2))
        many = min(seconds(2000) for _ in range(2))
    finally:
        gc.unfreeze()
    # eight times as many: a quadratic step would make it sixty-four times as long
    assert many < 26 * few + 0.2, (few, many)


@pytest.mark.parametrize(
    "kind", ["xml", "define", "native", "grammar", "command", "uri", "settings", "journal"]
)
def test_two_seconds_of_random_input(kind: str) -> None:
    done = subprocess.run(
        [sys.executable, str(FUZZ), kind, "--seconds", "2", "--seed", "7"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    assert "none of them ended in an internal error" in done.stdout


def test_disks_and_controllers_stand_where_one_after_another_would_have_put_them() -> None:
    from vsh.xml.domain.order import (
        insert_controller,
        insert_disk,
        sorted_controllers,
        sorted_disks,
    )

    rng = random.Random(5)
    targets = [None, "", "vda", "vdb", "vdc", "sda", "sdaa", "x", "vdz"]
    for _ in range(300):
        disks: Any = [
            SimpleNamespace(bus=rng.choice(["virtio", "scsi", None]), target=rng.choice(targets))
            for _ in range(rng.randrange(12))
        ]
        domain: Any = SimpleNamespace(disks=[], controllers=[])
        for disk in disks:
            insert_disk(domain, disk)
        assert sorted_disks(disks) == domain.disks
        controllers: Any = [
            SimpleNamespace(
                type=rng.choice(["usb", "pci"]),
                index=rng.choice([None, 0, 1, 2]),
                master_startport=rng.choice([None, 0, 2]),
            )
            for _ in range(rng.randrange(12))
        ]
        for controller in controllers:
            insert_controller(domain, controller)
        assert sorted_controllers(controllers) == domain.controllers
