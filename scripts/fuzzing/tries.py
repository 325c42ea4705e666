"""What is done with an input of each kind: an Error is an answer, all else is found."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import vsh
from vsh.errors import CommandError, Error

FAMILIES = {
    "domain": ("vsh.xml.domain", "Domain"),
    "network": ("vsh.xml.network", "Network"),
    "pool": ("vsh.xml.storage.pool", "StoragePool"),
    "volume": ("vsh.xml.storage.volume", "StorageVolume"),
    "secret": ("vsh.xml.secret", "Secret"),
    "interface": ("vsh.xml.host.interface", "HostInterface"),
    "device": ("vsh.xml.host.node_device", "NodeDevice"),
    "filter": ("vsh.xml.nwfilter", "NetworkFilter"),
    "domainsnapshot": ("vsh.xml.moment.snapshot", "DomainSnapshot"),
    "domaincheckpoint": ("vsh.xml.moment.checkpoint", "DomainCheckpoint"),
    "domainbackup": ("vsh.xml.moment.backup", "DomainBackup"),
}
_TEXT = ("utf-8", "surrogateescape")
_embedded: list[vsh.Connection] = []


def attempt(act: Callable[..., Any], *arguments: Any) -> Any:
    """What a call gives, or None where it is refused."""
    try:
        return act(*arguments)
    except (Error, CommandError):
        return None


def root_of(text: str) -> str:
    """The name of a document's root, as far as it is to be seen from outside."""
    found = re.search(r"<([A-Za-z:]+)", re.sub(r"<!--.*?-->|<\?.*?\?>", "", text, flags=re.DOTALL))
    return found[1] if found else ""


def embedded() -> vsh.Connection:
    """The embedded QEMU driver, on a folder of this run."""
    if not _embedded:
        _embedded.append(vsh.connect(f"qemu:///embed?root={os.environ['HOME']}/root"))
    return _embedded[0]


def try_xml(text: bytes) -> None:
    """Read by its family's model, checked, written, and read again."""
    from vsh.xml.engine.reader import Problem, Unknown, local, parse, read
    from vsh.xml.schema import structure

    where = FAMILIES.get(local(parse(text).tag))
    if where is None:
        return
    model = getattr(import_module(where[0]), where[1])
    structure(text, model)
    problems: list[Problem] = []
    unknown: list[Unknown] = []
    attempt(lambda: read(text, model, problems=problems, unknown=unknown))
    for flags in (0, 1):
        shown = read(text, model, flags=flags).format(flags)
        parse(shown)


def try_define(text: bytes) -> None:
    """Defined, or done with what such a document is for: on both drivers of this process."""
    document = text.decode(*_TEXT)
    with vsh.connect("test:///default") as connection:
        _define(connection, document)
    _define(embedded(), document)


def _define(connection: vsh.Connection, document: str) -> None:
    acts: dict[str, Callable[[vsh.Connection, str], None]] = {
        "domain": _domain, "network": _network, "pool": _pool, "volume": _volume,
        "domainsnapshot": _moment, "domaincheckpoint": _moment, "domainbackup": _moment,
    }  # fmt: skip
    root = root_of(document)
    simple = {
        "interface": connection.interface_define_xml,
        "device": connection.node_device_create_xml,
        "filter": connection.nwfilter_define_xml,
        "filterbinding": connection.nwfilter_binding_create_xml,
        "secret": connection.secret_define_xml,
        "cpu": connection.compare_cpu,
    }
    if root in acts:
        acts[root](connection, document)
    elif root in simple:
        for flags in (1, 0):
            made = attempt(simple[root], document, *([flags] if root != "filter" else []))
            if hasattr(made, "get_xml_desc"):
                attempt(made.get_xml_desc)
    if root in {"interface", "filter", "device", "cpu"} or root not in {*acts, *simple}:
        _device(connection, document)
    if root == "cpu":
        attempt(connection.baseline_cpu, [document, document])
        attempt(connection.compare_hypervisor_cpu, None, None, None, None, document)
        attempt(connection.baseline_hypervisor_cpu, None, None, None, None, [document])


