"""The steps that bring what libvirt has into a root of ours; what is said of what runs there."""

from __future__ import annotations

import base64
import os
import re
import shutil

from vsh.daemon.moving import Step
from vsh.drivers.subjects import in_document
from vsh.errors import ConfigUnsupported, Error, OpenFailed
from vsh.words.snapshot import SnapshotCreate
from vsh.xml.engine.reader import MAX_SIZE, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from vsh.api.connection import Connection
    from vsh.daemon.moving import Folders
    from vsh.drivers.qemu import Qemu

    class Startable(Protocol):
        """What can be started with the host."""

        def set_autostart(self, autostart: int) -> None:
            """Mark it, or no more."""


THERE = "there already: left as it is"
_COMMENT = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)
_ACTIVE = re.compile(r"\s*<active>(\d)</active>")
_PROCESS = re.compile(r"<domstatus [^>]*\bpid='(\d+)'")
_NEEDS = {
    "network": re.compile(r"<source network='([^']*)'"),
    "bridge": re.compile(r"<source bridge='([^']*)'"),
    "pool": re.compile(r"<source pool='([^']*)'"),
    "device of the host": re.compile(r"<hostdev [^>]*type='([^']*)'"),
}


def steps(connection: Connection, driver: Qemu, folders: Folders) -> list[Step]:
    """Everything, in an order in which what is needed comes first."""
    config = folders.config
    found = [
        *_secrets(connection, f"{config}/secrets"),
        *_defined(
            "nwfilter", f"{config}/nwfilter",
            connection.nwfilter_lookup_by_name, connection.nwfilter_define_xml,
        ),
        *_startable(
            "network", f"{config}/qemu/networks",
            connection.network_lookup_by_name, connection.network_define_xml,
        ),
        *_startable(
            "pool", f"{config}/storage",
            connection.storage_pool_lookup_by_name, connection.storage_pool_define_xml,
        ),
        *_startable(
            "domain", f"{config}/qemu",
            connection.domain_lookup_by_name, connection.domain_define_xml,
        ),
    ]  # fmt: skip
    for name, _ in _files(f"{config}/qemu"):
        for kind in ("snapshot", "checkpoint"):
            place = f"{folders.lib}/{kind}/{name}"
            found += _moments(connection, kind, name, place)
        saved = f"{folders.lib}/save/{name}.save"
        if os.path.exists(saved):
            found.append(_saved(driver, name, saved))
    return found


def running(folders: Folders) -> Iterator[str]:
    """What is to be said of each guest that runs under libvirt: what it is, what it needs."""
    for name, path in _files(folders.run):
        try:
            text = _read(path)
        except OpenFailed as error:
            yield f"{name}: it cannot be said whether it runs: {error.message}"
            continue
        process = _PROCESS.search(text)
        if process is None or not os.path.exists(f"/proc/{process[1]}"):
            continue
        needs = [
            f"{kind} {', '.join(sorted(set(names)))}"
            for kind, pattern in _NEEDS.items()
            if (names := pattern.findall(text))
        ]
        more = f"; it needs {'; '.join(needs)}" if needs else ""
        yield (
            f"{name} runs under libvirt (process {process[1]}){more}. Shut it down there, then "
            "start it here"
        )


def _files(folder: str) -> list[tuple[str, str]]:
    """The documents of a folder: (name, path)."""
    try:
        names = sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise OpenFailed(f"{folder}: {error.strerror}") from None
    return [
        (name.removesuffix(".xml"), f"{folder}/{name}")
        for name in names
        if name.endswith(".xml") and os.path.isfile(f"{folder}/{name}")
    ]


def _read(path: str) -> str:
    """A document without the warning that libvirt writes above it.  Raises OpenFailed."""
    return _COMMENT.sub("", _bytes_of(path).decode("utf-8", "surrogateescape"), count=1)


def _bytes_of(path: str) -> bytes:
    _no_link(path)
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise OpenFailed(f"{path}: {error.strerror}") from None
    if len(data) > MAX_SIZE:
        raise OpenFailed(f"{path}: larger than any document may be ({MAX_SIZE} bytes)")
    return data


def _no_link(path: str) -> None:
    """On the disk of another machine a link leads to files of this one.  Raises OpenFailed."""
    if os.path.islink(path):
        raise OpenFailed(f"{path}: is a link, and not followed")


def _named(kind: str, name: str, path: str) -> str:
    """The document of a file that is called as its object, as libvirt wants it; another one could
    be of an object that is there already.  Raises OpenFailed, ConfigUnsupported."""
    text = _read(path)
    kinds = {"pool": "storage_pool"}
    own = in_document(kinds.get(kind, kind), text).get(f"{kind}_name", name)
    if own != name:
        raise ConfigUnsupported(f"{path} is called otherwise than the {kind} in it, '{own}'")
    return text


def _there(find: Callable[[str], object], key: str) -> bool:
    try:
        find(key)
    except Error:
        return False
    return True


