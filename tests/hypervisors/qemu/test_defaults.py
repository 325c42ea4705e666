"""What the QEMU driver adds to a guest: devices, models, CPU, features."""

from __future__ import annotations

import pytest

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.hypervisors.qemu.defaults import QemuDefaults
from vsh.hypervisors.qemu.emulator import Emulator, modern
from vsh.xml.domain import Domain
from vsh.xml.engine.flags import ABI_UPDATE, INACTIVE
from vsh.xml.engine.reader import read

OLD = Emulator(("cirrus-vga",))


def guest(
    devices: str = "",
    *,
    kind: str = "qemu",
    arch: str = "x86_64",
    machine: str | None = "pc",
    more: str = "",
) -> str:
    named = f" machine='{machine}'" if machine else ""
    return (
        f"<domain type='{kind}'><name>g</name><memory>1048576</memory>"
        f"<os><type arch='{arch}'{named}>hvm</type></os>{more}<devices>{devices}</devices></domain>"
    )


def complete(text: str, emulator: Emulator | None = None, flags: int = 0) -> Domain:
    domain = read(text, Domain, flags=INACTIVE)
    QemuDefaults(emulator).complete(domain, flags=INACTIVE | flags)
    return domain


def test_a_pc_has_its_usual_devices() -> None:
    domain = complete(guest(), OLD)
    assert domain.emulator == "/usr/bin/qemu-system-x86_64"
    assert [(c.type, c.model) for c in domain.controllers] == [("usb", None), ("pci", "pci-root")]
    assert [(d.type, d.bus) for d in domain.inputs] == [("mouse", "ps2"), ("keyboard", "ps2")]
    assert domain.memballoon[0].model == "virtio"
    assert [(audio.id, audio.type) for audio in domain.audios] == [(1, "none")]
    assert domain.cpu is None


def test_a_program_of_today_is_assumed_where_none_is_known() -> None:
    domain = complete(guest(machine=None))
    assert domain.os.machine == "pc"
    assert (domain.cpu.model, domain.cpu.check_mode) == ("qemu64", "none")
    with pytest.raises(Exception, match="could not get preferred machine"):
        complete(guest(machine=None, arch="sparc"))


@pytest.mark.parametrize(
    ("arch", "machine", "kind", "cpu"),
    [
        ("x86_64", "q35", "kvm", "qemu64"),
        ("i686", "pc", "qemu", "qemu32"),
        ("ppc64", "pseries-2.12", "qemu", "POWER8"),
        ("ppc64", "pseries-2.7", "qemu", "POWER7"),
        ("ppc64le", "pseries", "qemu", "POWER9"),
        ("aarch64", "virt", "qemu", "cortex-a15"),
        ("s390x", "s390-ccw-virtio", "qemu", "qemu"),
    ],
)
def test_the_cpu_of_a_guest_that_names_none(arch: str, machine: str, kind: str, cpu: str) -> None:
    assert complete(guest(arch=arch, machine=machine, kind=kind)).cpu.model == cpu


def test_a_mainframe_under_kvm_has_the_hosts_cpu() -> None:
    cpu = complete(guest(arch="s390x", machine="s390-ccw-virtio", kind="kvm")).cpu
    assert (cpu.mode, cpu.check_mode) == ("host-model", "partial")
    # version 2 is what QEMU can always do without the host's help
    assert complete(guest(arch="aarch64", machine="virt", kind="kvm")).cpu is None


def test_checks_of_cpus_follow_from_their_mode() -> None:
    def cpu(text: str, kind: str = "kvm", emulator: Emulator = OLD) -> Domain:
        return complete(guest(kind=kind, more=text), emulator).cpu

    assert cpu("<cpu mode='host-model'/>").check_mode == "partial"
    assert cpu("<cpu><model>Haswell</model></cpu>").check_mode == "partial"
    assert cpu("<cpu><model>Haswell</model></cpu>", "qemu").check_mode == "none"
    host = cpu("<cpu mode='host-passthrough'/>")
    assert (host.check_mode, host.migratable) == ("none", False)
    assert cpu("<cpu mode='host-passthrough'/>", emulator=Emulator(["migratable"])).migratable


