"""The memory of a guest, dumped by itself: when it has crashed, or its watchdog says so."""

from __future__ import annotations

import os
import time

from vsh.drivers.host import page_cache
from vsh.drivers.qemu.monitor import CommandRefused, MonitorClosed, MonitorSilent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor


def make(hypervisor: Hypervisor, guest: Guest) -> bool:
    """Dump the memory of a guest that stands still; whether that was done."""
    stamp = time.strftime("%Y-%m-%d-%H:%M:%S")
    folder = hypervisor.settings.auto_dump_path or hypervisor.root / "dump"
    path = f"{folder}/{guest.id}-{guest.name[:20]}-{stamp}"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError:
        return False
    name, whole = "vsh-crash", False
    try:
        guest.ask("getfd", {"fdname": name}, descriptors=[descriptor])
        guest.ask("dump-guest-memory", {"paging": False, "protocol": f"fd:{name}"}, timeout=None)
        whole = True
        if hypervisor.settings.auto_dump_bypass_cache:
            os.fsync(descriptor)
            page_cache.drop(path)
    except (CommandRefused, MonitorClosed, MonitorSilent):
        os.unlink(path)
    finally:
        os.close(descriptor)
    return whole
