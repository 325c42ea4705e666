"""domjobabort: give up the job that runs on a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Flag
from vsh.words.domain.job import DomainAbortJob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command
def domjobabort(
    domain: Domain = ACTIVE_DOMAIN,
    postcopy: bool = Flag("pause a migration that is past the point of no return"),
) -> None:
    """Give up the job that runs on a domain: a migration, save or dump.

    The guest goes on as it was before the job.

    Examples:
        domjobabort web1  # the migration, save or dump that runs
    """
    if postcopy:
        domain.abort_job_flags(DomainAbortJob.POSTCOPY)
    else:
        domain.abort_job()
