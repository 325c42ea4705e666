"""The drivers that the contract is run on: each gives a connection to a world of its own.

A test that needs another driver's answer to differ says so itself; none is left out in silence.
Real hypervisors have a real guest, which is made anew only where a test has changed it: starting
one takes longer than most tests.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import newest_libvirtd
import pytest
from private_libvirtd import PrivateLibvirtd
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

import vsh
from vsh.errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newest_libvirtd import NewestLibvirtd

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

NODE = """<node>
  <domain type='test'>
    <name>web</name>
    <uuid>11111111-1111-4111-8111-111111111111</uuid>
    <memory>65536</memory>
    <vcpu>1</vcpu>
    <os><type>hvm</type></os>
    <devices>
      <disk type='file' device='disk'>
        <source file='/images/web.qcow2'/>
        <target dev='vda' bus='virtio'/>
      </disk>
    </devices>
  </domain>
</node>
"""
BALLOON = "<memballoon model='virtio'/>"
UNDEFINE = 1 | 2 | 4 | 16
"""With what is saved of it, its snapshots' and checkpoints' metadata, its NVRAM."""


class World:
    """One hypervisor.

    uri     how it is reached
    kind    the type of its domains
    guests  where the files of real guests are, and the name that the hypervisor has for it; None
            where there are none
    """

    def __init__(self, uri: str, kind: str, guests: tuple[Path, str] | None = None) -> None:
        self.uri = uri
        self.kind = kind
        self.guests = guests
        self._left: tuple[int, str] | None = None

    @property
    def real(self) -> bool:
        """Whether its guests run."""
        return self.guests is not None

    def enter(self, connection: Connection) -> None:
        """See to it that there is one running guest with one disk, as on the first day."""
        if self.guests is None:
            return
        domains = connection.list_all_domains()
        if self._left is not None and len(domains) == 1:
            with contextlib.suppress(Error):
                if (domains[0].id, _described(domains[0])) == self._left:
                    return
        for domain in domains:
            _remove(domain)
        folder, seen = self.guests
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        guest = TinyGuest(folder, "web")
        text = guest.xml.replace("<memballoon model='none'/>", BALLOON)
        text = text.replace(">16</memory>", ">64</memory>")
        domain = connection.domain_define_xml(text.replace(str(folder), seen))
        domain.create()
        guest.wait_for()
        self._left = domain.id, _described(domain)

    def leave(self) -> None:
        """Leave nothing running."""
        if self.guests is not None:
            with vsh.connect(self.uri) as connection:
                for domain in connection.list_all_domains():
                    _remove(domain)
            shutil.rmtree(self.guests[0], ignore_errors=True)


def _described(domain: Domain) -> str:
    """All that a test can have changed of a guest that still runs."""
    return "\n".join(
        [
            domain.get_xml_desc(0), domain.get_xml_desc(2), str(tuple(domain.get_state())),
            str(domain.snapshot_num()), str(len(domain.list_all_checkpoints())),
        ]
    )  # fmt: skip


def _remove(domain: Domain) -> None:
    with contextlib.suppress(Error):
        domain.destroy()
    with contextlib.suppress(Error):  # a transient one is gone
        domain.undefine_flags(UNDEFINE)


@pytest.fixture(scope="module")
def hypervisors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., World]]:
    """``hypervisors(name, daemon)``: the real ones, each made when it is first asked for."""
    made: dict[str, World] = {}
    with contextlib.ExitStack() as stack:

        def find(name: str, daemon: PrivateLibvirtd | NewestLibvirtd | None = None) -> World:
            world = made.get(name)
            if world is None:
                folder = tmp_path_factory.mktemp(name)
                files, seen = folder / "guests", str(folder / "guests")
                if isinstance(daemon, newest_libvirtd.NewestLibvirtd):
                    files, seen = daemon.folder / "guests", f"{newest_libvirtd.INSIDE}/guests"
                uri = f"qemu:///embed?root={folder / 'root'}" if daemon is None else daemon.uri_of()
                if name == "vshd":
                    (folder / "run").mkdir()
                    vshd = PrivateVshd(folder)
                    vshd.start()
                    stack.callback(vshd.kill)
                    uri = vshd.uri()
                world = made[name] = World(uri, "qemu", (files, seen))
                stack.callback(world.leave)
            return world

        yield find


def _driver(name: str) -> object:
    return pytest.param(name, marks=pytest.mark.libvirtd)


@pytest.fixture(
    params=[
        "test", "test-file", "embedded", "vshd", _driver("daemon-test"), _driver("daemon"),
        _driver("newest-test"), _driver("newest"),
    ]
)  # fmt: skip
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """One of the drivers.

    ``daemon`` is libvirtd 9.0.0 with QEMU 7.2, ``newest`` libvirtd 12.8.0 with QEMU 11.1.3,
    ``-test`` libvirt's own test driver in it, ``embedded`` and ``vshd`` our driver of real guests:
    what is true of theirs and of ours is the contract.
    """
    name: str = request.param
    if name == "test":
        return World("test:///default", "test")
    if name == "test-file":
        file = tmp_path / "node.xml"
        file.write_text(NODE)
        return World(f"test://{file}", "test")
    if name in ("embedded", "vshd") and shutil.which("qemu-system-x86_64") is None:
        pytest.skip("no qemu-system-x86_64 here")
    hypervisors = request.getfixturevalue("hypervisors")
    if name in ("embedded", "vshd"):
        return hypervisors(name)
    which = "running_newest" if name.startswith("newest") else "running_libvirtd"
    daemon = request.getfixturevalue(which)
    if name.endswith("-test"):
        return World(daemon.uri_of("test", "/default"), "test")
    return hypervisors(name, daemon)


@pytest.fixture
def connection(world: World) -> Iterator[Connection]:
    """An open connection; its world has one running domain with one disk."""
    with vsh.connect(world.uri) as opened:
        world.enter(opened)
        yield opened


@pytest.fixture
def domain(connection: Connection) -> Domain:
    """The one domain."""
    return connection.list_all_domains(0)[0]


@pytest.fixture
def document(world: World) -> Callable[..., str]:
    """``document(name, more="")``: of a small domain without disks."""

    def document(name: str, more: str = "") -> str:
        return (
            f"<domain type='{world.kind}'><name>{name}</name><memory>4096</memory>"
            f"<os><type>hvm</type></os>{more}</domain>"
        )

    return document


@pytest.fixture
def define(connection: Connection, document: Callable[..., str]) -> Callable[..., Domain]:
    """Define a domain of that name, which is off."""

    def define_domain(name: str, more: str = "") -> Domain:
        return connection.domain_define_xml(document(name, more))

    return define_domain
