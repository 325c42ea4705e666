"""What commands cost over a link with a round trip of 50 ms: calls are counted, time is bounded.

The daemon is real, behind tests/support/delay_proxy.py; bench_remote.py compares with virsh.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from crowded_host import DISKS, DOMAINS, NETWORKS, POOLS, SNAPSHOTS, VOLUMES, populate
from delay_proxy import DelayProxy
from private_libvirtd import PrivateLibvirtd, obstacle

import vsh
from vsh.cli.session import Session
from vsh.commands._virsh_completion import candidates

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.libvirtd

FIXED = 3
"""AUTH_LIST and CONNECT_OPEN, in flight together, and CONNECT_CLOSE."""

# The command, the calls it makes (None: it depends on the host), and how many of its own steps
# have to wait for the step before.
COSTS = [
    ("hostname", FIXED + 1, 1),
    ("list --all", FIXED + 2, 2),
    ("list --all --title --managed-save", FIXED + 2 + 2 * (DOMAINS + 1), 3),
    ("snapshot-list guest000", FIXED + 2 + SNAPSHOTS, 3),
    ("snapshot-list guest000 --tree", FIXED + 2 + SNAPSHOTS, 3),
    ("vol-list pool0 --details", FIXED + 2 + 2 * VOLUMES, 3),
    ("pool-list --all --details", FIXED + 1 + 4 * POOLS, 3),
    ("net-list --all", FIXED + 1 + 3 * NETWORKS, 2),
    ("nodedev-list --tree", None, 2),
    ("iface-list --all", FIXED + 2, 1),
    ("domblkinfo disky --all", FIXED + 2 + DISKS, 3),
    ("domstats", FIXED + 1, 1),
    ("vcpucount guest000", FIXED + 4, 2),
    ("vcpuinfo guest000", FIXED + 5, 3),
    ("vol-info v000.img --pool pool0", FIXED + 4, 3),
    ("vol-dumpxml v000.img --pool pool0", FIXED + 4, 3),
]
GREETING = 2
"""The steps of the greeting and of the leave; the command's own are between them."""
ROUND_TRIP = 0.05
START = 0.3
"""What a process may take beside the waiting, on a machine that has other things to do."""


@pytest.fixture(scope="module")
def slow() -> Iterator[DelayProxy]:
    """The way to a host with much on it."""
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    with PrivateLibvirtd() as daemon:
        populate(daemon)
        with DelayProxy(daemon.folder / "slow", daemon.socket, ROUND_TRIP / 2) as proxy:
            yield proxy


def uri(proxy: DelayProxy) -> str:
    return f"qemu+unix:///system?socket={proxy.listen}"


@pytest.mark.parametrize(("words", "calls", "steps"), COSTS, ids=[cost[0] for cost in COSTS])
def test_what_a_command_costs(slow, vsh_process, times, words, calls, steps):
    allowed = min(0.6, ROUND_TRIP * (steps + 2) + START)
    taken = []
    for _ in range(4):  # the machine may be busy with something else for a moment
        begun = time.monotonic()
        vsh_process("echo", "x")
        busy = time.monotonic() - begun  # what takes 0.02 s where nothing else runs
        slow.clear()
        begun = time.monotonic()
        done = vsh_process("-c", uri(slow), *words.split())
        taken.append(time.monotonic() - begun - max(0.0, busy - 0.02) * 5)
        assert (done.status, done.err) == (0, "")
        assert done.out.strip()
        slow.wait_for_leave()
        if calls is not None:
            assert len(slow.calls) <= calls
            assert slow.steps() <= steps + GREETING
        if taken[-1] < allowed:
            break
    times.append((words, f"{len(slow.calls)} calls", f"{min(taken):.2f} s"))
    assert min(taken) < allowed


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["domstate", "--domain", ""], "guest299"),
        (["snapshot-dumpxml", "--domain", "guest000", "--snapshotname", ""], "s39"),
        (["vol-info", "--pool", "pool0", "--vol", ""], "v199.img"),
        (["net-info", "--network", ""], "n7"),
    ],
    ids=["domain", "snapshot", "volume", "network"],
)
def test_completion(slow, clean_environment, times, line, expected):
    session = Session()
    session.uri = uri(slow)
    assert session.connection is not None
    try:
        taken = []
        for _ in range(3):
            slow.calls.clear()
            begun = time.monotonic()
            assert expected in candidates(session, line)
            taken.append(time.monotonic() - begun)
            assert len(slow.calls) <= 3
    finally:
        session.disconnect()
    row = ("Tab: " + " ".join(line), f"{len(slow.calls)} calls", f"{min(taken[1:]):.2f} s")
    times.append(row)
    assert min(taken[1:]) < 0.2


def test_a_window_that_is_smaller(slow, clean_environment):
    """The window is settable: with one call in flight at a time each costs its round trip."""
    with vsh.connect(uri(slow)) as connection:
        assert connection.driver.window >= 500
        connection.driver.window = 1
        begun = time.monotonic()
        assert len(connection.many([connection.get_hostname.request()] * 4)) == 4
        assert time.monotonic() - begun >= 4 * ROUND_TRIP
