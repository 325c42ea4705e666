"""What a guest's command line takes from the host's own CPU and firmware, and what they refuse.

The hosts are made up: this machine's clock, addresses and firmware are what they are.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.hypervisors.qemu.argv import answers
from tests.hypervisors.qemu.test_defaults import complete, guest
from vsh.cpu.definition import Counter, HostCpu
from vsh.errors import ConfigUnsupported, Error, InvalidArgument
from vsh.hypervisors.qemu.argv import host
from vsh.hypervisors.qemu.argv.device import add_iommu, add_security
from vsh.hypervisors.qemu.argv.hostdev import add_hostdevs
from vsh.hypervisors.qemu.argv.line import Line
from vsh.hypervisors.qemu.argv.plug import PlugLine, alone, build
from vsh.hypervisors.qemu.argv.smbios import add_smbios
from vsh.hypervisors.qemu.host_cpu import check
from vsh.xml.domain import Domain
from vsh.xml.domain.devices.iommu import Iommu
from vsh.xml.domain.sysinfo import Sysinfo
from vsh.xml.engine.reader import read

if TYPE_CHECKING:
    from pathlib import Path

HERTZ = 2_500_000_000


def newest() -> answers.Kept:
    return answers.Kept(json.loads((answers.NEWEST / "answers.json").read_text()))


def line(text: str, host: answers.FixedHost | None = None) -> Line:
    boot = "" if "<os>" in text else "<os><type arch='x86_64' machine='q35'>hvm</type></os>"
    domain = read(f"<domain type='qemu'><name>g</name>{boot}{text}</domain>", Domain)
    return Line(domain, newest(), host or answers.FixedHost())


@pytest.mark.parametrize(
    ("wanted", "scaling", "taken"),
    [
        (HERTZ, False, True), (HERTZ + HERTZ // 4000, False, True),
        (HERTZ + HERTZ // 3999, False, False), (HERTZ - HERTZ // 3999, False, False),
        (2 * HERTZ, True, True),
    ],
)  # fmt: skip
def test_a_clock_of_another_speed(wanted: int, *, scaling: bool, taken: bool) -> None:
    """A guest's time stamp counter may be 250 in a million off, or is scaled by the hardware."""
    own = HostCpu(counters=[Counter(name="tsc", frequency=HERTZ, scaling=scaling)])
    timer = f"<clock offset='utc'><timer name='tsc' frequency='{wanted}'/></clock>"
    domain = line(timer).domain
    if taken:
        check(domain, newest(), lambda: own)
        return
    with pytest.raises(ConfigUnsupported, match=r"outside tolerance range \(\[2499375000, 2500"):
        check(domain, newest(), lambda: own)


def test_addresses_that_the_host_has_not() -> None:
    """No guest's addresses are longer than the host's, where the host's are known."""
    domain = line(
        "<cpu mode='host-passthrough' check='none'><maxphysaddr mode='emulate' bits='48'/></cpu>"
    ).domain
    check(domain, newest(), lambda: HostCpu(address_mode="emulate", address_bits=48))
    check(domain, newest(), HostCpu)
    with pytest.raises(ConfigUnsupported, match="cannot exceed the number supported by the host"):
        check(domain, newest(), lambda: HostCpu(address_mode="emulate", address_bits=46))


class Told(answers.FixedHost):
    """A host whose firmware says who made it."""

    def sysinfo(self) -> Sysinfo | None:
        return read(
            "<sysinfo type='smbios'><bios><entry name='vendor'>B</entry></bios><system>"
            "<entry name='product'>P,1</entry>"
            "<entry name='uuid'>5c1cd1a2-6a4b-4d7e-9c0f-000000000001</entry></system></sysinfo>",
            Sysinfo,
        )


def test_firmware_tables_of_the_host() -> None:
    """They are the guest's, but for the UUID, which is the host's alone."""
    text = "<os><type arch='x86_64'>hvm</type><smbios mode='host'/></os>"
    told = line(text, Told())
    add_smbios(told)
    assert told.words == ["-smbios", "type=0,vendor=B", "-smbios", "type=1,product=P,,1"]
    with pytest.raises(ConfigUnsupported, match="Host SMBIOS information is not available"):
        add_smbios(line(text))


def test_protected_memory() -> None:
    """What QEMU is told of memory that the host cannot read: the object, as JSON."""
    snp = line(
        "<launchSecurity type='sev-snp' kernelHashes='yes' authorKey='no' vcek='no'>"
        "<cbitpos>51</cbitpos><reducedPhysBits>1</reducedPhysBits><policy>0x30000</policy>"
        "<hostData>aGk=</hostData></launchSecurity>"
    )
    add_security(snp)
    assert json.loads(snp.words[1]) == {
        "qom-type": "sev-snp-guest", "id": "lsec0", "cbitpos": 51, "reduced-phys-bits": 1,
        "kernel-hashes": True, "policy": 0x30000, "host-data": "aGk=",
        "author-key-enabled": False, "vcek-disabled": True,
    }  # fmt: skip
    tdx = line(
        "<launchSecurity type='tdx'><policy>0x10000000</policy><mrOwner>bw==</mrOwner>"
        "<quoteGenerationService/></launchSecurity>"
    )
    add_security(tdx)
    assert json.loads(tdx.words[1]) == {
        "qom-type": "tdx-guest", "id": "lsec0", "mrowner": "bw==", "attributes": 0x10000000,
        "quote-generation-socket": {"type": "unix", "path": "/var/run/tdx-qgs/qgs.socket"},
    }  # fmt: skip


