"""What a guest's command line takes from the host's own CPU and firmware, and what they refuse.

The hosts are made up: this machine's clock, addresses and firmware are what they are.
"""

from __future__ import annotations

import json

import pytest

from tests.hypervisors.qemu.argv import answers
from tests.hypervisors.qemu.test_defaults import complete, guest
from vsh.cpu.definition import Counter, HostCpu
from vsh.errors import ConfigUnsupported, Error
from vsh.hypervisors.qemu.argv.device import add_security
from vsh.hypervisors.qemu.argv.line import Line
from vsh.hypervisors.qemu.argv.smbios import add_smbios
from vsh.hypervisors.qemu.host_cpu import check
from vsh.xml.domain import Domain
from vsh.xml.domain.sysinfo import Sysinfo
from vsh.xml.engine.reader import read

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


@pytest.mark.parametrize(
    ("forbidden", "text"),
    [
        ("newer", "Host CPU provides forbidden features: sse4a, svm"),
        ("older", "Host CPU provides forbidden feature 'sse4a'"),
    ],
)
def test_forbidden_features(forbidden: str, text: str) -> None:
    """Newer libvirt names all of them."""
    from vsh.cpu import check_forbidden
    from vsh.xml.domain.cpu import Cpu, CpuFeature

    host = HostCpu(
        features=[CpuFeature(name=name, policy="require") for name in ("sse4a", "svm", "aes")]
    )
    asked = Cpu(features=[CpuFeature(name=name, policy="forbid") for name in ("sse4a", "svm")])
    with pytest.raises(Error, match=text):
        check_forbidden(asked, host, newest=forbidden == "newer")
