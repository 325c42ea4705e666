"""Memory, vCPUs, I/O threads, limits and performance events."""

from __future__ import annotations

import pytest

from vsh.api.types import TypedParams


def params(kind, **values):
    found = TypedParams()
    for name, value in values.items():
        found.set(name, kind, value)
    return found


def test_memory_limits(domain, refused):
    domain.set_memory_parameters(params("ullong", soft_limit=100), 0)
    assert domain.get_memory_parameters(0)["soft_limit"] == 100
    assert refused(
        domain.set_memory_parameters, params("ullong", hard_limit=200, swap_hard_limit=100), 0
    ) == (
        "invalid argument: memory hard_limit tunable value must be lower than or equal to "
        "swap_hard_limit"
    )


def test_parameters_are_checked(domain, refused):
    assert refused(domain.set_memory_parameters, params("ullong", min_guarantee=1), 0) == (
        "argument unsupported: parameter 'min_guarantee' not supported"
    )
    assert refused(domain.set_memory_parameters, params("uint", soft_limit=1), 0) == (
        "invalid argument: invalid type 'uint' for parameter 'soft_limit', expected 'ullong'"
    )


@pytest.mark.parametrize("bits", [b"\x01", b"\x05"])
def test_pins(domain, bits):
    domain.pin_vcpu(0, bits)
    assert domain.get_vcpu_pin_info(2, 1, 0).cpumaps == bits + b"\xff"
    domain.pin_emulator(bits, 0)
    assert domain.get_emulator_pin_info(1, 0).cpumaps == bits


def test_pins_that_are_refused(domain, refused):
    assert refused(domain.pin_vcpu, 7, b"\x01") == (
        "invalid argument: requested vcpu '7' is not present in the domain"
    )
    assert refused(domain.pin_emulator, b"\0", 0) == (
        "invalid argument: Empty cpu list for pinning"
    )
    domain.destroy()
    assert refused(domain.pin_vcpu, 0, b"\x01") == (
        "Requested operation is not valid: cannot pin vcpus on an inactive domain"
    )


def test_io_threads(connection, domain, refused):
    domain.add_iothread(3, 0)
    assert refused(domain.add_iothread, 3, 0) == (
        "invalid argument: an IOThread is already using iothread_id '3'"
    )
    domain.pin_iothread(3, b"\x02", 0)
    assert [tuple(one) for one in domain.get_iothread_info(0)] == [(3, b"\x02")]
    domain.set_iothread_params(3, params("uint", poll_grow=7), 1)
    stats = connection.get_all_domain_stats([], 0, 0)[0].params
    assert stats["iothread.3.poll-grow"] == 7
    assert stats["iothread.3.poll-max-ns"] == 32768
    assert stats["iothread.3.poll-weight"] == 0
    assert "state.state" not in connection.get_all_domain_stats([], 1 << 7, 0)[0].params
    domain.del_iothread(3, 0)
    assert domain.get_iothread_info(0) == []
    assert refused(domain.del_iothread, 3, 0) == (
        "invalid argument: cannot find IOThread '3' in iothreadids list"
    )


def test_vcpus(domain, refused):
    domain.set_vcpus_flags(1, 1)
    assert domain.get_vcpus_flags(1) == 1
    assert domain.get_vcpus_flags(2) == 2
    assert refused(domain.set_vcpus_flags, 3, 1) == (
        "invalid argument: requested cpu amount exceeds maximum (3 > 2)"
    )
    assert refused(domain.set_vcpus_flags, 33, 1) == (
        "invalid argument: requested cpu amount exceeds maximum supported amount (33 > 32)"
    )
    domain.set_vcpus_flags(4, 6)
    assert domain.get_vcpus_flags(6) == 4


def test_block_weights(domain, refused):
    domain.set_blkio_parameters(params("string", device_weight="/dev/a,100,/dev/b,200"), 0)
    assert domain.get_blkio_parameters(0)["device_weight"] == "/dev/a,100,/dev/b,200"
    assert refused(domain.set_blkio_parameters, params("string", device_weight="/dev/a"), 0) == (
        "invalid argument: unable to parse blkio device 'device_weight' '/dev/a'"
    )
    assert refused(domain.set_blkio_parameters, params("string", device_weight="/dev/a,x"), 0) == (
        "invalid argument: invalid value 'x' for parameter 'device_weight' of device '/dev/a'"
    )


def test_disk_limits(domain, refused):
    domain.set_block_io_tune("vda", params("ullong", read_iops_sec=10, read_iops_sec_max=20), 0)
    found = domain.get_block_io_tune("vda", 0)
    assert found["read_iops_sec"] == 10
    assert domain.get_block_io_tune(None, 0).keys() == found.keys()  # virsh counts them so
    assert refused(domain.set_block_io_tune, "vda", params("ullong", total_iops_sec=5), 0) == (
        "invalid argument: total and read/write of iops_sec cannot be set at the same time"
    )
    assert refused(domain.get_block_io_tune, "vdz", 0) == (
        "invalid argument: disk 'vdz' was not found in the domain config"
    )


def test_interface_rates(domain, refused):
    rates = TypedParams().set("inbound.average", "uint", 10).set("inbound.peak", "uint", 20)
    domain.set_interface_parameters("testnet0", rates, 0)
    assert domain.get_interface_parameters("aa:bb:cc:dd:ee:ff", 0)["inbound.peak"] == 20
    domain.set_interface_parameters("testnet0", TypedParams().set("inbound.average", "uint", 0), 0)
    assert domain.get_interface_parameters("testnet0", 0)["inbound.average"] == 0
    assert "bandwidth" not in domain.get_xml_desc(0)
    assert refused(domain.get_interface_parameters, "eth9", 0) == (
        "invalid argument: 'eth9' is not a known interface"
    )


def test_performance_events(domain):
    domain.set_perf_events(params("boolean", cmt=True, page_faults=False), 0)
    assert domain.get_perf_events(0)["cmt"] is True
    assert "<event name='page_faults' enabled='no'/>" in domain.get_xml_desc(0)


def test_the_scheduler(domain, refused):
    assert tuple(domain.get_scheduler_type()) == ("fair", 1)
    assert dict(domain.get_scheduler_parameters()) == {"weight": 50}
    assert refused(domain.get_scheduler_parameters_flags, 1) == (
        "unsupported flags (0x5) in function testDomainGetSchedulerParametersFlags"
    )


def test_live_and_config_at_once_where_one_is_wanted(domain, refused):
    assert refused(domain.pin_emulator, b"\x01", 3) == (
        "Flags 'VIR_DOMAIN_AFFECT_LIVE' and 'VIR_DOMAIN_AFFECT_CONFIG' are mutually exclusive"
    )