@pytest.mark.parametrize(("minor", "mode"), [("2.7", "host-passthrough"), ("2.8", "host-model")])
def test_mainframes_without_models(minor: str, mode: str) -> None:
    """The oldest boards' CPUs cannot be named where hardware helps."""
    text = guest(arch="s390x", machine=f"s390-ccw-virtio-{minor}", kind="kvm")
    cpu = complete(text).cpu
    assert cpu is not None
    assert cpu.mode == mode


def test_forbidden_features() -> None:
    """The first that the guest names is told."""
    from vsh.cpu import check_forbidden
    from vsh.xml.domain.cpu import Cpu, CpuFeature

    host = HostCpu(
        features=[CpuFeature(name=name, policy="require") for name in ("sse4a", "svm", "aes")]
    )
    asked = Cpu(features=[CpuFeature(name=name, policy="forbid") for name in ("svm", "sse4a")])
    with pytest.raises(Error, match="Host CPU provides forbidden feature 'svm'"):
        check_forbidden(asked, host)


_GIVEN = (
    "<hostdev mode='subsystem' type='pci'>{}<source><address domain='0' bus='6' slot='18' "
    "function='1'/></source><address type='pci' bus='1' slot='0'/></hostdev>"
)
_PORT = "<controller type='pci' index='1' model='pcie-root-port'/>"


def test_devices_by_the_newer_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No machine of the tests has it; the words are those of libvirt's own recordings."""
    by = "<driver name='vfio' iommufd='yes'/>"
    given = f"<devices>{_PORT}{_GIVEN.format(by)}{_GIVEN.format(by)}</devices>"
    known = newest()
    known.kept["has_property vfio-pci iommufd"] = True
    monkeypatch.setattr("tests.hypervisors.qemu.test_own_host.newest", lambda: known)
    monkeypatch.setattr(host, "IOMMUFD", str(tmp_path / "none"))
    with pytest.raises(ConfigUnsupported, match="IOMMUFD is not supported by host kernel"):
        add_hostdevs(line(given), {})
    monkeypatch.setattr(host, "IOMMUFD", str(tmp_path))
    found = line(given)
    add_hostdevs(found, {})
    assert found.words[:2] == ["-object", '{"qom-type":"iommufd","id":"iommufd0","fd":"3"}']
    assert found.words[2:] == [
        "-device", ('{"driver":"vfio-pci","id":"hostdev0","iommufd":"iommufd0","fd":"4",'
        '"bus":"pci.1","addr":"0x0"}'),
        "-device", ('{"driver":"vfio-pci","id":"hostdev1","iommufd":"iommufd0","fd":"4",'
        '"bus":"pci.1","addr":"0x0"}'),
    ]  # fmt: skip
    # and one that is plugged in: into a QEMU that has not been given the way yet, and one that has
    for there, names in ((False, ["object-add", "device_add"]), (True, ["device_add"])):
        device = found.domain.hostdevs[0]
        plugged = PlugLine(alone(found.domain, "hostdevs", device), known, found.host, device)
        plugged.by_iommufd = there
        steps = build(plugged, "hostdevs")
        assert [step.name for step in steps] == names
        assert steps[-1].arguments["iommufd"] == "iommufd0"
        assert steps[0].undo == (
            ("device_del", {"id": "hostdev0"}) if there else ("object-del", {"id": "iommufd0"})
        )
    for driver, words in (("", "iommufd0"), ("<driver iommufd='no'/>", "0000:06:12.1")):
        text = f"<iommufd enabled='yes'/><devices>{_PORT}{_GIVEN.format(driver)}</devices>"
        found = line(text)
        add_hostdevs(found, {})
        assert any(words in word for word in found.words)
    grouped = line(
        f"<iommufd enabled='yes' fdgroup='i'/><devices>{_PORT}{_GIVEN.format('')}</devices>"
    )
    with pytest.raises(InvalidArgument, match="file descriptor group 'i' was not associated"):
        add_hostdevs(grouped, {})


def test_the_iommu_of_an_arm_board(monkeypatch: pytest.MonkeyPatch) -> None:
    """No QEMU of ARM's is here; the words are those of libvirt's own recordings."""
    own = "<iommu model='smmuv3'><driver pciBus='{}'{}/></iommu>"
    more = " accel='on' ats='on' ril='off' ssidsize='20' oas='44'"
    text = f"<devices>{own.format(1, more)}{own.format(0, '')}</devices>"
    boot = "<os><type arch='aarch64' machine='virt'>hvm</type></os>"
    domain = read(f"<domain type='qemu'><name>g</name>{boot}{text}</domain>", Domain)
    known = answers.Kept(json.loads((answers.NEWEST / "answers.json").read_text()))
    found = Line(domain, known, answers.FixedHost())
    monkeypatch.setattr(
        known, "has_property", lambda kind, name: kind == "arm-smmuv3" and name != "cmdqv"
    )
    add_iommu(found)
    assert found.words == [
        "-device", ('{"driver":"arm-smmuv3","primary-bus":"pci.1","id":"iommu0","accel":true,'
        '"ats":"on","ril":"off","ssidsize":"20","oas":"44"}'),
        "-device", '{"driver":"arm-smmuv3","primary-bus":"pcie.0","id":"iommu1"}',
    ]  # fmt: skip
    domain.iommu = [read(own.format(1, " accel='on' cmdqv='on'"), Iommu)]
    refused = Line(domain, known, answers.FixedHost())
    with pytest.raises(ConfigUnsupported, match="whose QEMU knows no cmdqv"):
        add_iommu(refused)
    domain.iommu = [read("<iommu model='smmuv3'><driver accel='on'/></iommu>", Iommu)]
    with pytest.raises(ConfigUnsupported, match="accel and without pciBus"):
        add_iommu(Line(domain, known, answers.FixedHost()))
