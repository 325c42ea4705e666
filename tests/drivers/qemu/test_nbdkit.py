"""Disks that a real nbdkit fetches from a web server, beside a real QEMU that boots from them."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.qemu import companions, disk_program
from vsh.errors import InternalError
from vsh.words.domain.state import DomainState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tiny_guest import TinyGuest

PASSWORD = b"known to nobody"
ALLOWED = "Basic " + base64.b64encode(b"reader:" + PASSWORD).decode()


class _Web(BaseHTTPRequestHandler):
    """A file in parts, for who knows the password and has the cookie."""

    protocol_version = "HTTP/1.1"
    content = b""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        if self.headers["Authorization"] != ALLOWED or self.headers["Cookie"] != "taste=sweet":
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="here"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        wanted, part = self.headers["Range"], self.content
        if wanted:
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            part = part[int(first) : int(last) + 1]
        self.send_response(206 if wanted else 200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        if body:
            self.wfile.write(part)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def port(tiny: TinyGuest) -> Iterator[int]:
    """Where the boot disk of a guest is served."""
    web = type("Web", (_Web,), {"content": tiny.disks[0].read_bytes()})
    with ThreadingHTTPServer(("127.0.0.1", 0), web) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def _disk(port: int, secret: str) -> str:
    return (
        "<disk type='network' device='disk'><driver name='qemu' type='qcow2'/>"
        f"<auth username='reader'><secret type='volume' uuid='{secret}'/></auth>"
        f"<source protocol='http' name='boot.img'><host name='127.0.0.1' port='{port}'/>"
        "<cookies><cookie name='taste'>sweet</cookie></cookies><readahead size='65536'/>"
        "<timeout seconds='5'/></source><target dev='vda' bus='virtio'/><readonly/></disk>"
    )


def _document(tiny: TinyGuest, port: int, secret: str) -> str:
    start, _, rest = tiny.xml.partition("<disk ")
    _, _, end = rest.partition("</disk>")
    return f"{start}{_disk(port, secret)}{end}"


_SECRET = (
    "<secret ephemeral='no' private='yes'><usage type='volume'><volume>/boot</volume></usage>"
    "</secret>"
)


@pytest.fixture
def asked(root: str) -> Path:
    """The folder of a root whose qemu.conf asks for nbdkit."""
    if not disk_program.usable("http"):
        pytest.skip("no nbdkit with a curl plugin here")
    folder = Path(root.partition("root=")[2])
    folder.mkdir()
    (folder / "qemu.conf").write_text("storage_use_nbdkit = 1\n")
    return folder


def test_boots(root: str, asked: Path, tiny: TinyGuest, port: int) -> None:
    """It is started with the guest, started again when it dies, and ended with it."""
    place = str(asked / "run/domain-1-tiny")
    with vsh.connect(root) as connection:
        secret = connection.secret_define_xml(_SECRET)
        secret.set_value(PASSWORD)
        domain = connection.domain_create_xml(_document(tiny, port, secret.uuid))
        tiny.wait_for()
        [pid] = companions.of(place, "libvirt-1-storage")
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        assert b"--readonly\0--filter\0readahead\0curl\0protocols=http\0" in command
        assert PASSWORD not in command
        assert b"sweet" not in command
        os.kill(pid, signal.SIGKILL)
        limit = time.monotonic() + 40
        while companions.of(place, "libvirt-1-storage") in ([], [pid]):
            domain.get_state()
            assert time.monotonic() < limit
        while domain.get_state().state != DomainState.RUNNING:
            assert time.monotonic() < limit
        again = companions.of(place, "libvirt-1-storage")
        tiny.output.write_text("")
        domain.reset()
        tiny.wait_for()
        disk = _disk(port, secret.uuid).replace("'vda'", "'vdb'")
        domain.attach_device(disk)
        assert len(companions.of(place, "libvirt-2-storage")) == 1
        domain.detach_device_alias("virtio-disk1")
        domain.reset()  # with which a guest that does nothing lets go
        while "'vdb'" in domain.get_xml_desc():
            assert time.monotonic() < limit
        assert not companions.of(place, "libvirt-2-storage")
        domain.destroy()
        assert len(again) == 1
        assert not companions.of(place)


def test_wrong(root: str, asked: Path, tiny: TinyGuest, port: int) -> None:
    with vsh.connect(root) as connection:
        secret = connection.secret_define_xml(_SECRET)
        secret.set_value(b"another")
        with pytest.raises(InternalError, match="401"):
            connection.domain_create_xml(_document(tiny, port, secret.uuid))
        assert not connection.list_all_domains()
    assert not companions.of(str(asked / "run/domain-1-tiny"))


def test_ssh() -> None:
    """What is said to the plugin for SSH: who, where, by which key, which hosts are known."""
    from vsh.xml.engine.reader import read
    from vsh.xml.shared.image import Source

    source = read(
        "<source protocol='ssh' name='/images/a.img'><host name='far'/><knownHosts path='/known'/>"
        "<identity username='fred' keyfile='/key' agentsock='/agent'/></source>",
        Source,
    )
    serving = disk_program.Serving(source, None, lambda: b"", readonly=False)
    command = list(serving._command("/socket"))
    assert command[1:] == [
        "--unix", "/socket", "--foreground", "ssh", "host=far", "port=22", "path=/images/a.img",
        "user=fred", "identity=/key", "known-hosts=/known",
    ]  # fmt: skip


def test_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, or for what it has no plugin for, QEMU opens the file itself."""
    assert not disk_program.usable("iscsi")
    monkeypatch.setattr(disk_program.programs, "find", lambda name: None)
    assert not disk_program.usable("http")
    monkeypatch.setattr(disk_program.programs, "find", shutil.which)
    assert not disk_program.usable("rbd")
