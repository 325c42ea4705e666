"""Guests that move: between two roots, and to and from a real libvirtd, which has its own rules."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from certificates import certify, lock
from tiny_guest import TinyGuest

import vsh
from vsh.api.types import TypedParams
from vsh.drivers.qemu.migration.settings import check
from vsh.errors import (
    ArgumentUnsupported,
    InvalidArgument,
    MigrateFinishOk,
    MigrateUnsafe,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
)
from vsh.words.domain.lifecycle import DomainCreate
from vsh.words.domain.migration import DomainMigrate as Flag
from vsh.words.domain.state import DomainPausedReason, DomainRunningReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from private_libvirtd import PrivateLibvirtd

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.job import Job

RUNNING, PAUSED, SHUT_OFF = 1, 3, 5
LOCK = "5f1f2f3e-6f53-4d5c-8f0e-3c1d2b7a9e77"
LIVE = Flag.LIVE | Flag.UNSAFE


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Connection]:
    """Another root: the destination."""
    uri = f"qemu:///embed?root={tmp_path / 'there'}"
    with vsh.connect(uri) as opened:
        yield opened
        for domain in opened.list_all_domains(1):
            domain.destroy()


def running(connection: Connection, guest: TinyGuest) -> Domain:
    domain = connection.domain_define_xml(guest.file.read_text())
    domain.create()
    guest.wait_for()
    return domain


def move(domain: Domain, there: Connection, params: object = None, *, flags: int) -> Job:
    return domain.connection.migrate(domain, there, params, flags=flags)


def states(*connections: Connection) -> list[tuple[int, int] | None]:
    found: list[tuple[int, int] | None] = []
    for connection in connections:
        domains = {each.name: each for each in connection.list_all_domains()}
        domain = domains.get("tiny")
        found.append(None if domain is None else tuple(domain.get_state()))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("flags", "params"),
    [
        (0, {}),
        (Flag.AUTO_CONVERGE, {"auto_converge.initial": 30, "auto_converge.increment": 20}),
        (Flag.COMPRESSED, {"compression": "xbzrle", "compression.xbzrle.cache": 1 << 20}),
        (Flag.PARALLEL, {"parallel.connections": 2}),
        (Flag.POSTCOPY | Flag.RDMA_PIN_ALL, {"bandwidth": 100}),
        (0, {"listen_address": "127.0.0.1", "migrate_uri": "tcp://127.0.0.1:0"}),
        (0, {"graphics_uri": "spice://127.0.0.1:5999"}),
    ],
)
def test_live(
    connection: Connection,
    there: Connection,
    tiny: TinyGuest,
    flags: int,
    params: dict[str, object],
) -> None:
    """The guest runs there, and there alone; its definition stays here."""
    domain = running(connection, tiny)
    moved = move(domain, there, params, flags=LIVE | flags).wait()
    assert moved is not None
    assert states(connection, there) == [(SHUT_OFF, 4), (RUNNING, 2)]
    assert moved.is_persistent() == 0
    assert domain.is_persistent() == 1


def test_from_where_the_pages_are(
    connection: Connection, there: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """Without copying them first: QEMU may lock as much memory as the guest has."""
    tiny.file.write_text(tiny.xml.replace(">16</memory>", ">4</memory>"))
    (tmp_path / "root/qemu.conf").write_text('user = "root"\n')  # whose limits we may set
    domain = running(connection, tiny)
    move(domain, there, flags=LIVE | Flag.PARALLEL | Flag.ZEROCOPY).wait()
    assert states(connection, there) == [(SHUT_OFF, 4), (RUNNING, 2)]


def test_a_folder_that_other_hosts_see_is_safe(
    connection: Connection, there: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    (tmp_path / "root/qemu.conf").write_text(f'shared_filesystems = [ "{tmp_path}/" ]\n')
    domain = running(connection, tiny)
    move(domain, there, flags=Flag.LIVE).wait()
    assert states(connection, there) == [(SHUT_OFF, 4), (RUNNING, 2)]


def test_definitions_and_events(connection: Connection, there: Connection, tiny: TinyGuest) -> None:
    """What is defined afterwards, and what both sides tell of it and have counted."""
    domain = running(connection, tiny)
    flags = LIVE | Flag.PERSIST_DEST | Flag.UNDEFINE_SOURCE
    with (
        connection.watch("lifecycle", timeout=20) as here,
        there.watch("lifecycle", timeout=20) as far,
        connection.watch("job-completed", timeout=20) as done,
    ):
        move(domain, there, flags=flags).wait()
        assert [(e.event, e.detail) for _, e in zip(range(2), here, strict=False)] == [
            (3, 1), (5, 3),
        ]  # fmt: skip
        assert [(e.event, e.detail) for _, e in zip(range(3), far, strict=False)] == [
            (2, 1), (0, 0), (4, 1),
        ]  # fmt: skip
        [told] = [event.params for _, event in zip(range(1), done, strict=False)]
    counted = there.domains["tiny"].get_job_stats(1).params
    assert (told["operation"], counted["operation"]) == (5, 4)
    for numbers in (told, counted):
        known = {name for name in numbers if not name.endswith(("_net", "_bps"))}
        assert known == {
            "operation", "time_elapsed", "downtime", "setup_time", "data_total", "data_processed",
            "data_remaining", "memory_total", "memory_processed", "memory_remaining",
            "memory_constant", "memory_normal", "memory_normal_bytes", "memory_dirty_rate",
            "memory_iteration", "memory_postcopy_requests", "memory_page_size", "disk_total",
            "disk_processed", "disk_remaining",
        }  # fmt: skip
    assert told["downtime"] == counted["downtime"]  # the destination has measured it
    assert states(connection, there) == [None, (RUNNING, 2)]
    assert there.domains["tiny"].is_persistent() == 1


def test_offline_and_paused(connection: Connection, there: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.file.read_text())
    with pytest.raises(OperationInvalid, match="must be specified with the persistent flag set"):
        move(domain, there, flags=Flag.OFFLINE).wait()
    with pytest.raises(OperationInvalid, match="domain is not running"):
        move(domain, there, flags=LIVE).wait()
    domain.create()
    move(domain, there, flags=Flag.OFFLINE | Flag.PERSIST_DEST | Flag.UNDEFINE_SOURCE).wait()
    assert states(connection, there) == [(RUNNING, 1), (SHUT_OFF, 0)]
    domain.destroy()
    move(domain, there, flags=Flag.OFFLINE | Flag.PERSIST_DEST | Flag.UNDEFINE_SOURCE).wait()
    assert states(connection, there) == [None, (SHUT_OFF, 0)]
    moved = there.domains["tiny"]
    moved.create()
    moved.suspend()
    move(moved, connection, flags=LIVE).wait()
    assert states(connection, there) == [(PAUSED, 1), (SHUT_OFF, 4)]


def test_what_is_refused(connection: Connection, there: Connection, tiny: TinyGuest) -> None:
    """The guest runs on here, and nothing of it is there."""
    domain = running(connection, tiny)
    with pytest.raises(MigrateUnsafe, match="Migration without shared storage is unsafe"):
        move(domain, there, flags=Flag.LIVE).wait()
    with pytest.raises(ArgumentUnsupported, match="unsupported scheme foo in migration"):
        move(domain, there, {"migrate_uri": "foo:bar"}, flags=LIVE).wait()
    with pytest.raises(InvalidArgument, match="Unsupported compression method 'zip'"):
        move(domain, there, {"compression": "zip"}, flags=LIVE).wait()
    with pytest.raises(InvalidArgument, match="Turn parallel migration on to tune it"):
        move(domain, there, {"parallel.connections": 2}, flags=LIVE).wait()
    domain.snapshot_create_xml("<domainsnapshot><name>s</name></domainsnapshot>")
    with pytest.raises(OperationInvalid, match="cannot migrate domain with 1 snapshots"):
        move(domain, there, flags=LIVE).wait()
    assert domain.get_state().state == RUNNING
    assert there.list_all_domains() == []


def test_what_ends_here_stays(connection: Connection, there: Connection, tiny: TinyGuest) -> None:
    """A guest that ends with its connection, and one whose disk forgets what it writes."""
    domain = connection.domain_define_xml(tiny.xml.replace("</disk>", "<transient/></disk>"))
    for flags, error in (
        (DomainCreate.START_AUTODESTROY, "domain is marked for auto destroy"),
        (0, "migration with transient disk is not supported"),
    ):
        domain.create_with_flags(flags)
        with pytest.raises(OperationInvalid, match=error):
            move(domain, there, flags=LIVE).wait()
        domain.destroy()
    assert there.list_all_domains() == []


def test_a_destination_that_is_not_reached(
    connection: Connection, there: Connection, tiny: TinyGuest
) -> None:
    """QEMU cannot connect: the guest goes on here, the one that waited ends."""
    domain = running(connection, tiny)
    prepared: list[str] = []
    begun = domain.migrate_begin3_params(TypedParams(), LIVE)
    params = TypedParams().set("destination_xml", "string", begun.xml)
    answer = there.domain_migrate_prepare3_params(params, begun.cookie_out, LIVE)
    prepared.append(str(answer.uri_out))
    assert there.domains["tiny"].get_state().state == PAUSED
    with pytest.raises(OperationUnsupported, match="available only on the source host"):
        there.domains["tiny"].get_job_stats()
    params.set("migrate_uri", "string", "tcp://127.0.0.1:1")
    with pytest.raises(vsh.Error, match="unable to connect to server at"):
        domain.migrate_perform3_params(None, params, answer.cookie_out, LIVE)
    params.set("destination_name", "string", "tiny")
    with pytest.raises(MigrateFinishOk, match=r"^migration successfully aborted$"):
        there.domain_migrate_finish3_params(params, b"", LIVE, 1)
    assert domain.get_state().state == RUNNING
    assert there.list_all_domains() == []
    assert prepared[0].startswith("tcp:")


def test_a_cookie_that_is_none(connection: Connection, there: Connection, tiny: TinyGuest) -> None:
    """The destination cannot read what the source says in the end: what waited there ends."""
    domain = running(connection, tiny)
    begun = domain.migrate_begin3_params(TypedParams(), LIVE)
    with pytest.raises(OperationInvalid, match="'tiny' is not being migrated"):
        domain.migrate_begin3_params(TypedParams(), LIVE | Flag.POSTCOPY | Flag.POSTCOPY_RESUME)
    params = TypedParams().set("destination_xml", "string", begun.xml)
    answer = there.domain_migrate_prepare3_params(params, begun.cookie_out, LIVE)
    params.set("migrate_uri", "string", str(answer.uri_out))
    domain.migrate_perform3_params(None, params, answer.cookie_out, LIVE)
    params.set("destination_name", "string", "tiny")
    with pytest.raises(vsh.Error, match="qemu_migration_cookie"):
        there.domain_migrate_finish3_params(params, b"<qemu-migration>", LIVE, 0)
    assert there.list_all_domains() == []
    domain.migrate_confirm3_params(params, b"", LIVE, 1)
    assert tuple(domain.get_state()) == (RUNNING, int(DomainRunningReason.MIGRATION_CANCELED))


def test_a_client_that_goes_away(connection: Connection, tmp_path: Path, tiny: TinyGuest) -> None:
    """The destination's connection ends after it was prepared: nothing stays there."""
    domain = running(connection, tiny)
    begun = domain.migrate_begin3_params(TypedParams(), LIVE)
    uri = f"qemu:///embed?root={tmp_path / 'there'}"
    with vsh.connect(uri) as there:
        params = TypedParams().set("destination_xml", "string", begun.xml)
        there.domain_migrate_prepare3_params(params, begun.cookie_out, LIVE)
        assert len(there.list_all_domains()) == 1
    with vsh.connect(uri) as there:
        assert there.list_all_domains() == []
    assert domain.get_state().state == RUNNING


