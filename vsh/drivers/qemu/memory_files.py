"""The folders of files that guests have their memory in: of the guest's own, or of huge pages."""

from __future__ import annotations

import os
import shutil

from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InternalError, SystemFailure
from vsh.hypervisors.qemu.argv.host import Host, huge_page_mounts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.qemu.live_host import LiveHost
    from vsh.drivers.qemu.settings import Settings
    from vsh.xml.domain import Domain as Definition


def make(live: Definition, host: LiveHost, command: list[str]) -> None:
    """Make those that a command line names.  Raises SystemFailure."""
    name = host.identity(live)
    found = [(f"{host.memory}/{name}", host.memory)]
    found += [(place, place) for place in _of_pages(host, name)]
    for folder, own in found:
        if any(folder in word for word in command):
            try:
                os.makedirs(folder, 0o700, exist_ok=True)
                if host.files is not None:
                    host.files.own(*{own, folder})
            except OSError as error:
                raise SystemFailure(f"unable to create folder {folder}: {error.strerror}") from None


def remove(definition: Definition, number: int, settings: Settings) -> None:
    """Remove those of a guest that had a number; what is in its own folder goes with that."""
    host = Host()
    host.number = number
    name = host.identity(definition)
    if settings.memory_backing_dir:
        shutil.rmtree(f"{settings.memory_backing_dir}/libvirt/qemu/{name}", ignore_errors=True)
    backing = definition.memory_backing
    if backing is not None and backing.hugepages:
        if settings.hugetlbfs_mount is not None:
            with Ignoring(SystemFailure, InternalError):
                host.hugepages = huge_page_mounts(settings.hugetlbfs_mount)
        for folder in _of_pages(host, name):
            with Ignoring(OSError):
                os.rmdir(folder)


def _of_pages(host: Host, name: str) -> Iterator[str]:
    for _, mount in host.hugepages:
        yield f"{mount}/libvirt/qemu/{name}"
