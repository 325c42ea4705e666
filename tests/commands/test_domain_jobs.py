"""Numbers of jobs, as domjobinfo and blockjob print them, of domains that tell what a test says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vsh.api.domain.records import BlockJobInfo, JobInfo, JobStats
from vsh.api.types import TypedParams
from vsh.cli.session import Session
from vsh.commands.domain.blockjob import blockjob
from vsh.commands.domain.domjobinfo import domjobinfo
from vsh.errors import CommandError, Error, InvalidArgument, NoSupport
from vsh.output.plain import render
from vsh.output.screen import Screen

if TYPE_CHECKING:
    from vsh.cli.command import Command

MIB = 1024 * 1024


class Busy:
    """A domain whose job is what the test says; an error is raised."""

    def __init__(self, stats: Any = None, info: Any = None) -> None:
        self.stats = stats
        self.info = info

    def answer(self, value: Any) -> Any:
        if isinstance(value, Error):
            raise value
        return value

    def get_job_stats(self, flags: int = 0) -> Any:
        return self.answer(self.stats)

    def get_job_info(self) -> Any:
        return self.answer(self.info)

    def get_block_job_info(self, disk: str, flags: int = 0) -> Any:
        return self.answer(self.stats if flags else self.info)


def printed(
    command: Command, domain: Busy, capsys: pytest.CaptureFixture[str], **given: Any
) -> str:
    """What the command prints on standard output."""
    values = {param.parameter: param.default for param in command.params} | {"domain": domain}
    if "session" in values:
        values["session"] = Session("virsh")
    document = command.function(**(values | given))
    if document is not None:
        render(document, Screen("virsh"))
    return capsys.readouterr().out


def params(**values: Any) -> TypedParams:
    found = TypedParams()
    for name, value in values.items():
        kind = {bool: "boolean", float: "double", str: "string"}.get(type(value), "ullong")
        found.set(name, "int" if name in ("operation", "auto_converge_throttle") else kind, value)
    return found


MIGRATING = params(
    operation=5, time_elapsed=1500, downtime=300, setup_time=7,
    data_total=3 * MIB, data_processed=MIB, data_remaining=2 * MIB,
    memory_total=3 * MIB, memory_processed=MIB, memory_remaining=2 * MIB,
    memory_bps=MIB, memory_dirty_rate=12, memory_page_size=4096, memory_iteration=2,
    memory_constant=9, memory_normal_bytes=512, compression_cache_misses=3,
    auto_converge_throttle=20,
)  # fmt: skip
TEXT = """\
Job type:         Unbounded   \n\
Operation:        Outgoing migration
Time elapsed:     1500         ms
Data processed:   1.000 MiB
Data remaining:   2.000 MiB
Data total:       3.000 MiB
Memory processed: 1.000 MiB
Memory remaining: 2.000 MiB
Memory total:     3.000 MiB
Memory bandwidth: 1.000 MiB/s
Dirty rate:       12           pages/s
Page size:        4096         bytes
Iteration:        2           \n\
Constant pages:   9           \n\
Normal data:      512.000 B
Expected downtime: 300          ms
Setup time:       7            ms
Compression cache misses: 3            \n\
Auto converge throttle: 20           \n\
"""


def test_a_migration(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(domjobinfo, Busy(JobStats(2, MIGRATING)), capsys) == TEXT


def test_times_that_are_not_known_are_0(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(domjobinfo, Busy(JobStats(1, params(operation=2))), capsys)
    assert text.splitlines()[2:] == ["Time elapsed:     0            ms",
                                     "Time remaining:   0            ms"]  # fmt: skip


def test_a_failed_job_is_told_in_full_only_if_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    failed = Busy(JobStats(4, params(operation=9, time_elapsed=5, errmsg="no space")))
    assert printed(domjobinfo, failed, capsys, completed=True) == (
        "Job type:         Failed      \nOperation:        Backup      \n"
    )
    assert printed(domjobinfo, failed, capsys, completed=True, anystats=True).endswith(
        "Error message:    no space\n"
    )


def test_keys_have_units() -> None:
    document = domjobinfo.function(
        domain=Busy(JobStats(2, MIGRATING)),
        completed=False,
        keep_completed=False,
        anystats=False,
        rawstats=False,
    )
    value = document.data()
    assert value["type"] == "unbounded"
    assert value["time_elapsed_ns"] == 1500 * 10**6
    assert value["memory_total_bytes"] == 3 * MIB
    assert value["memory_bytes_per_second"] == MIB
    assert value["memory_normal_bytes"] == 512
    assert value["memory_dirty_rate_pages_per_second"] == 12
    assert value["memory_page_size_bytes"] == 4096


def test_raw_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    stats = JobStats(3, params(operation=9, success=True, ratio=1.5, errmsg="x"))
    text = printed(domjobinfo, Busy(stats), capsys, rawstats=True)
    assert text == "Job type: 3\n\noperation: 9\nsuccess: 1\nratio: 1.5\nerrmsg: x\n"


def test_an_older_hypervisor(capsys: pytest.CaptureFixture[str]) -> None:
    older = Busy(NoSupport("virDomainGetJobStats"), JobInfo(1, 10, 20, MIB, 0, MIB, *[0] * 6))
    assert printed(domjobinfo, older, capsys).splitlines()[1:] == [
        "Operation:        Unknown     ",
        "Time elapsed:     10           ms",
        "Time remaining:   20           ms",
        "Data processed:   0.000 B",
        "Data remaining:   1.000 MiB",
        "Data total:       1.000 MiB",
    ]
    with pytest.raises(CommandError, match="not supported by the daemon"):
        printed(domjobinfo, older, capsys, rawstats=True)


def test_a_block_job(capsys: pytest.CaptureFixture[str]) -> None:
    copying = BlockJobInfo(1, 2, 3 * MIB, 1, 4)
    text = printed(blockjob, Busy(copying), capsys, path="vda")
    assert text == "    Bandwidth limit: 3145728 bytes/s (3.000 MiB/s)\n"
    text = printed(blockjob, Busy(info=copying), capsys, path="vda", raw=True)
    assert text == " type=Block Copy\n bandwidth=3145728\n cur=1\n end=4\n"


def test_a_block_job_of_an_older_hypervisor(capsys: pytest.CaptureFixture[str]) -> None:
    older = Busy(InvalidArgument("flags"), BlockJobInfo(1, 1, 2, 1, 4))
    text = printed(blockjob, older, capsys, path="vda")
    assert text == "    Bandwidth limit: 2097152 bytes/s (2.000 MiB/s)\n"
    with pytest.raises(Error):
        printed(blockjob, older, capsys, path="vda", bytes=True)


def test_no_block_job(capsys: pytest.CaptureFixture[str]) -> None:
    none = BlockJobInfo(0, 0, 0, 0, 0)
    assert printed(blockjob, Busy(none), capsys, path="vda") == "No current block job for vda"
    assert printed(blockjob, Busy(info=none), capsys, path="vda", raw=True) == ""
