"""What a QEMU may on this host: whom it runs as, with no capability, and how much of everything."""

from __future__ import annotations

import errno
import os

from vsh.drivers.host import programs
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InternalError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.host.account import Account
    from vsh.drivers.qemu.settings import Settings
    from vsh.xml.domain import Domain as Definition

_MORE = 1024 * 1024  # KiB of a device's own memory, beside the guest's
_USERFAULTFD = "/proc/sys/vm/unprivileged_userfaultfd"
_EVERYTHING = (1 << 53) - 1  # KiB of a guest's memory, as libvirt counts
_SYS_RESOURCE = 24  # CAP_SYS_RESOURCE
_LIMITING = "limiting what QEMU may use"
_NOT_RAW = (
    "Process exited prior to exec: libvirt:  error : internal error: "
    "cannot apply process capabilities -5"
)
"""libvirt's words where a disk is to be given a right that we have not."""
_WHY = "running QEMU without root's rights"


def before(settings: Settings, account: Account | None, live: Definition) -> list[str]:
    """The words before a QEMU's command, of programs that become it.

    account  whom it runs as; None: as we do, who are not root

    Raises OperationUnsupported where such a program is missing, SystemFailure for a limit that this
    process may not give, InternalError for rights.
    """
    limits = list(_limits(settings, live))
    if account is None:
        if asks_raw(live):
            raise InternalError(_NOT_RAW)
        limits = [each for each in limits if each != "--core=unlimited"]  # as we have it
        return [programs.needed("prlimit", _LIMITING), *limits] if limits else []
    limit = [programs.needed("prlimit", _WHY), *limits]
    keep = ("sys_rawio",) if asks_raw(live) else ()
    return [*limit, *account.command(programs.needed("setpriv", _WHY), keep)]


def asks_raw(live: Definition) -> bool:
    """Whether a disk or a device of the host is to be given SCSI commands that need a right."""
    return any(disk.rawio for disk in live.disks) or any(
        device.type == "scsi" and device.rawio for device in live.hostdevs
    )


def _limits(settings: Settings, live: Definition) -> Iterator[str]:
    core = 0 if live.memory_dump_core is False else settings.max_core
    yield f"--core={core}"
    if settings.max_files:
        yield f"--nofile={settings.max_files}"
    if settings.max_processes:
        yield f"--nproc={settings.max_processes}"
    locked = lockable(live)
    if locked is not None:
        if not _may_be(locked or _EVERYTHING):
            raise SystemFailure(
                f"cannot limit locked memory of the process to {locked or _EVERYTHING}: "
                f"{os.strerror(errno.EPERM)}"
            )
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
    locked = backing is not None and bool(backing.locked)
    if limit < UNLIMITED:
        needed = locked or bool(assigned or kernel)
        return limit * 1024 if needed or _may_be(limit * 1024) else None
    if locked:
        return 0
    if not assigned and not kernel:
        return None
    times = kernel + (assigned if assigned and live.iommu else min(assigned, 1))
    return (times * int(live.memory or 0) + _MORE) * 1024


def _may_be(locked: int) -> bool:
    """Whether so many bytes can be allowed, by ourselves: few kernels' root may not."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if most in (-1, resource.RLIM_INFINITY) or locked <= most:
        return True
    with open("/proc/self/status", encoding="utf-8") as file:
        able = next(line.split()[1] for line in file if line.startswith("CapEff:"))
    return bool(int(able, 16) >> _SYS_RESOURCE & 1)


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