def _domain(connection: vsh.Connection, document: str) -> None:
    attempt(connection.domain_define_xml_flags, document, 1)  # VALIDATE
    domain = attempt(connection.domain_define_xml_flags, document, 0)
    attempt(connection.domain_xml_to_native, "qemu-argv", document)
    if domain is None:
        return
    shown = domain.get_xml_desc(3)
    domain.get_xml_desc(8)  # MIGRATABLE
    if connection.uri.startswith("test:"):
        attempt(domain.create)
        domain.get_xml_desc()
    connection.domain_define_xml_flags(shown, 0)
    for flags in (1, 2):
        moment = attempt(domain.snapshot_create_xml, "<domainsnapshot/>", 16)  # DISK_ONLY
        moment = moment or attempt(domain.snapshot_create_xml, "<domainsnapshot/>", 0)
        if moment is not None:
            attempt(domain.snapshot_create_xml, moment.get_xml_desc(flags & 1), 1)  # REDEFINE
    for moment in attempt(domain.list_all_snapshots, 0) or []:
        moment.delete(2)  # METADATA_ONLY
    if attempt(domain.is_active):
        attempt(domain.destroy)
    attempt(domain.undefine_flags, 0x1F)


def _network(connection: vsh.Connection, document: str) -> None:
    attempt(connection.network_define_xml_flags, document, 1)
    network = attempt(connection.network_define_xml, document)
    if network is not None:
        network.get_xml_desc()
        if connection.uri.startswith("test:"):  # nothing of this machine is touched
            attempt(network.create)
            attempt(network.get_xml_desc)
        attempt(network.undefine)


def _pool(connection: vsh.Connection, document: str) -> None:
    attempt(connection.storage_pool_define_xml, document, 4)
    pool = attempt(connection.storage_pool_define_xml, document)
    if pool is not None:
        pool.get_xml_desc()
        if connection.uri.startswith("test:"):
            attempt(pool.create)
            attempt(pool.get_xml_desc)
            attempt(pool.destroy)
        attempt(pool.undefine)


def _volume(connection: vsh.Connection, document: str) -> None:
    if not connection.uri.startswith("test:"):
        return
    pool = connection.storage_pool_lookup_by_name("default-pool")
    volume = attempt(pool.vol_create_xml, document)
    if volume is not None:
        volume.get_xml_desc()
        attempt(pool.vol_create_xml_from, document, volume)


GUEST = (
    "<domain type='qemu'><name>test</name><memory>65536</memory><os><type arch='x86_64'>hvm</type>"
    "</os><devices><disk type='file'><driver name='qemu' type='qcow2'/><source file='/a'/>"
    "<target dev='vda'/></disk></devices></domain>"
)


def _guest(connection: vsh.Connection) -> vsh.Domain:
    known = attempt(connection.domain_lookup_by_name, "test")
    return known or connection.domain_define_xml(GUEST)


def _moment(connection: vsh.Connection, document: str) -> None:
    domain = _guest(connection)
    for flags in (0, 1, 3, 16):
        for create in (domain.snapshot_create_xml, domain.checkpoint_create_xml):
            made = attempt(create, document, flags)
            if made is not None:
                made.get_xml_desc()
    attempt(domain.backup_begin, document)
    attempt(domain.backup_begin, "<domainbackup/>", document)
    for moments, only in ((domain.list_all_snapshots, 2), (domain.list_all_checkpoints, 2)):
        for moment in attempt(moments, 0) or []:
            attempt(moment.delete, only)


def _device(connection: vsh.Connection, document: str) -> None:
    domain = _guest(connection)
    for flags in (1, 2):  # LIVE, CONFIG
        for act in ("attach_device_flags", "update_device_flags", "detach_device_flags"):
            attempt(getattr(domain, act), document, flags)
    network = attempt(connection.network_lookup_by_name, "default")
    if network is not None:
        for section in range(14):
            attempt(network.update, 3, section, -1, document, 2)
        attempt(network.port_create_xml, document)
    domain.get_xml_desc()


def try_native(text: bytes) -> None:
    """Read as each native format, or, if it is a document, written as each."""
    from vsh.hypervisors.native import formats, from_native, to_native

    document = text.decode(*_TEXT)
    if document.lstrip().startswith("<"):
        for name in formats("write"):
            attempt(to_native, name, document)
        return
    for name in formats("read"):
        unread: list[str] = []
        domain = attempt(from_native, name, document, unread)
        if domain is not None:
            shown = domain.format(0)
            for back in formats("write"):
                attempt(to_native, back, shown)