def _defined(
    kind: str, folder: str, find: Callable[[str], object], define: Callable[[str], object]
) -> Iterator[Step]:
    for name, path in _files(folder):

        def make(name: str = name, path: str = path) -> str:
            if _there(find, name):
                return THERE
            define(_named(kind, name, path))
            return "defined"

        yield Step(kind, name, "define", path, make)


def _startable(
    kind: str, folder: str, find: Callable[[str], object], define: Callable[[str], Startable]
) -> Iterator[Step]:
    """Likewise; what is marked to be started with the host stays so."""
    for name, path in _files(folder):
        marked = os.path.lexists(f"{folder}/autostart/{name}.xml")

        def make(name: str = name, path: str = path, marked: bool = marked) -> str:
            if _there(find, name):
                return THERE
            thing = define(_named(kind, name, path))
            if marked:
                thing.set_autostart(1)
            return "defined"

        yield Step(kind, name, "define, autostart" if marked else "define", path, make)


def _secrets(connection: Connection, folder: str) -> Iterator[Step]:
    for uuid, path in _files(folder):
        value = f"{path.removesuffix('.xml')}.base64"

        def make(uuid: str = uuid, path: str = path, value: str = value) -> str:
            if _there(connection.secret_lookup_by_uuid, uuid):
                return THERE
            known = _value(value) if os.path.exists(value) else None
            secret = connection.secret_define_xml(_read(path))
            if known is not None:
                secret.set_value(known)
            return "defined"

        what = "define, with its value" if os.path.exists(value) else "define"
        yield Step("secret", uuid, what, path, make)


def _value(path: str) -> bytes:
    """A secret's value.  Raises OpenFailed, ConfigUnsupported."""
    try:
        return base64.b64decode(b"".join(_bytes_of(path).split()), validate=True)
    except ValueError:
        raise ConfigUnsupported(f"{path}: no value in base64") from None


def _moments(connection: Connection, kind: str, name: str, place: str) -> Iterator[Step]:
    """All snapshots or checkpoints of a domain; the current snapshot is the current one again.

    A file that is no document is a step of its own, so that it keeps no others from coming.
    """
    files = dict(_files(place))
    for each, path in list(files.items()):
        try:
            _check_moment(kind, path)
        except Error:
            del files[each]

            def refuse(path: str = path) -> str:
                _check_moment(kind, path)
                return "it is one now: adopt again"

            yield Step(kind, f"{name}/{each}", "redefine", path, refuse)
    if files:
        yield _redefined(connection, kind, name, place, files)


def _check_moment(kind: str, path: str) -> None:
    """Whether a file has a snapshot or checkpoint.  Raises Error."""
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot

    model = DomainSnapshot if kind == "snapshot" else DomainCheckpoint
    read(_document(path), model, problems=[])  # what else may be wrong, its redefinition says


def _redefined(
    connection: Connection, kind: str, name: str, place: str, files: dict[str, str]
) -> Step:
    current = next((each for each, path in files.items() if _is_current(path)), None)

    def make() -> str:
        domain = connection.domain_lookup_by_name(name)
        if kind == "snapshot":
            known = {each.name for each in domain.snapshots}
        else:
            known = {each.name for each in domain.checkpoints}
        wanted = [_document(path) for each, path in files.items() if each not in known]
        if kind == "checkpoint":
            domain.checkpoints.redefine(wanted)
        else:
            domain.snapshots.redefine(wanted)
            if current is not None and current not in known:
                flags = SnapshotCreate.REDEFINE | SnapshotCreate.CURRENT
                domain.snapshot_create_xml(_document(files[current]), flags)
        left = len(files) - len(wanted)
        return f"{len(wanted)} redefined" + (f", {left} there already" if left else "")

    what = f"redefine {len(files)}" + (f", current is {current}" if current else "")
    return Step(f"{kind}s", name, what, place, make)


def _document(path: str) -> str:
    return _ACTIVE.sub("", _read(path))


def _is_current(path: str) -> bool:
    try:
        found = _ACTIVE.search(_read(path))
    except OpenFailed:
        return False  # its step will say so
    return found is not None and found[1] == "1"


def _saved(driver: Qemu, name: str, path: str) -> Step:
    """A guest that libvirt saved goes on from a copy, and may go on there as well."""

    def make() -> str:
        guests = driver.hypervisor.guests
        guest = guests.named(name)
        if guest is None or guest.managed_save:
            return THERE
        _no_link(path)
        own = driver.hypervisor.root / f"save/{name}.save"
        part = f"{own}.part"
        with guests.modify(guest):
            try:
                shutil.copyfile(path, part)
                os.chmod(part, 0o600)
                os.replace(part, own)
            except BaseException:
                if os.path.exists(part):
                    os.unlink(part)
                raise
            guest.managed_save = True
        return "copied"

    return Step("saved state", name, f"copy {os.path.getsize(path)} bytes", path, make)
