"""What matters about the connection, for the welcome, the prompt and the toolbar."""

from __future__ import annotations

from vsh.api.domain.records import JobInfo
from vsh.errors import Error
from vsh.words.domain.job import DomainJobType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.domain.records import BlockJobInfo


class Overview:
    """Where we are and how much runs there; what the other side would not say is None.

    It takes one question for each job that was left running, and none where there is no such job.

    place    what the prompt calls the kind of connection: "system", "session", "test", "lxc"
    host     the first part of the host's name
    running, total   domains
    version  libvirt's, such as "12.8.0"
    jobs     what was left running of ``begun`` (``Session.begun``, without those that ended then):
             "vda of web1 42%"
    """

    __slots__ = ("host", "jobs", "place", "running", "total", "version")

    def __init__(self, connection: Connection, begun: list[tuple[Domain, str]]) -> None:
        self.place = place(connection.uri)
        answers: list[Any] = connection.many(
            [
                connection.get_hostname.request(),
                connection.num_of_domains.request(),
                connection.num_of_defined_domains.request(),
                connection.get_lib_version.request(),
                *(
                    domain.get_block_job_info.request(disk, 0)
                    if disk
                    else domain.get_job_info.request()
                    for domain, disk in begun
                ),
            ]
        )
        name, running, off, version, *jobs = (
            None if isinstance(answer, Error) else answer for answer in answers
        )
        self.jobs = [
            f"{disk} of {domain.name} {share}" if disk else f"{domain.name} {share}"
            for (domain, disk), share in zip(begun, map(_share, jobs), strict=True)
            if share
        ]
        begun[:] = [each for each, job in zip(begun, jobs, strict=True) if _share(job)]
        self.host: str | None = name.partition(".")[0] if isinstance(name, str) else None
        self.running: int | None = running
        self.total: int | None = None if running is None or off is None else running + off
        self.version = "" if version is None else dotted(version)


def _share(job: BlockJobInfo | JobInfo | None) -> str:
    """How far a job is; "" where there is none any more."""
    if job is None:
        return ""
    if isinstance(job, JobInfo):
        done, total = job.dataProcessed, job.dataTotal
        there = job.type in (DomainJobType.BOUNDED, DomainJobType.UNBOUNDED)
    else:
        done, total, there = job.cur, job.end, bool(job.found)
    return f"{100 * done // total if total else 0}%" if there else ""


def dotted(number: int) -> str:
    """libvirt's number of a version as people write it: 12008000 is "12.8.0"."""
    return f"{number // 1000000}.{number // 1000 % 1000}.{number % 1000}"


def place(uri: str) -> str:
    """What kind of connection a URI is, in one word: its path where that says it ("system",
    "session"), else its driver."""
    scheme, _, rest = uri.partition("://")
    driver = scheme.partition("+")[0]
    path = rest.partition("?")[0].partition("/")[2].strip("/")
    if driver in ("qemu", "kvm") and path:
        return path.rpartition("/")[2]
    return driver or "vsh"
