"""A daemon that is sent what no client would send: real sessions, recorded and then changed.

A session is what a client sent, message by message.  An input is a list of pieces for one of the
daemon's doors: each is sent at once, with a pause or an open file before it where it says so.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import random
import select
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import vsh
from vsh.errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "support"))

from private_vshd import PrivateVshd

WORDS = (0, 1, 2, 3, 4, 7, 27, 28, 31, 255, 4096, 65536, 1000000, 0x02000000, 0x02000004,
         0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x20008086, 0x20008087, 0x06900690,
         0x6B656570)  # fmt: skip
"""Numbers that are at the edge of something: lengths, limits, programs."""
MOST_MEMORY, MOST_FILES = 400 << 10, 64
"""KiB and descriptors that the daemon may have more than at its start, with nobody there."""
LOOK_EVERY = 250
PATIENCE = 20
SETTINGS = """\
auth_unix_ro = "sasl"
auth_tcp = "sasl"
auth_tls = "none"
listen_tcp = 1
listen_tls = {tls}
listen_addr = "127.0.0.1"
tcp_port = "{tcp_port}"
tls_port = "{tls_port}"
sasl_password_file = "{folder}/passwords"
ca_file = "{folder}/ca.pem"
cert_file = "{folder}/ca.pem"
key_file = "{folder}/ca.key"
log_outputs = "3:file:{folder}/said"
"""
DOMAIN = (
    "<domain type='test'><name>{name}</name><memory>4096</memory><os><type>hvm</type></os></domain>"
)


class Failure(Exception):
    """The daemon has ended, met a fault of its own, or grown."""


class Attacked:
    """The daemon that is attacked, with a door of each kind.  It ends with this process."""

    def __init__(self) -> None:
        self.folder = Path(os.environ["HOME"]) / "attacked"
        self.folder.mkdir()
        self.ports = [_free_port(), _free_port()]
        self.said = self.folder / "said"
        self.heard = 0  # how much of the log was read
        self.tries = 0
        passwords = self.folder / "passwords"
        passwords.write_text("fred:secret\n")
        passwords.chmod(0o600)
        auth = "[credentials-x]\nauthname=fred\npassword=secret\n[auth-libvirt-x]\ncredentials=x\n"
        (self.folder / "auth.conf").write_text(
            auth.replace("auth-libvirt-x", "auth-libvirt-default")
        )
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=localhost", "-keyout", f"{self.folder}/ca.key", "-out", f"{self.folder}/ca.pem"],
            capture_output=True, check=False,
        )  # fmt: skip
        self.tls = made.returncode == 0
        settings = self.folder / "vshd.conf"
        settings.write_text(
            SETTINGS.format(
                folder=self.folder,
                tls=int(self.tls),
                tcp_port=self.ports[0],
                tls_port=self.ports[1],
            )
        )
        self.daemon = PrivateVshd(self.folder, "--listen", "--config", str(settings))
        self.daemon.start()
        atexit.register(self.daemon.kill)
        self.figures = self.daemon.figures()

    @property
    def doors(self) -> list[str]:
        """What an input may come by, those that lead furthest more often."""
        found = ["rw", "rw", "rw", "ro", "ro", "admin", "tcp"]
        return [*found, "tls", "tls-raw"] if self.tls else found

    def enter(self, door: str) -> socket.socket:
        """A connection by a door.  Raises OSError."""
        if door in ("tcp", "tls", "tls-raw"):
            port = self.ports[door != "tcp"]
            link = socket.create_connection(("127.0.0.1", port), PATIENCE)
            if door == "tls":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                context.load_cert_chain(self.folder / "ca.pem", self.folder / "ca.key")
                return context.wrap_socket(link)
            return link
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(PATIENCE)
        names = {"rw": "libvirt-sock", "ro": "libvirt-sock-ro", "admin": "libvirt-admin-sock"}
        link.connect(str(self.daemon.socket.with_name(names[door])))
        return link

    def look(self) -> None:
        """Raise Failure where the daemon is not as it was."""
        self.tries += 1
        process = self.daemon.process
        text = self.said.read_text(errors="replace")
        new, self.heard = text[self.heard :], len(text)
        if process is None or process.poll() is not None:
            self.daemon.start()
            self.figures = self.daemon.figures()
            raise Failure(f"the daemon has ended: {new[-2000:]} {self.daemon.said()[-3000:]}")
        if "Traceback" in new:
            places = [line.strip() for line in new.splitlines() if "/vsh/" in line]
            raise Failure(f"a fault in {places[-1:]}: {new.splitlines()[-1]}")
        if self.tries % LOOK_EVERY:
            return
        with vsh.connect(self.daemon.uri("test", "/default")) as connection:
            connection.list_all_domains()
        memory, files = self.daemon.figures()
        print(f"daemon: {self.tries} inputs; {memory} KiB, {files} descriptors", flush=True)
        if memory > self.figures[0] + MOST_MEMORY:
            raise Failure(f"memory grew from {self.figures[0]} to {memory} KiB")
        if files > self.figures[1] + MOST_FILES:
            raise Failure(f"descriptors grew from {self.figures[1]} to {files}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_attacked: list[Attacked] = []


def attacked() -> Attacked:
    """The daemon of this run."""
    if not _attacked:
        _attacked.append(Attacked())
    return _attacked[0]


# ---- what real clients send


def recorded(target: str, act: Callable[[str], None]) -> list[bytes]:
    """The messages that a client sends to a socket; ``act`` is given the one to go by."""
    middle = f"{target}.recorded"
    sent = bytearray()
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as far:
        listener.bind(middle)
        listener.listen()
        far.connect(target)

        def relay() -> None:
            near, _ = listener.accept()
            with near:
                while True:
                    ready, _, _ = select.select([near, far], [], [])
                    for end in ready:
                        data = end.recv(1 << 16)
                        if not data:
                            return
                        if end is near:
                            sent.extend(data)
                        (far if end is near else near).sendall(data)

        thread = threading.Thread(target=relay, daemon=True)
        thread.start()
        act(middle)
        thread.join(PATIENCE)
    os.unlink(middle)
    messages = []
    while sent:
        (size,) = struct.unpack_from(">I", sent)
        messages.append(bytes(sent[:size]))
        del sent[:size]
    return messages


def _live(connection: vsh.Connection) -> None:
    """A guest's life, and a look at all that there is."""
    domains: list[vsh.Domain] = []
    known: set[str] = set()
    with contextlib.suppress(Error):
        known = {domain.name for domain in connection.list_all_domains()}
        for name in ("a", "b"):
            connection.domain_define_xml(DOMAIN.format(name=name))
        domains = connection.list_all_domains()
    for domain in domains:
        for act in (
            domain.get_state, domain.get_info, domain.get_xml_desc, domain.get_autostart,
            domain.get_scheduler_parameters, domain.get_max_memory, domain.suspend, domain.resume,
            domain.get_vcpus, domain.create, domain.list_all_snapshots, domain.destroy,
        ):  # fmt: skip
            with contextlib.suppress(Error, TypeError):
                act()
        if domain.name not in known:
            with contextlib.suppress(Error):
                domain.undefine()
    for name in sorted(vars(type(connection))):
        if name.startswith(("list_all", "get_", "num_of", "list_")):
            with contextlib.suppress(Error, TypeError, AttributeError):
                getattr(connection, name)()