def test_vector_lengths_need_vectors() -> None:
    text = "<cpu mode='host-passthrough'>{}<feature name='sve256' policy='require'/></cpu>"
    domain = complete(guest(arch="aarch64", machine="virt", more=text.format("")))
    assert [feature.name for feature in domain.cpu.features] == ["sve256", "sve"]
    off = text.format("<feature name='sve' policy='disable'/>")
    with pytest.raises(ConfigUnsupported, match="SVE disabled"):
        complete(guest(arch="aarch64", machine="virt", more=off))


def test_interrupt_controllers() -> None:
    virt = {"arch": "aarch64", "machine": "virt"}
    assert complete(guest(**virt), Emulator()).features.gic == "2"
    assert complete(guest(**virt), Emulator(gic=("2", "3"))).features.gic == "2"
    assert complete(guest(**virt, kind="kvm"), Emulator(gic=("2", "3"))).features.gic == "3"


def test_q35_has_a_root_of_its_own() -> None:
    with pytest.raises(XmlError, match="must be model='pcie-root' for this machine type, but"):
        complete(guest("<controller type='pci' index='0' model='pci-root'/>", machine="q35"))
    kinds = [(c.type, c.model) for c in complete(guest(machine="q35")).controllers][:3]
    assert kinds == [("usb", "qemu-xhci"), ("sata", None), ("pci", "pcie-root")]
    companions = complete(guest(machine="q35"), Emulator(["ich9-usb-ehci1"])).controllers
    assert [c.master_startport for c in companions if c.type == "usb"] == [None, 0, 2, 4]


def test_pseries_has_what_its_firmware_brings() -> None:
    domain = complete(guest("<graphics type='vnc'/>", arch="ppc64", machine="pseries"))
    assert [panic.model for panic in domain.panics] == ["pseries"]
    assert [(d.type, d.bus) for d in domain.inputs] == [("keyboard", "usb"), ("mouse", "usb")]
    tablet = "<graphics type='vnc'/><input type='tablet' bus='usb'/>"
    domain = complete(guest(tablet, arch="ppc64", machine="pseries"))
    assert [device.type for device in domain.inputs] == ["tablet", "keyboard"]


def test_sound_follows_the_display() -> None:
    def audio(devices: str) -> list[str]:
        return [audio.type for audio in complete(guest(devices), OLD).audios]

    assert audio("<graphics type='spice' autoport='yes'/>") == ["spice"]
    assert audio("<graphics type='vnc'/>") == ["none"]
    assert audio("<graphics type='sdl' display=':0'/>") == []


def test_disks() -> None:
    disk = complete(guest("<disk><source file='/a'/><target dev='sda' bus='ide'/></disk>")).disks[0]
    assert (disk.driver_name, disk.driver_type) == ("qemu", "raw")
    volume = "<disk type='volume'><source pool='p' volume='v'/><target dev='vda'/></disk>"
    assert complete(guest(volume)).disks[0].driver_type is None


def test_models_that_devices_get() -> None:
    devices = (
        "<interface type='user'/><serial type='pty'/><video/><controller type='scsi'/>"
        "<shmem name='s'/><tpm><backend type='emulator'/></tpm><panic/><vsock/>"
    )
    domain = complete(guest(devices))
    assert domain.interfaces[0].model == "rtl8139"
    serial = domain.serials[0]
    assert (serial.target_type, serial.target_model) == ("isa-serial", "isa-serial")
    assert domain.videos[0].type == "cirrus"
    assert [c.model for c in domain.controllers if c.type == "scsi"] == ["lsilogic"]
    assert domain.shmems[0].size == 4 << 20
    assert (domain.tpms[0].model, domain.tpms[0].backends[0].version) == ("tpm-tis", "1.2")
    assert domain.panics[0].model == "isa"
    assert domain.vsock[0].model == "virtio"
    domain = complete(guest("<interface type='user'/><serial type='pty'/><video/>",
                            arch="aarch64", machine="virt"))  # fmt: skip
    assert domain.interfaces[0].model == "virtio"
    assert domain.serials[0].target_model == "pl011"
    assert domain.videos[0].type == "virtio"