def test_disks_go_along(
    connection: Connection, there: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """Copied to where they are not yet, byte by byte, while the guest runs."""
    domain = running(connection, tiny)
    new = tmp_path / "copied.qcow2"
    text = domain.get_xml_desc(8 | 2 | 1).replace(str(tiny.disks[0]), str(new))
    flags = LIVE | Flag.NON_SHARED_DISK
    with connection.watch("block-job-2", timeout=20) as jobs:
        move(domain, there, {"destination_xml": text}, flags=flags).wait()
        assert [(e.dst, e.type, e.status) for _, e in zip(range(2), jobs, strict=False)] == [
            ("vda", 2, 3), ("vda", 2, 0),
        ]  # fmt: skip
    assert states(connection, there) == [(SHUT_OFF, 4), (RUNNING, 2)]
    there.domains["tiny"].destroy()
    compared = subprocess.run(
        ["qemu-img", "compare", str(tiny.disks[0]), str(new)], capture_output=True, text=True
    )
    assert compared.stdout.strip() == "Images are identical."


def test_encrypted(
    connection: Connection, there: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """With certificates of both roots, disks too; without any, or for another host, not at all.

    The keys of those that wait are encrypted, by a secret that their qemu.conf names.
    """
    domain = running(connection, tiny)
    (tmp_path / "there/qemu.conf").write_text(
        f'migrate_tls_x509_cert_dir = "{tmp_path}/there/certificates"\n'
        f'migrate_tls_x509_secret_uuid = "{LOCK}"\n'
        "migrate_tls_force = 1\nmigration_port_min = 49300\nmigration_port_max = 49301\n"
    )
    uri = {"migrate_uri": "tcp://127.0.0.1"}
    with pytest.raises(OperationInvalid, match="allows migration only with VIR_MIGRATE_TLS flag"):
        move(domain, there, uri, flags=LIVE).wait()
    with pytest.raises(OperationInvalid, match="host migration TLS directory not configured: "):
        move(domain, there, uri, flags=LIVE | Flag.TLS).wait()
    certify(tmp_path / "root/pki", tmp_path / "there/certificates")
    lock(tmp_path / "there/certificates", "precious")
    with pytest.raises(vsh.Error, match=f"no secret with matching uuid '{LOCK}'"):
        move(domain, there, uri, flags=LIVE | Flag.TLS).wait()
    secret = there.secret_define_xml(
        f"<secret><uuid>{LOCK}</uuid><usage type='tls'><name>moves</name></usage></secret>"
    )
    secret.set_value(b"precious")
    with pytest.raises(OperationFailed, match="Certificate does not match the hostname other"):
        move(domain, there, uri | {"tls.destination": "other"}, flags=LIVE | Flag.TLS).wait()
    assert states(connection, there) == [(RUNNING, 1), None]
    new = tmp_path / "copied.qcow2"
    text = domain.get_xml_desc(8 | 2 | 1).replace(str(tiny.disks[0]), str(new))
    flags = LIVE | Flag.TLS | Flag.NON_SHARED_DISK | Flag.NON_SHARED_SYNCHRONOUS_WRITES
    params = {"destination_xml": text, "migrate_disks": "vda", "migrate_disks_detect_zeroes": "vda"}
    move(domain, there, uri | params, flags=flags).wait()
    assert states(connection, there) == [(SHUT_OFF, 4), (RUNNING, 2)]
    numbers = there.domains["tiny"].get_job_stats(1).params
    assert numbers["operation"] == 4
    assert numbers["memory_total"] > numbers["memory_processed"] > 0


def test_over_sockets_and_through_a_tunnel(
    connection: Connection, there: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """No port is opened: what carries the guest is a UNIX socket, or the driver's connection."""
    domain = running(connection, tiny)
    new = tmp_path / "copied.qcow2"
    text = domain.get_xml_desc(8 | 2 | 1).replace(str(tiny.disks[0]), str(new))
    folder = tmp_path / "sockets"
    folder.mkdir()
    folder.chmod(0o777)  # QEMU makes them, whoever it is
    uris = {"migrate_uri": f"unix://{folder}/m", "disks_uri": f"unix://{folder}/d"}
    flags = LIVE | Flag.NON_SHARED_DISK
    move(domain, there, uris | {"destination_xml": text}, flags=flags).wait()
    assert states(connection, there) == [(SHUT_OFF, 4), (RUNNING, 2)]
    back = str(connection.get_uri())
    tunnelled = LIVE | Flag.PEER2PEER | Flag.TUNNELLED
    for given, more in (({}, Flag.TLS), (uris, 0)):
        with pytest.raises(ArgumentUnsupported, match="not supported"):
            connection.migrate(there.domains["tiny"], back, given, flags=tunnelled | more).wait()
    connection.migrate(there.domains["tiny"], back, flags=tunnelled).wait()
    assert states(connection, there) == [(RUNNING, 2), None]


@pytest.mark.parametrize(
    ("flags", "params", "error"),
    [
        (Flag.POSTCOPY | Flag.PAUSED, {}, "not supported with non-live or paused migration"),
        (Flag.POSTCOPY_RESUME, {}, "resuming failed post-copy migration requires post-copy"),
        (Flag.POSTCOPY | Flag.POSTCOPY_RESUME, {}, "domain 'tiny' is not being migrated"),
        (Flag.ZEROCOPY, {}, "zero-copy is only available for parallel migration"),
        (Flag.PERSIST_DEST, {"persistent_xml": "<domain>"}, "Premature end of data in tag domain"),
        (Flag.TUNNELLED, {}, "cannot perform tunnelled migration without using peer2peer flag"),
        (Flag.NON_SHARED_DISK, {"migrate_disks": "vdz"}, "invalid argument: disk target vdz not"),
        (0, {"compression": "zstd"}, "invalid argument: Unsupported compression method 'zstd'"),
        (0, {"compression": ["mt", "mt"]}, "Compression method 'mt' is specified twice"),
        (0, {"compression.mt.level": 5}, "Turn multithread compression on to tune it"),
        (Flag.COMPRESSED, {"compression.xbzrle.cache": 5}, "Turn xbzrle compression on to tune"),
        (0, {"migrate_uri": "tcp:///"}, "missing host in migration URI: tcp:///"),
        (0, {"migrate_uri": "nowhere"}, "missing scheme in migration URI: nowhere"),
        (0, {"migrate_uri": "tcp://h:x"}, "unable to parse URI: tcp://h:x"),
        (0, {"migrate_uri": "unix://"}, "missing path in migration URI: unix://"),
        (0, {"migrate_uri": "unix:///x", "listen_address": "::1"}, "Usage of listen-address is"),
        (Flag.NON_SHARED_DISK, {"migrate_uri": "unix:///x"}, "NBD URI must be supplied when"),
        (0, {"disks_uri": "tcp://h", "disks_port": 1}, "Both port and URI requested for disk"),
        (0, {"graphics_uri": "smoke://h"}, "unknown graphics type smoke"),
        (0, {"graphics_uri": "spice://h?tlsPort=x"}, "invalid tlsPort number: x"),
    ],
)
def test_what_does_not_go_together(
    connection: Connection,
    there: Connection,
    tiny: TinyGuest,
    flags: int,
    params: dict[str, object],
    error: str,
) -> None:
    domain = running(connection, tiny)
    with pytest.raises(vsh.Error, match=error):
        move(domain, there, params, flags=LIVE | flags).wait()
    assert domain.get_state().state == RUNNING


@pytest.mark.parametrize(
    ("flags", "params", "error"),
    [
        (0, {"migrate_disks": "vda"}, "'VIR_MIGRATE_PARAM_MIGRATE_DISKS' requires use of"),
        (0, {"compression": "zstd"}, "'zstd' is only supported with parallel migration"),
        (Flag.PARALLEL, {"compression": "xbzrle"}, "'xbzrle' isn't supported with parallel"),
        (Flag.PARALLEL, {"compression.zlib.level": 5}, "Turn zlib compression on to tune it"),
    ],
)
def test_newer_guests_have_other_rules(flags: int, params: dict[str, object], error: str) -> None:
    with pytest.raises(InvalidArgument, match=error):
        check(flags, cast("TypedParams", params), source=True, modern=True)


class SlowRelay:
    """A slow way from a UNIX socket, which holds little, to a port of this host; it can be cut."""

    def __init__(self, path: Path, port: int) -> None:
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(path))
        path.chmod(0o777)
        self._door.listen()
        self._to = port
        self.pause = 0.03
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = self._door.accept()[0]
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                for one, other, slow in ((near, far, True), (far, near, False)):
                    threading.Thread(target=self._carry, args=(one, other, slow)).start()

    def _carry(self, one: socket.socket, other: socket.socket, slow: bool) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(4096):
                other.sendall(data)
                if slow:
                    time.sleep(self.pause)

    def cut(self) -> None:
        self._door.close()
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.mark.parametrize("called_back", [False, True])
def test_the_link_breaks_in_post_copy(
    connection: Connection, there: Connection, tiny: TinyGuest, tmp_path: Path, called_back: bool
) -> None:
    """Neither side has the whole guest then: both wait, until the rest is sent."""
    flags = LIVE | Flag.POSTCOPY
    domain = running(connection, tiny)
    with pytest.raises(OperationInvalid, match="job is not outgoing migration in post-copy mode"):
        domain.abort_job_flags(1)
    begun = domain.migrate_begin3_params(TypedParams(), flags)
    params = TypedParams().set("destination_xml", "string", begun.xml)
    params.set("migrate_uri", "string", "tcp://127.0.0.1").set("bandwidth", "ullong", 1)
    answer = there.domain_migrate_prepare3_params(params, begun.cookie_out, flags)
    relay = SlowRelay(tmp_path / "slow", int(str(answer.uri_out).rpartition(":")[2]))
    params.set("migrate_uri", "string", f"unix://{tmp_path}/slow")
    params.set("destination_name", "string", "tiny")
    turned = threading.Thread(target=until_post_copy, args=(domain,))
    turned.start()
    cookie = domain.migrate_perform3_params(None, params, answer.cookie_out, flags)
    turned.join()
    assert states(connection) == [(PAUSED, 12)]
    with pytest.raises(OperationInvalid, match="QEMU reports migration is still running"):
        move(domain, there, flags=flags | Flag.POSTCOPY_RESUME).wait()

    with pytest.raises(OperationInvalid, match="cannot abort migration in post-copy mode"):
        domain.abort_job()

    def cut() -> None:
        until = time.monotonic() + 20
        while states(there) != [(RUNNING, 10)] and time.monotonic() < until:
            time.sleep(0.01)
        if called_back:
            domain.abort_job_flags(1)
        relay.cut()

    cutting = threading.Thread(target=cut)
    cutting.start()
    with pytest.raises(OperationFailed, match="job 'migration in' failed in post-copy phase"):
        there.domain_migrate_finish3_params(params, cookie, flags, 0)
    cutting.join()
    domain.migrate_confirm3_params(params, b"", flags, 1)
    assert states(connection, there) == [(PAUSED, 13), (RUNNING, 11)]
    again = {"migrate_uri": "tcp://127.0.0.1"}
    move(domain, there, again, flags=flags | Flag.POSTCOPY_RESUME).wait()
    assert states(connection, there) == [(SHUT_OFF, 4), (RUNNING, 2)]


@pytest.mark.parametrize("reopened", [False, True], ids=["client", "keeper"])
def test_left_alone_in_post_copy(
    root: str, tmp_path: Path, there: Connection, tiny: TinyGuest, reopened: bool
) -> None:
    """Who moved it has gone: that all of it has arrived the source hears of its QEMU."""
    flags = LIVE | Flag.POSTCOPY
    mover, other = vsh.connect(root), vsh.connect(root)
    domain = running(mover, tiny)
    begun = domain.migrate_begin3_params(TypedParams(), flags | Flag.CHANGE_PROTECTION)
    params = TypedParams().set("destination_xml", "string", begun.xml)
    params.set("migrate_uri", "string", "tcp://127.0.0.1").set("bandwidth", "ullong", 1)
    answer = there.domain_migrate_prepare3_params(params, begun.cookie_out, flags)
    relay = SlowRelay(tmp_path / "slow", int(str(answer.uri_out).rpartition(":")[2]))
    params.set("migrate_uri", "string", f"unix://{tmp_path}/slow")
    turned = threading.Thread(target=until_post_copy, args=(domain,))
    turned.start()
    cookie = domain.migrate_perform3_params(
        None, params, answer.cookie_out, flags | Flag.CHANGE_PROTECTION
    )
    turned.join()
    relay.pause = 0
    mover.close()
    if reopened:
        other.close()
        other = vsh.connect(root)
    assert states(other) in ([(PAUSED, 12)], [(PAUSED, 13)], [(SHUT_OFF, 4)])
    params.set("destination_name", "string", "tiny")
    there.domain_migrate_finish3_params(params, cookie, flags, 0)
    until = time.monotonic() + 60
    while states(other) != [(SHUT_OFF, 4)]:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert states(there) == [(RUNNING, 2)]
    other.close()


def until_post_copy(domain: Domain) -> None:
    """Switch to post-copy as soon as the guest is on its way."""
    for _ in range(1000):
        try:
            domain.migrate_start_post_copy()
        except vsh.Error:
            time.sleep(0.01)
        else:
            return


def test_a_qemu_is_killed_on_the_way(
    connection: Connection, there: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """That of the destination: the guest goes on here.  That of the source: it is nowhere."""
    domain = running(connection, tiny)
    domain.migrate_set_max_speed(1)

    def kill(root: str) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with contextlib.suppress(vsh.Error):
                if domain.get_job_stats(0).params.get("memory_total"):
                    break
            time.sleep(0.01)
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"{tmp_path}/{root}/run/" in (process / "cmdline").read_text():
                    os.kill(int(process.name), signal.SIGKILL)

    for root, left in (("there", [(RUNNING, 1), None]), ("root", [(SHUT_OFF, 3), None])):
        killer = threading.Thread(target=kill, args=(root,))
        killer.start()
        with pytest.raises(OperationFailed):
            move(domain, there, {"migrate_uri": "tcp://127.0.0.1"}, flags=LIVE).wait()
        killer.join()
        assert states(connection, there) == left


KILLED = """
import os, sys, vsh
from vsh.drivers.qemu.guest import Guest
step = int(sys.argv[3])
count = 0
ask = Guest.ask
def counted(self, *words, **more):
    global count
    count += 1
    if count == step:
        os.kill(os.getpid(), 9)
    return ask(self, *words, **more)
Guest.ask = counted
with vsh.connect(sys.argv[1]) as one, vsh.connect(sys.argv[2]) as other:
    one.migrate(one.domains["tiny"], other, flags=1 | 512).wait()
print("done", count)
"""


def test_killed_at_every_step(root: str, tmp_path: Path, tiny: TinyGuest) -> None:
    """Whoever is killed, at any word to any QEMU: never two of it run, and it is never lost."""
    there = f"qemu:///embed?root={tmp_path / 'there'}"
    with vsh.connect(root) as connection:
        running(connection, tiny)
    step, ended = 0, False
    while not ended:
        step += 1
        done = subprocess.run(
            [sys.executable, "-c", KILLED, root, there, str(step)], capture_output=True, text=True,
            timeout=60,
        )  # fmt: skip
        ended = done.returncode == 0
        assert ended or done.returncode == -signal.SIGKILL, done.stderr
        with vsh.connect(root) as one, vsh.connect(there) as other:
            found = states(one, other)
            run = [state for state in found if state is not None and state[0] == RUNNING]
            kept = [state for state in found if state is not None and state[0] == PAUSED]
            assert len(run) <= 1, (step, found)
            assert run or kept, (step, found)
            assert sum(len(each.list_all_domains(1)) for each in (one, other)) <= 2
            for domain in other.list_all_domains(1):
                domain.destroy()
            source = one.domains["tiny"]
            if source.is_active():
                source.destroy()
            source.create()  # each step begins with a QEMU that has never begun to move
        assert step < 60
    assert step > 6  # how many words there are depends on how often a move is looked at


def test_to_libvirtd_and_back(
    connection: Connection, libvirtd: PrivateLibvirtd, tiny: TinyGuest
) -> None:
    """Live, both ways, defined and undefined as asked."""
    domain = running(connection, tiny)
    flags = LIVE | Flag.PERSIST_DEST | Flag.UNDEFINE_SOURCE
    with vsh.connect(libvirtd.uri) as there:
        move(domain, there, flags=flags).wait()
        assert states(connection) == [None]
        assert libvirtd.virsh("domstate", "tiny", "--reason").strip() == "running (migrated)"
        assert "Persistent:     yes" in libvirtd.virsh("dominfo", "tiny")
        move(there.domains["tiny"], connection, {"destination_name": "back"}, flags=flags).wait()
        assert there.list_all_domains() == []
    assert tuple(connection.domains["back"].get_state()) == (RUNNING, 2)


def test_disks_go_to_libvirtd_and_back(
    connection: Connection, libvirtd: PrivateLibvirtd, tiny: TinyGuest, tmp_path: Path
) -> None:
    """By a UNIX socket, of which libvirtd names no port, and by TCP."""
    domain = running(connection, tiny)
    uris: dict[str, object] = {
        "migrate_uri": f"unix://{tmp_path}/memory", "disks_uri": f"unix://{tmp_path}/disks",
    }  # fmt: skip
    with vsh.connect(libvirtd.uri) as there:
        for number, (source, target) in enumerate(((domain, there), (None, connection))):
            new = tmp_path / f"copy{number}.qcow2"
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", new, "1M"], check=True)
            mover = source or there.domains["tiny"]
            old = mover.get_xml_desc(8 | 2 | 1)
            path = old.split("<source file='")[1].split("'")[0]
            text = old.replace(path, str(new))
            params = {"destination_xml": text, **(uris if target is there else {})}
            move(mover, target, params, flags=LIVE | Flag.NON_SHARED_DISK).wait()
            assert target.domains["tiny"].get_state().state == RUNNING
    assert states(connection) == [(RUNNING, 2)]
    os.sync()
    connection.domains["tiny"].destroy()
    compared = subprocess.run(
        ["qemu-img", "compare", str(tiny.disks[0]), str(new)], capture_output=True, text=True
    )
    assert compared.stdout.strip() == "Images are identical."


def test_limits_and_cancelling(connection: Connection, there: Connection, tiny: TinyGuest) -> None:
    """Speed, downtime, cache; and a migration that is called back while it runs."""
    domain = connection.domain_define_xml(tiny.xml)
    assert domain.migrate_get_max_speed() == 8796093022207
    domain.migrate_set_max_speed(5)  # it is off, and has it when it runs
    domain.create()
    tiny.wait_for()
    assert domain.migrate_get_max_speed() == 5
    with pytest.raises(vsh.Error, match="numerical overflow: bandwidth must be less than 87960930"):
        domain.migrate_set_max_speed(8796093022208)
    domain.migrate_set_max_speed(3)
    assert domain.migrate_get_max_speed() == 3
    assert connection.driver.hypervisor.state.load("domain")[0][0].facts["bandwidth"] == 3
    domain.migrate_set_max_downtime(77)
    assert domain.migrate_get_max_downtime() == 77
    domain.migrate_set_compression_cache(1 << 21)
    assert domain.migrate_get_compression_cache() == 1 << 21
    with pytest.raises(OperationInvalid, match="post-copy can only be started while"):
        domain.migrate_start_post_copy()
    domain.migrate_set_max_speed(1)
    job = move(domain, there, flags=LIVE)

    called = threading.Event()

    def call_back() -> None:
        while not called.is_set():
            try:
                domain.abort_job()
            except OperationInvalid:  # it has not begun yet
                called.wait(0.005)
            else:
                called.set()

    thread = threading.Thread(target=call_back)
    thread.start()
    with pytest.raises(vsh.Error, match="migration out"):
        job.wait()
    called.set()
    thread.join()
    assert states(connection, there) == [(RUNNING, 1), None]


FAT = """<qemu:commandline>
<qemu:arg value='-device'/><qemu:arg value='loader,file={},addr=0x200000,force-raw=on'/>
</qemu:commandline></domain>"""
"""What is slow to send: ten seconds at the lowest speed."""


def test_touched_while_it_moves(
    connection: Connection, there: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """It may be paused, and the destination leaves it alone; called back it runs on."""
    (tmp_path / "much").write_bytes(os.urandom(10 << 20))
    (tmp_path / "much").chmod(0o644)
    (tmp_path / "root/qemu.conf").write_text('user = "root"\n')
    space = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"
    text = tiny.xml.replace("<domain ", f"<domain {space} ").replace(
        "</domain>", FAT.format(tmp_path / "much")
    )
    domain = connection.domain_define_xml(text)
    domain.create()
    tiny.wait_for()
    domain.migrate_set_max_speed(1)
    job = move(domain, there, flags=LIVE)
    said: list[object] = []

    def touch() -> None:
        while not domain.get_job_stats().params.get("memory_processed"):
            time.sleep(0.005)
        domain.suspend()
        said.append(tuple(domain.get_state()))
        for act in (
            lambda: domain.migrate_begin3_params(TypedParams(), LIVE),
            there.domains["tiny"].abort_job,
        ):
            with pytest.raises(OperationInvalid) as caught:
                act()
            said.append(caught.value.detail)
        domain.abort_job()

    thread = threading.Thread(target=touch)
    thread.start()
    with pytest.raises(vsh.Error, match="job 'migration out' canceled by client"):
        job.wait()
    thread.join()
    assert said == [
        (PAUSED, int(DomainPausedReason.MIGRATION)),
        "another migration job is already running for domain 'tiny'",
        "cannot abort incoming migration; use virDomainDestroy instead",
    ]
    assert tuple(domain.get_state()) == (RUNNING, int(DomainRunningReason.MIGRATION_CANCELED))
    assert there.list_all_domains() == []