def sessions() -> dict[str, list[list[bytes]]]:
    """For each UNIX door, what clients have sent by it."""
    there = attacked()
    rw, folder = str(there.daemon.socket), there.folder

    def by_driver(driver: str, extra: str = "") -> Callable[[str], None]:
        def act(path: str) -> None:
            with vsh.connect(f"{driver}?socket={path}{extra}") as connection:
                _live(connection)

        return act

    def admin(path: str) -> None:
        from vsh.rpc.message import CALL, OK, pack

        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(1)
            link.connect(path)
            name = struct.pack(">I", 8) + b"libvirtd"
            bodies = {1: struct.pack(">II", 0, 0), 4: struct.pack(">II", 1, 0),
                      5: name, 6: name + struct.pack(">I", 0), 8: name + struct.pack(">II", 1, 0),
                      9: name + struct.pack(">QI", 1, 0)}  # fmt: skip
            for number in range(1, 20):
                body = bodies.get(number, name + struct.pack(">II", 0, 0))
                link.sendall(pack(0x06900690, 1, number, CALL, number, OK, body))
                with contextlib.suppress(OSError):
                    link.recv(1 << 16)

    sasl = f"&authfile={folder}/auth.conf&auth=sasl.PLAIN"
    return {
        "rw": [
            recorded(rw, by_driver("test+unix:///default")),
            recorded(rw, by_driver("qemu+unix:///system")),
            recorded(rw, by_driver("network+unix:///system")),
            recorded(rw, by_driver("storage+unix:///system")),
        ],
        "ro": [recorded(f"{rw}-ro", by_driver("test+unix:///default", sasl))],
        "admin": [recorded(rw.replace("-sock", "-admin-sock"), admin)],
    }


