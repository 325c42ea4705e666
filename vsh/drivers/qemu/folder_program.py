"""virtiofsd: a folder of the host in a guest, a program beside its QEMU (virtiofsd(1))."""

from __future__ import annotations

import json
import os

from vsh.drivers.host import lent_ids
from vsh.drivers.qemu import companions
from vsh.errors import ConfigUnsupported, InternalError, OperationUnsupported
from vsh.hypervisors.qemu.argv.properties import escape
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.host.account import Account
    from vsh.drivers.host.process import Process
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.filesystem import FileSystem

_DESCRIPTIONS = ("/etc/qemu/vhost-user", "/usr/share/qemu/vhost-user")
_PLACES = ("/usr/libexec/virtiofsd", "/usr/lib/qemu/virtiofsd", "/usr/bin/virtiofsd")


def wanted(folder: FileSystem) -> bool:
    """Whether a folder needs one that we start."""
    return folder.driver_type == "virtiofs" and not folder.source_socket


def find() -> str:
    """The program, as it describes itself to management.  Raises OperationUnsupported."""
    for place in _DESCRIPTIONS:
        names = sorted(os.listdir(place)) if os.path.isdir(place) else []
        for name in names:
            with open(f"{place}/{name}", encoding="utf-8") as file:
                described = json.load(file)
            if described.get("type") == "fs" and os.access(described.get("binary", ""), os.X_OK):
                return str(described["binary"])
    for place in _PLACES:
        if os.access(place, os.X_OK):
            return place
    raise OperationUnsupported("Unable to find a satisfying virtiofsd")


def features(program: str) -> set[str]:
    """What a program says that it can.  Raises InternalError where it does not say."""
    said = companions.capabilities(program)
    if said is None:
        raise InternalError(f"virtiofsd '{program}' does not say what it can")
    return set(texts(said.get("features")))


def command(
    program: str,
    folder: FileSystem,
    descriptor: int,
    *,
    separate: bool = False,
    debug: bool = False,
) -> list[str]:
    """How it is called for a folder, with the words and order that libvirt calls it with.

    separate  it has options of their own, as those in Rust
    debug     it is to say all that it does

    Raises ConfigUnsupported for what the program knows nothing of.
    """
    found = [program, f"--fd={descriptor}"]
    found += _words(folder) if separate else ["-o", ",".join(_options(folder))]
    if not separate and (folder.readonly or folder.idmap is not None):
        what = "readonly" if folder.readonly else "idmap"
        raise ConfigUnsupported(
            f"<{what}> of a folder is not supported by this virtiofsd",
            hint="virtiofsd 1.0.0 and newer can",
        )
    if folder.thread_pool_size is not None and folder.thread_pool_size >= 0:
        found.append(f"--thread-pool-size={folder.thread_pool_size}")
    if folder.openfiles:
        found.append(f"--rlimit-nofile={folder.openfiles}")
    if debug:
        found += ["--log-level", "debug"] if separate else ["-d"]
    if folder.idmap is not None:
        for word, ranges in (("uid", folder.idmap.uids), ("gid", folder.idmap.gids)):
            found += [f"--{word}-map=:{each.start}:{each.target}:{each.count}:" for each in ranges]
    if folder.readonly:
        found.append("--readonly")
    return found


def _words(folder: FileSystem) -> Iterator[str]:
    yield from ("--shared-dir", folder.source_dir or "")
    if folder.cache:
        yield from ("--cache", "never" if folder.cache == "none" else folder.cache)
    if folder.sandbox:
        yield from ("--sandbox", folder.sandbox)
    if folder.xattr:
        yield "--xattr"
    if folder.lock_posix is not None or folder.lock_flock is not None:
        raise ConfigUnsupported("locking options are not supported by this virtiofsd")


def _options(folder: FileSystem) -> Iterator[str]:
    yield f"source={escape(folder.source_dir or '')}"
    if folder.cache:
        yield f"cache={folder.cache}"
    if folder.sandbox:
        yield f"sandbox={folder.sandbox}"
    for value, word in (
        (folder.xattr, "xattr"), (folder.lock_flock, "flock"), (folder.lock_posix, "posix_lock"),
    ):  # fmt: skip
        if value is not None:
            yield word if value else f"no_{word}"


def start(
    hypervisor: Hypervisor,
    account: Account | None,
    live: Definition,
    folder: FileSystem,
    place: str,
) -> Process:
    """Run it for a folder of a guest.

    account  whom the guest's QEMU runs as
    place    the guest's own folder

    Raises ConfigUnsupported, InternalError, OperationUnsupported, SystemFailure.
    """
    if os.geteuid() != 0:
        if not is_modern(live):
            raise ConfigUnsupported("virtiofs is not yet supported in session mode")
        folder.idmap = folder.idmap or lent_ids.mapped(os.geteuid(), os.getegid())
    program = folder.binary or find()
    if not os.access(program, os.X_OK):
        raise InternalError(f"virtiofsd binary '{program}' is not executable")
    if not os.path.exists(folder.source_dir or ""):
        raise InternalError(f"the virtiofs export directory '{folder.source_dir}' does not exist")
    folder.binary = program
    separate = "separate-options" in features(program)
    with companions.listen(f"{place}/{folder.alias}-fs.sock", account) as listening:
        return companions.start(
            command(
                program,
                folder,
                listening.fileno(),
                separate=separate,
                debug=hypervisor.settings.virtiofsd_debug,
            ),
            hypervisor.root / f"log/{live.name}-{folder.alias}-virtiofsd.log",
            place,
            str(folder.alias),
            descriptors=[listening.fileno()],
        )