def try_grammar(text: bytes) -> None:
    """Split and parsed, as typed and as completed."""
    from vsh.cli import parse, words

    line = text.decode(*_TEXT).replace("\0", "")
    for extras in (False, True):
        attempt(parse.partial, words.split(line))
        attempt(lambda extras=extras: parse.parse(words.split(line), extras=extras))


def try_command(text: bytes) -> None:
    """A line that is run, with every format for what it says."""
    from samples import SAMPLES

    from vsh.cli import run
    from vsh.cli.options import FORMATS
    from vsh.cli.session import Session

    line = text.decode(*_TEXT).replace("\0", "")
    os.environ.update(EDITOR="true", VISUAL="true")
    with tempfile.TemporaryDirectory(prefix="vsh-fuzz-") as folder, contextlib.chdir(folder):
        for name in ("network", "pool", "domainsnapshot"):
            Path(f"{name.removeprefix('domain')}.xml").write_text(SAMPLES[name])
        Path("document.xml").write_text(GUEST.replace("'qemu'><name>test", "'test'><name>new"))
        session = Session("vsh")
        session.asks = False
        session.uri = "test:///default"
        session.screen.out, session.screen.err = io.StringIO(), io.StringIO()
        session.format = sorted(FORMATS)[len(line) % len(FORMATS)]
        try:
            with contextlib.suppress(run.Exit):
                run.run_line(session, line)
        finally:
            session.close()
        said = session.screen.err.getvalue()
    if "internal error in vsh" in said:
        raise AssertionError(said)


def try_uri(text: bytes) -> None:
    """Taken apart, and what of it a transport would use; nothing is connected to."""
    from vsh.api.uri import check_driver, check_path, parse

    parts = parse(text.decode(*_TEXT))
    attempt(check_path, parts)
    attempt(check_driver, parts)


def try_settings(text: bytes) -> None:
    """A settings file, with what it says asked for."""
    from vsh.cli.settings import Settings

    folder = Path(tempfile.mkdtemp(prefix="vsh-fuzz-"))
    try:
        (folder / "vsh").mkdir()
        (folder / "vsh" / "config.toml").write_bytes(text)
        Settings().load({"XDG_CONFIG_HOME": str(folder)})
    finally:
        shutil.rmtree(folder)


def try_journal(text: bytes) -> None:
    """A journal that was left behind: gone on with, or undone; or a bundle, imported."""
    from vsh.acts.import_ import Wishes, plan_import
    from vsh.acts.journaled import resume, roll_back
    from vsh.redefine import journal
    from vsh.redefine.kinds.snapshot import SNAPSHOT

    with vsh.connect("test:///default") as connection:
        domain = connection.domain_lookup_by_name("test")
        if text.startswith(b'{"bundle'):
            path = Path(os.environ["HOME"], "bundle")
            path.write_bytes(text)
            attempt(lambda: list(plan_import(domain, SNAPSHOT, [str(path)], Wishes())))
            return
        path = Path(journal.path_of(domain, SNAPSHOT))
        path.parent.mkdir(parents=True, exist_ok=True)
        for act in (resume, roll_back):
            path.unlink(missing_ok=True)
            path.write_bytes(text)
            with contextlib.suppress(journal.NoJournal):  # what is said of a file that is none
                attempt(lambda act=act: list(act(domain, SNAPSHOT)))


def hashed(values: list[Any]) -> bytes:
    """A bundle with the right hashes, so that what is in it is looked at."""
    from hashlib import sha256

    body = "".join(f"{json.dumps(value)}\n" for value in values[:-1])
    last = values[-1] if values else None
    if isinstance(last, dict) and isinstance(last.get("manifest"), dict):
        last["manifest"]["sha256"] = sha256(body.encode()).hexdigest()
    return f"{body}{json.dumps(last)}\n".encode()


def try_daemon(text: bytes) -> None:
    """Sent to a daemon."""
    from wire import send

    send(text)


TRIES = {name[4:]: act for name, act in list(globals().items()) if name.startswith("try_")}