# ---- changing it


def _word(rng: random.Random, message: bytes, low: int, high: int) -> bytes:
    """One of the words between two places becomes another number."""
    if high - low < 4:
        return message
    at = low + 4 * rng.randrange((high - low) // 4)
    value = rng.choice(WORDS) if rng.random() < 0.7 else rng.getrandbits(32)
    return message[:at] + struct.pack(">I", value) + message[at + 4 :]


def _resized(message: bytes) -> bytes:
    """With the length that it has."""
    return struct.pack(">I", len(message)) + message[4:]


def _changed(rng: random.Random, message: bytes) -> bytes:
    kind = rng.randrange(10)
    if kind == 0:  # a header word: program, version, procedure, type, serial, status
        return _word(rng, message, 4, min(28, len(message)))
    if kind == 1:  # another procedure, with this one's words
        return message[:12] + struct.pack(">I", rng.randrange(460)) + message[16:]
    if kind in (2, 3, 4):
        return _word(rng, message, 28, len(message))
    if kind == 5:
        return _resized(message[: rng.randrange(28, len(message) + 1)])
    if kind == 6:
        return _resized(message + rng.randbytes(4 * rng.randrange(1, 40)))
    if kind == 7 and len(message) > 28:
        at = rng.randrange(28, len(message))
        return message[:at] + bytes([rng.randrange(256)]) + message[at + 1 :]
    if kind == 8:  # a length that is a lie
        return _word(rng, message, 0, 4)
    return message[: rng.randrange(len(message))]


def attack(rng: random.Random, known: dict[str, list[list[bytes]]]) -> bytes:
    """An input: a session with changes, for one of the doors."""
    door = rng.choice(attacked().doors)
    kind = {"tcp": "ro", "tls": "rw", "tls-raw": "rw"}.get(door, door)
    session = list(rng.choice(known[kind]))
    opening = 8 if kind == "ro" else 5
    if rng.random() < 0.8 and len(session) > opening:  # the way in, and some of what follows
        size = rng.randrange(1, 12)
        following = [rng.choice(session[opening:]) for _ in range(size)]
        session = session[:opening] + following
    pieces: list[list[object]] = []
    for place, message in enumerate(session):
        changes = rng.random() < (0.05 if place < opening else 0.5)
        piece = _changed(rng, message) if changes else message
        if rng.random() < 0.02:
            continue
        pause = 0.01 if rng.random() < 0.01 else 0
        files = rng.randrange(1, 9) if rng.random() < 0.03 else 0
        pieces += [[piece.hex(), pause, files]] * (2 if rng.random() < 0.03 else 1)
    if rng.random() < 0.05:
        rng.shuffle(pieces)
    return json.dumps({"door": door, "pieces": pieces, "read": rng.random() < 0.9}).encode()


def send(given: bytes) -> None:
    """Send an input, read what comes until a moment is quiet, and look after the daemon."""
    there = attacked()
    plan = json.loads(given)
    with contextlib.suppress(OSError), there.enter(plan["door"]) as link:
        for text, pause, files in plan["pieces"]:
            time.sleep(pause)
            data = bytes.fromhex(text)
            if files and link.family == socket.AF_UNIX and data:
                socket.send_fds(link, [data], [2] * files)
            else:
                link.sendall(data)
            if plan["read"]:
                _drain(link, 0.002)
        if plan["read"]:
            _drain(link, 0.01)
    there.look()


def _drain(link: socket.socket, quiet: float) -> None:
    link.settimeout(quiet)
    with contextlib.suppress(TimeoutError):
        while link.recv(1 << 16):
            continue
    link.settimeout(PATIENCE)