def test_models_that_cannot_be() -> None:
    bus = "<controller type='pci' index='1' model='{}'/>"
    with pytest.raises(InternalError, match="Unable to determine model for SCSI controller idx=0"):
        complete(guest("<controller type='scsi'/>"), OLD)
    with pytest.raises(ConfigUnsupported, match="'nec-xhci' controller only supports up to '15'"):
        complete(guest("<controller type='usb' model='nec-xhci' ports='16'/>"))
    with pytest.raises(ConfigUnsupported, match="only supported on 440fx-based machinetypes"):
        complete(
            guest("<controller type='pci' index='1' model='pci-expander-bus'/>", machine="q35")
        )
    with pytest.raises(XmlError, match="pci-root and pcie-root controllers should have index 0"):
        complete(guest(bus.format("pci-root")))


def test_a_channels_own_socket_is_made_anew() -> None:
    def path(text: str) -> str | None:
        channel = (
            f"<channel type='unix'><source mode='bind' path='{text}'/>"
            "<target type='virtio' name='org.a'/></channel>"
        )
        return complete(guest(channel)).channels[0].sources[0].path

    folder = "/var/lib/libvirt/qemu/channel/target"
    assert path(f"{folder}/domain-1-g/org.a") is None
    assert path(f"{folder}/g.org.a") is None
    assert path(f"{folder}/elsewhere/org.a") is not None
    assert path("/tmp/domain-1-g/org.a") is None  # libvirt 9.0.0 minds no folder
    assert path("/tmp/domain-1-g/org.b") is not None


def test_new_power_guests_have_memory_in_blocks() -> None:
    power = guest(
        "<memory model='dimm'><target><size>100000</size><node>0</node></target></memory>",
        arch="ppc64",
        machine="pseries",
        more="<maxMemory slots='2'>4194304</maxMemory><cpu><numa><cell id='0' cpus='0' "
        "memory='524288'/></numa></cpu>",
    )
    assert complete(power).memory_devices[0].size == 100000
    domain = complete(power, flags=ABI_UPDATE)
    assert domain.memory_devices[0].size == 262144
    assert domain.memory == 524288 + 262144


def test_vcpus_begin_with_one_that_stays() -> None:
    vcpus = "<vcpu current='1'>2</vcpu><vcpus><vcpu id='0' {}/><vcpu id='1' enabled='no'/></vcpus>"
    complete(guest(more=vcpus.format("enabled='yes' hotpluggable='no'")))
    with pytest.raises(ConfigUnsupported, match="vcpu0 can't be hotpluggable"):
        complete(guest(more=vcpus.format("enabled='yes' hotpluggable='yes'")))


def test_cpus_that_no_cell_has_go_to_the_first() -> None:
    cells = "".join(f"<cell id='{n}' cpus='{n * 2}' memory='1'/>" for n in (0, 1))
    numa = f"<cpu><numa>{cells}</numa></cpu>"
    cells = complete(guest(more=f"<vcpu>4</vcpu>{numa}")).cpu.numa.cells
    assert [cell.cpus for cell in cells] == ["0-1,3", "2"]
    with pytest.raises(ConfigUnsupported, match="more than 255 vCPUs"):
        complete(guest(more=f"<vcpu>4294967295</vcpu>{numa}"))


def test_a_uefi_guest_has_its_own_variables() -> None:
    loader = "<loader readonly='yes' type='pflash'>/ovmf.fd</loader></os>"
    domain = complete(guest(more="<features><acpi/></features>").replace("</os>", loader))
    assert domain.os.nvram.path == "/var/lib/libvirt/qemu/nvram/g_VARS.fd"


def test_what_is_known_of_programs() -> None:
    assert "qemu-xhci" in modern("x86_64").can
    assert modern("i686").can == modern("x86_64").can
    assert "qemu-xhci" not in modern("vax").can
    assert "rbd-encryption" in modern("x86_64", (6, 1)).can
    assert "rbd-encryption" not in modern("x86_64", (6, 0)).can
