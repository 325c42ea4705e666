"""managedsave: save a running guest where the hypervisor finds it again."""

from __future__ import annotations

from vsh.api.job import Job
from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, SESSION
from vsh.cli.params import BITS, Flag
from vsh.commands.domain._jobs import watched
from vsh.commands.domain._saving import run_state
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainSaveRestore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command
def managedsave(
    domain: Domain = ACTIVE_DOMAIN,
    bypass_cache: bool = Flag(
        "do not let the file system cache the file", bit=DomainSaveRestore.BYPASS_CACHE
    ),
    state: int = run_state("after the next start"),
    verbose: bool = Flag("show the progress"),
    flags: int = BITS,
    session: Session = SESSION,
) -> Document:
    """Save the state of a running guest and stop it; its next start goes on from there.

    Ctrl-C gives up; the guest goes on then.

    Examples:
        managedsave web1  # memory to disk and off; the next start goes on from there
    """
    flags |= state
    with failing(f"Failed to save domain '{domain.called}' state"):
        job = Job(domain, lambda: domain.managed_save(flags))
        watched(session, job, "Managedsave", verbose=verbose)
    return Done("\nDomain '{domain}' state saved by libvirt", domain=domain.called)
