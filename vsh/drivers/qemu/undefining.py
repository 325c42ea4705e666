"""Undefining a guest: the files that go with its definition first, then the definition.

What goes is written down before: a vsh that is killed meanwhile leaves the rest to the next opener.
"""

from __future__ import annotations

import os
import shutil

from vsh.drivers.qemu import saved, tpm_program, variables
from vsh.errors import SystemFailure
from vsh.words.domain.lifecycle import DomainUndefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor


def undefine(hypervisor: Hypervisor, guest: Guest, flags: int) -> None:
    """A guest has no definition any more.  Raises SystemFailure; it is there then as before.

    flags  DomainUndefine: which files go with it
    """
    stored = variables.of(guest.definition, hypervisor.root / "nvram")
    files = [saved.managed_path(hypervisor, guest)] if guest.managed_save else []
    if stored is not None and flags & DomainUndefine.NVRAM:
        files.append(stored)
    if guest.definition.tpms and not guest.active:
        root = hypervisor.root.path
        files += tpm_program.left_by(root, guest.definition, guest.uuid, flags)
    if files:
        hypervisor.state.begin_job(guest.uuid, "undefine", {"files": files})
    finish(hypervisor, guest, files)


def finish(hypervisor: Hypervisor, guest: Guest, files: list[str]) -> None:
    """Delete files, and then the definition.  Raises SystemFailure."""
    try:
        for path in files:
            _remove(path)
    except BaseException:
        guest.managed_save = os.path.exists(saved.managed_path(hypervisor, guest))
        with hypervisor.state.act():
            hypervisor.guests.keep(guest)
            hypervisor.state.end_job(guest.uuid)
        raise
    guest.persistent = guest.autostart = guest.managed_save = False
    if not guest.active:
        hypervisor.guests.remove(guest)
        return
    with hypervisor.state.act():
        hypervisor.guests.keep(guest)
        hypervisor.state.end_job(guest.uuid)


def _remove(path: str) -> None:
    try:
        if os.path.isdir(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise SystemFailure(f"failed to remove nvram: {path}: {error.strerror}") from None
