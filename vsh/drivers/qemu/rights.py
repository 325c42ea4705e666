"""What a QEMU may on this host: whom it runs as, with no capability, and how much of everything."""

from __future__ import annotations

from vsh.drivers.host import programs
from vsh.drivers.state.attempts import Ignoring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.host.account import Account
    from vsh.drivers.qemu.settings import Settings
    from vsh.xml.domain import Domain as Definition

_MORE = 1024 * 1024  # KiB of a device's own memory, beside the guest's
_USERFAULTFD = "/proc/sys/vm/unprivileged_userfaultfd"
_WHY = "running QEMU without root's rights"


def before(settings: Settings, account: Account, live: Definition) -> list[str]:
    """The words before a QEMU's command, of programs that become it.

    account  whom it runs as

    Raises OperationUnsupported where such a program is missing.
    """
    limit = [programs.needed("prlimit", _WHY), *_limits(settings, live)]
    return [*limit, *account.command(programs.needed("setpriv", _WHY))]


def _limits(settings: Settings, live: Definition) -> Iterator[str]:
    core = 0 if live.memory_dump_core is False else settings.max_core
    yield f"--core={core}"
    if settings.max_files:
        yield f"--nofile={settings.max_files}"
    if settings.max_processes:
        yield f"--nproc={settings.max_processes}"
    locked = lockable(live)
    if locked is not None:
        yield f"--memlock={locked or 'unlimited'}"


def lockable(live: Definition) -> int | None:
    """How many bytes of a guest's memory may be locked; 0: all; None: it locks none."""
    from vsh.drivers.state import tuning_model
    from vsh.xml.domain.tune import UNLIMITED

    limit = tuning_model.memory_limits(live)["hard_limit"]
    backing = live.memory_backing
    assigned = sum(1 for each in live.hostdevs if each.type in ("pci", "mdev"))
    assigned += sum(1 for each in live.interfaces if each.type == "hostdev")
    kernel = sum(1 for each in live.interfaces if each.type == "vdpa")
    if backing is not None and backing.locked:
        return limit * 1024 if limit < UNLIMITED else 0
    if not assigned and not kernel:
        return None
    if limit < UNLIMITED:
        return limit * 1024
    times = kernel + (assigned if assigned and live.iommu else min(assigned, 1))
    return (times * int(live.memory or 0) + _MORE) * 1024


def unprotect(pid: int) -> None:
    """A guest is no dearer to the host than other programs, however dear its starter is."""
    with Ignoring(OSError), open(f"/proc/{pid}/oom_score_adj", "r+", encoding="ascii") as file:
        if int(file.read()) < 0:
            file.seek(0)
            file.write("0")


def allow_postcopy() -> None:
    """Let QEMU fetch a guest's memory while it runs: the kernel lets only root, by default.

    libvirt's packages set the same for good; it stays until the host boots.
    """
    with Ignoring(OSError), open(_USERFAULTFD, "r+", encoding="ascii") as file:
        if file.read().strip() == "0":
            file.seek(0)
            file.write("1")
