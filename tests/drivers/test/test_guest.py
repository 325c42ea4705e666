"""The inside of a guest, its statistics and the host."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("seconds", "answer"),
    [
        (627319920, (0, 0, 0)),
        (500, (1, 0, 500)),
        (10500, (2, 0, 500)),
        (30001, (3, 1, 1)),
        (0, (0, 0, 0)),
    ],
)
def test_the_clock_picks_the_control_state(domain, seconds, answer):
    domain.set_time(seconds, 5, 0)
    assert tuple(domain.get_time(0)) == (seconds, 5)
    assert tuple(domain.get_control_info(0)) == answer


def test_freeze_and_thaw(domain, refused):
    assert domain.fsfreeze(["/"], 0) == 1
    assert domain.fsfreeze([], 0) == 1
    assert domain.fsfreeze([], 0) == 0
    assert domain.fsthaw(["/boot", "/boot"], 0) == 1
    assert domain.fsthaw([], 0) == 1
    assert refused(domain.fsfreeze, ["/home"], 0) == (
        "Requested operation is not valid: mount point not found: /home"
    )
    assert domain.fsfreeze([], 0) == 2


def test_file_systems(domain):
    assert [tuple(one) for one in domain.get_fsinfo(0)] == [
        ("/", "vda1", "ext4", ["vda"]),
        ("/boot", "vda2", "ext4", ["vda"]),
    ]


def test_addresses(domain):
    (interface,) = domain.interface_addresses(0, 0)
    assert [tuple(address) for address in interface.addrs] == [(0, "192.168.122.3", 24)]


def test_names_keys_and_signals(domain, refused):
    assert domain.get_hostname(0) == "testhost"
    domain.send_key(0, 0, [1, 2], 0)
    assert refused(domain.send_key, 2, 0, [300], 0) == (
        "internal error: invalid keycode 300 of atset1 codeset"
    )
    domain.send_process_signal(1, 15, 0)
    assert refused(domain.send_process_signal, 2, 15, 0) == (
        "invalid argument: only sending a signal to pid 1 is supported"
    )


def test_a_guest_that_is_off(domain, refused):
    domain.destroy()
    for ask, values in (
        (domain.get_hostname, (0,)),
        (domain.fsfreeze, ([], 0)),
        (domain.get_time, (0,)),
        (domain.inject_nmi, (0,)),
        (domain.memory_stats, (0,)),
        (domain.block_stats, ("vda",)),
        (domain.get_disk_errors, (0,)),
    ):
        assert refused(ask, *values) == "Requested operation is not valid: domain is not running"


def test_statistics(domain, refused):
    assert domain.get_block_info("vda", 0).capacity == 1099506450432
    assert refused(domain.get_block_info, "vdz", 0) == (
        "invalid argument: invalid path vdz not assigned to domain"
    )
    assert refused(domain.block_stats, "") == (
        "Operation not supported: summary statistics are not supported yet"
    )
    assert next((one.tag, one.val) for one in domain.memory_stats(0)) == (6, 2097152)
    assert domain.memory_peek(254, 4, 1) == b"\xfe\xff\x00\x01"
    assert domain.get_cpu_stats(2, 0, 2, 0).nparams == 2
    assert refused(domain.get_cpu_stats, 2, 5, 1, 0) == (
        "invalid argument: start_cpu 5 larger than maximum of 1"
    )


def test_the_host(connection, refused):
    assert list(connection.node_get_info()) == ["i686", 3145728, 16, 1400, 2, 2, 2, 2]
    assert connection.node_get_cells_free_memory(0, 8) == [2097152, 4194304]
    assert refused(connection.node_get_cells_free_memory, 2, 1) == (
        "invalid argument: Range exceeds available cells"
    )
    assert connection.node_get_free_pages([4, 8], 0, 2, 0) == [7, 21, 19, 45]
    assert connection.node_get_cpu_map(0).cpumap == b"\x15"
    assert refused(connection.get_cpu_model_names, "mips", 0) == (
        "this function is not supported by the connection driver: 'mips' architecture is not "
        "supported by CPU driver"
    )
    assert "Penryn" in connection.get_cpu_model_names("x86_64", 0)


def test_what_the_driver_does_not_have(domain, refused):
    assert refused(domain.get_guest_info, 0, 0) == (
        "this function is not supported by the connection driver: virDomainGetGuestInfo"
    )


def test_lifecycle_actions(domain, refused):
    domain.set_lifecycle_action(0, 1, 1)
    domain.shutdown()
    assert tuple(domain.get_state(0)) == (1, 1)
    assert refused(domain.set_lifecycle_action, 0, 4, 0) == (
        "unsupported configuration: Lifecycle event 'poweroff' doesn't support "
        "'coredump-destroy' action"
    )


def test_rename(connection, domain, refused):
    assert refused(domain.rename, "new", 0) == (
        "Requested operation is not valid: cannot rename active domain"
    )
    domain.destroy()
    assert refused(domain.rename, "a/b", 0) == "XML error: name a/b cannot contain '/'"
    domain.rename("new", 0)
    assert connection.domain("new").uuid == domain.uuid
    assert "<name>new</name>" in connection.domain("new").get_xml_desc(0)
