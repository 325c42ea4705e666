"""The steps that write what a root of ours has into libvirt's folders."""

from __future__ import annotations

import base64
import contextlib
import filecmp
import os
import shutil

from vsh.daemon.moving import Step
from vsh.errors import NoSecret, NoSupport, OperationInvalid
from vsh.words.checkpoint import CheckpointXML
from vsh.words.connection import ListAllDomains, ListAllNetworks, ListAllStoragePools
from vsh.words.domain.document import DomainXML
from vsh.words.network import NetworkXML
from vsh.words.pool import StorageXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.daemon.moving import Folders
    from vsh.drivers.qemu import Qemu

HEAD = "<!-- Written by vshd's export. -->\n"


def steps(connection: Connection, driver: Qemu, folders: Folders) -> list[Step]:
    """All that is kept: definitions, marks, snapshots, checkpoints, saved guests, secrets."""
    found = [
        *_secrets(connection, f"{folders.config}/secrets"),
        *_asked(lambda: _filters(connection, f"{folders.config}/nwfilter")),
        *_asked(lambda: _networks(connection, f"{folders.config}/qemu/networks")),
    ]
    persistent = ListAllStoragePools.PERSISTENT
    for pool in connection.list_all_storage_pools(persistent):
        text, marked = pool.get_xml_desc(StorageXML.INACTIVE), bool(pool.get_autostart())
        found.append(_written("pool", pool.name, f"{folders.config}/storage", text, marked=marked))
    for domain in connection.list_all_domains(ListAllDomains.PERSISTENT):
        text = domain.get_xml_desc(DomainXML.SECURE | DomainXML.INACTIVE)
        marked = bool(domain.get_autostart())
        found.append(_written("domain", domain.name, f"{folders.config}/qemu", text, marked=marked))
        found += _moments(domain, folders)
        if domain.has_managed_save_image():
            own = driver.hypervisor.root / f"save/{domain.name}.save"
            found.append(_saved(domain.name, own, f"{folders.lib}/save"))
    return found


def _asked(listing: Callable[[], Iterator[Step]]) -> list[Step]:
    """Steps for objects of a kind that the driver may not have."""
    try:
        return list(listing())
    except NoSupport:
        return []


def _secrets(connection: Connection, folder: str) -> list[Step]:
    def listing() -> Iterator[Step]:
        for secret in connection.list_all_secrets():
            text = secret.get_xml_desc(0)
            if "ephemeral='yes'" in text:
                continue
            value = None
            if "private='yes'" not in text:
                with contextlib.suppress(NoSecret):  # it has none yet
                    value = base64.b64encode(secret.get_value(0)).decode()
            yield _written("secret", secret.uuid, folder, text, value=value)

    return _asked(listing)


def _filters(connection: Connection, folder: str) -> Iterator[Step]:
    for nwfilter in connection.list_all_nwfilters():
        yield _written("nwfilter", nwfilter.name, folder, nwfilter.get_xml_desc(0))


def _networks(connection: Connection, folder: str) -> Iterator[Step]:
    for network in connection.list_all_networks(ListAllNetworks.PERSISTENT):
        text, marked = network.get_xml_desc(NetworkXML.INACTIVE), bool(network.get_autostart())
        yield _written("network", network.name, folder, text, marked=marked)


def _moments(domain: Domain, folders: Folders) -> Iterator[Step]:
    current = domain.snapshots.current
    for snapshot in domain.snapshots:
        text = snapshot.get_xml_desc(DomainXML.SECURE)
        active = int(current is not None and current.name == snapshot.name)
        text = text.replace("</domainsnapshot>", f"  <active>{active}</active>\n</domainsnapshot>")
        place = f"{folders.lib}/snapshot/{domain.name}"
        yield _written("snapshot", snapshot.name, place, text, of=domain.name)
    for checkpoint in domain.checkpoints:
        place = f"{folders.lib}/checkpoint/{domain.name}"
        text = checkpoint.get_xml_desc(CheckpointXML.SECURE)
        yield _written("checkpoint", checkpoint.name, place, text, of=domain.name)


def _saved(name: str, own: str, folder: str) -> Step:
    """A guest that was saved goes on there from a copy, and may go on here as well."""
    path = f"{folder}/{name}.save"

    def make() -> str:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        part = f"{path}.{os.getpid()}.part"
        shutil.copyfile(own, part)
        try:
            os.chmod(part, 0o600)
            os.link(part, path)
        except FileExistsError:
            if not filecmp.cmp(part, path, shallow=False):
                raise OperationInvalid(f"{path} is there already, with another guest") from None
            return "there already: the same"
        finally:
            os.unlink(part)
        return "copied"

    return Step("saved state", name, f"copy {os.path.getsize(own)} bytes", path, make)


def _written(
    kind: str, name: str, folder: str, text: str, *,
    marked: bool = False, value: str | None = None, of: str = "",
) -> Step:  # fmt: skip
    """A document into a folder, never over another one; with its mark and its value."""
    path = f"{folder}/{name}.xml"

    def make() -> str:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        written = _put(path, HEAD + text)
        if value is not None:
            _put(f"{folder}/{name}.base64", value)
        if marked:
            os.makedirs(f"{folder}/autostart", mode=0o700, exist_ok=True)
            link = f"{folder}/autostart/{name}.xml"
            if not os.path.lexists(link):
                os.symlink(f"../{name}.xml", link)
        return "written" if written else "there already: the same"

    what = "write, autostart" if marked else "write"
    if kind == "secret" and value is None:
        what = "write, without its value, which is private or not set"
    return Step(kind, f"{of}/{name}" if of else name, what, path, make)


def _put(path: str, text: str) -> bool:
    """Write a file that is not there; whether it was not.  Raises where another one is."""
    data = text.encode("utf-8", "surrogateescape")
    part = f"{path}.{os.getpid()}.part"
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(file, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.link(part, path)
    except FileExistsError:
        with open(path, "rb") as there:
            if there.read() != data:
                raise OperationInvalid(f"{path} is there already, with another text") from None
        return False
    finally:
        os.unlink(part)
    return True
