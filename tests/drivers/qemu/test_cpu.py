"""vCPUs, I/O threads and where threads run: on a guest that runs, and kept."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.api.types import TypedParams
from vsh.drivers.qemu import live_cpu, saved, vcpus
from vsh.errors import InternalError, InvalidArgument, SystemFailure

if TYPE_CHECKING:
    from pathlib import Path

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

LIVE, CONFIG, MAXIMUM, HOTPLUGGABLE = 1, 2, 4, 16


def four(tiny: TinyGuest) -> str:
    return tiny.xml.replace("<vcpu>1</vcpu>", "<vcpu current='2'>4</vcpu>")


def test_plugged_vcpus_are_kept(root: str, tiny: TinyGuest) -> None:
    """The next opener sees what was plugged; a guest that never answers keeps its vCPU."""
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(four(tiny))
        domain.create()
        domain.set_vcpus(3)
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        assert domain.get_vcpus_flags(LIVE) == 3
        assert domain.get_vcpus_flags(CONFIG) == 2
        assert "<vcpu id='2' enabled='yes' hotpluggable='yes' order='3'/>" in domain.get_xml_desc()
        assert len(domain.get_vcpus(8, 1).info) == 3


def test_a_vcpu_that_cannot_be_let_go(connection: Connection, tiny: TinyGuest) -> None:
    """The tiny guest knows nothing of ACPI's CPU hot-plug, which QEMU says: nothing is changed."""
    domain = connection.domain_define_xml(four(tiny))
    domain.create()
    domain.set_vcpus(3)
    with pytest.raises(InternalError, match="unable to execute QEMU command 'device_del'"):
        domain.set_vcpus_flags(2, LIVE | CONFIG)
    assert domain.get_vcpus_flags(LIVE) == 3
    assert domain.get_vcpus_flags(CONFIG) == 2


def test_hotpluggable_ones_are_plugged_at_the_start(
    connection: Connection, tiny: TinyGuest
) -> None:
    domain = connection.domain_define_xml(four(tiny))
    domain.set_vcpus_flags(4, CONFIG | HOTPLUGGABLE)
    domain.create()
    xml = domain.get_xml_desc()
    for line in (
        "<vcpu id='0' enabled='yes' hotpluggable='no' order='1'/>",
        "<vcpu id='3' enabled='yes' hotpluggable='yes' order='4'/>",
    ):
        assert line in xml
    guest = connection.driver.hypervisor.guests.named("tiny")
    with guest:
        found = vcpus.of(guest)
    assert [place.alias for place in found] == [None, None, "vcpu2", "vcpu3"]


def test_threads_run_where_they_should(connection: Connection, tiny: TinyGuest) -> None:
    """Pins of the definition are there from the start; live ones are the kernel's at once."""
    cpus = sorted(os.sched_getaffinity(0))
    domain = connection.domain_define_xml(four(tiny))
    domain.add_iothread(2, CONFIG)
    first = vcpus_map([cpus[0]])
    domain.pin_vcpu_flags(0, first, CONFIG)
    domain.pin_emulator(first, CONFIG)
    domain.pin_iothread(2, first, CONFIG)
    domain.create()
    guest = connection.driver.hypervisor.guests.named("tiny")
    with guest:
        threads = [place.thread for place in vcpus.of(guest)]
    assert os.sched_getaffinity(threads[0]) == {cpus[0]}
    assert os.sched_getaffinity(guest.run.process.pid) == {cpus[0]}
    [info] = domain.get_iothread_info(LIVE)
    assert (info.iothread_id, info.cpumap) == (2, first)
    last = vcpus_map([cpus[-1]])
    domain.pin_vcpu_flags(1, last, LIVE)
    assert os.sched_getaffinity(threads[1]) == {cpus[-1]}
    # the group of the thread says it, where there is one
    wrong = r"cannot set CPU affinity on process|Unable to write to '.*/cpuset\.cpus'"
    with pytest.raises(SystemFailure, match=wrong):
        domain.pin_vcpu_flags(1, vcpus_map([500]), LIVE)
    with pytest.raises(InvalidArgument, match="Empty cpu list for pinning"):
        domain.pin_vcpu_flags(1, b"\0", LIVE)


def test_io_threads_come_and_go(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    domain.add_iothread(1, LIVE)
    params = TypedParams().set("thread_pool_min", "int", 70).set("thread_pool_max", "int", 80)
    domain.set_iothread_params(1, params, LIVE)
    guest = connection.driver.hypervisor.guests.named("tiny")
    where = {"path": "/objects/iothread1", "property": "thread-pool-min"}
    with guest:
        [told] = guest.ask("query-iothreads")
        assert told["id"] == "iothread1"
        assert guest.ask("qom-get", where) == 70
    domain.del_iothread(1, LIVE)
    with guest:
        assert guest.ask("query-iothreads") == []


def vcpus_map(cpus: list[int]) -> bytes:
    bits = bytearray(max(cpus) // 8 + 1)
    for cpu in cpus:
        bits[cpu // 8] |= 1 << cpu % 8
    return bytes(bits)


def test_a_new_greatest_number_of_vcpus_goes_to_the_first_node() -> None:
    from vsh.drivers.qemu.vcpus import set_most
    from vsh.xml.domain import Domain
    from vsh.xml.engine.reader import read

    cells = "<cell id='0' cpus='0-1' memory='1024'/><cell id='1' cpus='2-3' memory='1024'/>"
    definition = read(
        "<domain type='qemu'><name>n</name><memory>2048</memory><vcpu>4</vcpu>"
        f"<os><type>hvm</type></os><cpu><numa>{cells}</numa></cpu></domain>",
        Domain,
    )
    set_most(definition, 6)
    assert definition.cpu is not None
    assert definition.cpu.numa is not None
    assert [cell.cpus for cell in definition.cpu.numa.cells] == ["0-1,4-5", "2-3"]
    assert definition.vcpus == 6
    with pytest.raises(InvalidArgument, match="exceeds the desired maximum"):
        set_most(definition, 3)


def test_a_saved_guest_has_the_cpu_that_it_had(
    connection: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """The image says what it asked for, and beside that what it had: by that it is restored."""
    cpu = "<cpu mode='custom' match='exact'><model>Cooperlake</model></cpu><devices>"
    domain = connection.domain_define_xml(tiny.xml.replace("<devices>", cpu))
    domain.create()
    had = shown(domain)
    assert "<feature policy='disable' name='avx512f'/>" in had
    path = tmp_path / "image"
    domain.save(str(path))
    image = saved.read(str(path))
    assert "avx512f" not in image.text
    assert 'name="avx512f"' in live_cpu.of_cookie(image.cookie)
    connection.domain_restore(str(path))
    assert shown(domain) == had
    assert "avx512f=off" in (tmp_path / "root/log/tiny.log").read_text()


def shown(domain: Domain) -> str:
    """The CPU in a guest's document."""
    return domain.get_xml_desc().partition("<cpu")[2].partition("</cpu>")[0]
