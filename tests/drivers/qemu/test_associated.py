"""Disks that are files which somebody has open: QEMU finds neither their paths nor needs rights."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd

import vsh
from vsh.errors import InvalidArgument, OperationUnsupported, SystemFailure
from vsh.words.domain.devices import DomainFDAssociate

if TYPE_CHECKING:
    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

WRITABLE = int(DomainFDAssociate.SECLABEL_WRITABLE)


def _named(tiny: TinyGuest) -> str:
    """The guest's document, with a name for its disk's file instead of a path that leads there."""
    disk = str(tiny.disks[0])
    return tiny.xml.replace(f"file='{disk}'", f"file='/nowhere{disk}' fdgroup='boot'")


def _give(domain: Domain, path: Path, name: str, flags: int = os.O_RDWR) -> None:
    descriptor = os.open(path, flags)
    try:
        domain.fd_associate(name, [descriptor], WRITABLE if flags == os.O_RDWR else 0)
    finally:
        os.close(descriptor)


def _boots(connection: Connection, tiny: TinyGuest) -> Domain:
    domain = connection.domain_define_xml(_named(tiny))
    with pytest.raises(InvalidArgument, match="group 'boot' was not associated with the domain"):
        domain.create()
    tiny.disks[0].chmod(0o600)
    _give(domain, tiny.disks[0], "boot")
    domain.create()
    tiny.wait_for()
    assert "fdgroup='boot'" in domain.get_xml_desc()
    return domain


def test_a_guest_boots_from_it(connection: Connection, tiny: TinyGuest, tmp_path: Path) -> None:
    before = tiny.disks[0].stat().st_uid
    domain = _boots(connection, tiny)
    assert tiny.disks[0].stat().st_uid == before
    with pytest.raises(OperationUnsupported, match="block info is not supported for FD passed"):
        domain.get_block_info("vda")
    second = tmp_path / "second.img"
    second.write_bytes(b"x" * 65536)
    document = (
        "<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
        "<source file='/nowhere' fdgroup='more'/><target dev='vdb' bus='virtio'/></disk>"
    )
    with pytest.raises(InvalidArgument, match="group 'more' was not associated"):
        domain.attach_device(document)
    _give(domain, second, "more", os.O_RDONLY)
    domain.attach_device(document.replace("<target", "<readonly/><target"))
    assert "fdgroup='more'" in domain.get_xml_desc()
    with pytest.raises(OperationUnsupported, match="peeking is not supported for FD passed"):
        domain.block_peek("vdb", 0, 16)


def test_what_a_connection_gave_goes_with_it(root: str, tiny: TinyGuest) -> None:
    """Open files of one connection are closed with it; a running guest keeps its own."""
    with vsh.connect(root) as other:
        with vsh.connect(root) as connection:
            _boots(connection, tiny).destroy()
        open_here = {os.path.realpath(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")}
        assert str(tiny.disks[0]) not in open_here
        with pytest.raises(InvalidArgument, match="'boot' was not associated"):
            other.domain_lookup_by_name("tiny").create()


@pytest.mark.skipif(os.geteuid() != 0, reason="a daemon of the system is root's")
def test_by_way_of_the_daemon(tiny: TinyGuest, tmp_path: Path) -> None:
    """The files go over the socket, from our client and from the command."""
    daemon = PrivateVshd(tmp_path)
    daemon.start()
    try:
        with vsh.connect(daemon.uri()) as connection:
            _boots(connection, tiny).destroy()
        program = Path(sys.executable).with_name("vsh")
        shell = (
            f"exec 7<>{tiny.disks[0]}; exec {program} -c '{daemon.uri()}' "
            "'dom-fd-associate tiny boot 7 --seclabel-writable; start tiny; destroy tiny'"
        )
        done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
        assert (done.returncode, "started" in done.stdout) == (0, True), done.stderr
    finally:
        daemon.kill()
        with vsh.connect(f"qemu:///embed?root={daemon.root}") as connection:
            for domain in connection.list_all_domains(1):
                domain.destroy()


def test_a_backup_served_on_a_socket_of_a_client_s(
    connection: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """The server of a pulled backup listens on what a client gave; nobody else finds its socket."""
    domain = connection.domain_create_xml(tiny.xml)
    scratch, place = tmp_path / "scratch.qcow2", tmp_path / "nbd.sock"
    document = (
        "<domainbackup mode='pull'><server transport='fd' fdgroup='nbd'/><disks>"
        f"<disk name='vda' type='file'><scratch file='{scratch}'/></disk></disks></domainbackup>"
    )
    with pytest.raises(InvalidArgument, match="group 'nbd' was not associated with the domain"):
        domain.backup_begin(document)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place))
        listening.listen()
        domain.fd_associate("nbd", [listening.fileno()] * 2)
        with pytest.raises(InvalidArgument, match="must contain only 1 file descriptor for NBD"):
            domain.backup_begin(document)
        domain.fd_associate("nbd", [listening.fileno()])
    domain.backup_begin(document)
    assert "<server transport='fd' fdgroup='nbd'/>" in domain.backup_get_xml_desc()
    asked = ["qemu-img", "info", f"nbd+unix:///vda?socket={place}"]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert f"virtual size: {domain.get_block_info('vda').capacity >> 20} MiB" in told
    domain.abort_job()


def test_files_that_are_not_open(connection: Connection, tiny: TinyGuest) -> None:
    """They are refused before anything is sent: the guest goes on, and is heard."""
    domain = connection.domain_create_xml(tiny.xml)
    closed = os.open("/dev/null", os.O_RDONLY)
    os.close(closed)
    with pytest.raises(SystemFailure, match=f"Cannot duplicate FD {closed}: Bad file descriptor"):
        domain.fd_associate("any", [closed])
    command = '{"execute": "query-status"}'
    with pytest.raises(SystemFailure, match=f"Cannot duplicate FD {closed}: Bad file descriptor"):
        domain.monitor_command_with_files(command, [closed])
    assert '"status":"running"' in domain.monitor_command(command)
