"""A backup of a domain: begun, and followed to its end, which virsh leaves to who began it."""

from __future__ import annotations

from time import sleep

from vsh.api.job import INTERVAL, Progress
from vsh.errors import Error, OperationAborted, OperationFailed
from vsh.words.domain.job import DomainGetJobStats, DomainJobType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.domain import Domain


def backup(domain: Domain, xml: str, checkpoint: str | None, flags: int = 0) -> Iterator[Progress]:
    """Begin a backup and wait until all of it is written.

    xml, checkpoint  the documents of the backup, and of a checkpoint to make with it
    flags            ``DomainBackupBegin``
    Yields how far it is; an iteration that is left before its end has the job aborted.
    Raises the hypervisor's Error, OperationAborted and OperationFailed as the job ended.
    """
    domain.backup_begin(xml, checkpoint, flags)
    try:
        while True:
            job = domain.get_job_info()
            if job.type == DomainJobType.NONE:
                break
            yield Progress(job.dataRemaining, job.dataTotal)
            sleep(INTERVAL)
    except (KeyboardInterrupt, GeneratorExit):
        domain.abort_job()
        raise
    _check_end(domain)


def _check_end(domain: Domain) -> None:
    """Raise what the job that was the last one failed of."""
    try:
        ended = domain.get_job_stats(DomainGetJobStats.COMPLETED)
    except Error:
        return  # a hypervisor that keeps nothing of a job: it has ended, and no error was told
    if ended.type == DomainJobType.CANCELLED:
        raise OperationAborted("the backup was cancelled")
    if ended.type == DomainJobType.FAILED:
        raise OperationFailed(str(dict(ended.params).get("errmsg") or "the backup failed"))
