"""What the QEMU driver refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hypervisors.qemu.test_defaults import complete, guest
from vsh.errors import ConfigUnsupported, Error
from vsh.hypervisors.qemu.emulator import Emulator, modern
from vsh.xml.engine.flags import ABI_UPDATE

Q35 = {"machine": "q35"}
POWER = {"arch": "ppc64", "machine": "pseries"}
MAINFRAME = {"arch": "s390x", "machine": "s390-ccw-virtio"}
VIRT = {"arch": "aarch64", "machine": "virt"}
DISK = "<disk><source file='/d'/><target dev='{}'/>{}</disk>"


@pytest.mark.parametrize(
    ("more", "where", "told"),
    [
        ("<on_reboot>preserve</on_reboot>", {}, "doesn't support the 'preserve' action"),
        ("<on_crash>rename-restart</on_crash>", {}, "the 'rename-restart' action"),
        ("<on_poweroff>restart</on_poweroff><on_reboot>destroy</on_reboot>", {}, "'onReboot' set"),
        (
            "<memtune><min_guarantee>1</min_guarantee></memtune>",
            {},
            "Parameter 'min_guarantee' not supported by QEMU.",
        ),
        (
            "<cpu><maxphysaddr mode='emulate'/></cpu>",
            {},
            "if using CPU maximum physical address mode='emulate', bits= must be specified too",
        ),
        (
            "<cpu><maxphysaddr mode='passthrough' bits='42'/></cpu>",
            {},
            "number specification cannot be used with mode='passthrough'",
        ),
        ("<cpu><maxphysaddr mode='passthrough'/></cpu>", POWER, "for 'ppc64' architecture"),
        ("<cpu><cache level='2' mode='emulate'/></cpu>", {}, "only be used with level='3'"),
        ("<cpu><cache mode='passthrough'/></cpu>", {}, "can only be used with 'host-passthrough'"),
        ("<cpu><cache level='3' mode='disable'/></cpu>", {}, "cache level for mode 'disable'"),
        ("<cpu><cache mode='disable'/></cpu>", POWER, "CPU cache specification is not supported"),
        ("<clock offset='utc'><timer name='platform'/></clock>", {}, "timer type .* 'platform'"),
        (
            "<clock offset='utc'><timer name='tsc' present='yes'/></clock>",
            MAINFRAME,
            "Configuring the 'tsc' timer is not supported for virtType=qemu arch=s390x",
        ),
        (
            "<clock offset='utc'><timer name='rtc' tickpolicy='merge'/></clock>",
            {},
            "unsupported rtc timer tickpolicy 'merge'",
        ),
        ("<clock offset='utc'><timer name='armvtimer'/></clock>", VIRT, "'armvtimer' timer is not"),
        ("<clock offset='absolute' start='999999999999'/>", {}, "The maximum 'start' value"),
        ("<pm><suspend-to-disk enabled='no'/></pm>", POWER, "setting ACPI S4 not supported"),
        ("<vcpu>300</vcpu>", {}, "more than 255 vCPUs are only supported on q35"),
        ("<vcpu>300</vcpu>", Q35, "require extended interrupt mode enabled on the iommu"),
        ("<features><gic version='2'/></features>", {}, "The 'gic' feature is not supported for"),
        ("<features><htm state='on'/></features>", {}, "The 'htm' feature is not supported for"),
        ("<features><pmu state='off'/></features>", POWER, "PMU is always enabled for"),
        ("<features><ioapic driver='qemu'/></features>", POWER, "The 'ioapic' feature"),
        ("<features><pvspinlock/></features>", POWER, "The 'pvspinlock' feature"),
        ("<features><acpi/></features>", VIRT, "ACPI requires UEFI on this architecture"),
        (
            "<memoryBacking><hugepages/><allocation mode='ondemand'/></memoryBacking>",
            {},
            "hugepages are not allowed with memory allocation ondemand",
        ),
        ("<sysinfo type='fwcfg'><entry name='x'>y</entry></sysinfo>", {}, "Invalid firmware name"),
    ],
)
def test_what_a_guest_cannot_have(more: str, where: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigUnsupported, match=told):
        complete(guest(more=more, **where))


@pytest.mark.parametrize(
    ("devices", "where", "told"),
    [
        ("<parallel type='pty'/>", MAINFRAME, "parallel ports are not supported"),
        (
            "<serial type='pty'><target type='spapr-vio-serial'/></serial>",
            {},
            "target type 'spapr-vio-serial' and target model 'spapr-vty' not compatible",
        ),
        (
            (
                "<serial type='pty'><target type='usb-serial'><model name='pci-serial'/></target>"
                "</serial>"
            ),
            {},
            "Target model 'pci-serial' requires target type 'pci-serial'",
        ),
        (
            "<panic model='s390'><address type='isa'/></panic>",
            MAINFRAME,
            "setting the panic device address is not supported for model 's390'",
        ),
        ("<panic model='hyperv'/>", POWER, "only i686 and x86_64 guests support panic device"),
        ("<panic model='pseries'/>", {}, "only pSeries guests support panic device"),
        ("<panic model='s390'/>", {}, "only S390 guests support panic device"),
        (
            "<tpm><backend type='passthrough'/></tpm>" * 2,
            {},
            "only a single TPM non-proxy device is supported",
        ),
        (
            "<tpm model='tpm-crb'><backend type='emulator' version='1.2'/></tpm>",
            {},
            "Unsupported interface 'tpm-crb' for TPM 1.2",
        ),
        (
            "<input type='keyboard' bus='virtio' model='virtio-transitional'/>",
            {},
            "models are not supported for input type=keyboard",
        ),
        ("<iommu model='intel'/>", {}, "'intel' is only supported with Q35 machines"),
        ("<iommu model='smmuv3'/>", {}, "'smmuv3' is only supported with ARM Virt machines"),
        ("<iommu model='virtio'/>", Q35, "IOMMU device: 'virtio' requires ACPI"),
        (
            "<graphics type='sdl'/><graphics type='egl-headless'/>",
            {},
            "graphics type 'egl-headless' is only supported with one of: 'vnc', 'spice'",
        ),
        (
            (
                "<graphics type='spice' autoport='yes'><gl enable='yes'/></graphics>"
                "<graphics type='egl-headless'/>"
            ),
            {},
            "multiple OpenGL displays are not supported by QEMU",
        ),
        (
            (
                "<interface type='user'><model type='virtio'/><driver rx_queue_size='511'/>"
                "</interface>"
            ),
            {},
            "rx_queue_size has to be a power of two",
        ),
        (DISK.format("vda", "<vendor>a</vendor>"), {}, "Only scsi disk supports vendor"),
        (DISK.format("vda", "<driver name='tap'/>"), {}, "unsupported driver name 'tap' for disk"),
        (DISK.format("vda", "<driver type='dir'/>"), {}, "'directory' storage format is not"),
        (DISK.format("vda", "<driver type='iso'/>"), {}, "storage format 'iso' is not directly"),
        (
            DISK.format("vda", "<driver type='qcow2'/><shareable/>"),
            {},
            "shared access for disk 'vda' requires use of supported storage format",
        ),
        (DISK.format("hda", "<readonly/>"), {}, "readonly ide disks are not supported"),
        (DISK.format("vda", "<driver io='native'/>"), {}, "io='native' needs either no disk cache"),
        (DISK.format("vda", "<wwn>5000c50015ea71ad</wwn>"), {}, "Only ide and scsi disk support"),
    ],
)
def test_what_a_device_cannot_be(devices: str, where: dict[str, str], told: str) -> None:
    with pytest.raises(Error, match=told):
        complete(guest(devices, **where))


def test_uefi_on_a_pc_needs_acpi() -> None:
    text = guest().replace("</os>", "<loader type='pflash' readonly='yes'>/o.fd</loader></os>")
    with pytest.raises(ConfigUnsupported, match="UEFI requires ACPI on this architecture"):
        complete(text)
    complete(text.replace("</os>", "</os><features><acpi/></features>"))


def test_what_depends_on_the_program() -> None:
    htm = guest(more="<features><htm state='on'/></features>", **POWER)
    complete(htm)
    with pytest.raises(ConfigUnsupported, match="HTM configuration is not supported by this QEMU"):
        complete(htm, Emulator())
    root = guest("<controller type='pci' model='pci-root'><target hotplug='off'/></controller>")
    complete(root, modern("x86_64", (5, 2)))
    with pytest.raises(ConfigUnsupported, match="setting the 'hotplug' property on a 'pci-root'"):
        complete(root, modern("x86_64", (5, 1)))


def test_other_hypervisors_are_not_this_one() -> None:
    with pytest.raises(ConfigUnsupported, match="does not support virt type 'hvf'"):
        complete(guest(kind="hvf"))


MACHINES = {"{}": {}, "Q35": Q35, "POWER": POWER, "MAINFRAME": MAINFRAME, "VIRT": VIRT}
TEXTS = [
    block.split("\n")
    for block in Path(__file__).with_name("checks.txt").read_text().strip("\n").split("\n\n")
]


@pytest.mark.parametrize(("machine", "part", "said"), TEXTS, ids=range(len(TEXTS)))
def test_whole_texts(machine: str, part: str, said: str) -> None:
    """``checks.txt`` has parts of guests and what libvirtd 12.8.0 says when they are defined
    (to those of other architectures: what its source says)."""
    devices = part.removeprefix("<devices>").removesuffix("</devices>")
    text = (
        guest(devices, **MACHINES[machine])
        if devices != part
        else guest(more=part, **MACHINES[machine])
    )
    with pytest.raises(Error) as caught:
        complete(text, flags=ABI_UPDATE)
    assert str(caught.value) == said
