"""Every procedure of the wire, asked of libvirtd and of vshd with the same bytes."""

from __future__ import annotations

import json
import socket
import struct
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.api.table import calls
from vsh.daemon.priority import HIGH
from vsh.errors import Error, NoSupport, OperationDenied
from vsh.rpc import errors
from vsh.rpc.message import CALL, ERROR, OK, REPLY, REPLY_FILES, Framer, pack
from vsh.rpc.programs import NUMBERS, REMOTE

if TYPE_CHECKING:
    from private_libvirtd import PrivateLibvirtd
    from private_vshd import PrivateVshd

FACTS = Path(__file__).resolve().parents[3] / "shared/protocol/protocol.json"
present = pytest.mark.skipif(not FACTS.exists(), reason="no ../shared/protocol beside the checkout")
UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"
IDLE = f"""<domain type='qemu'><name>test</name><uuid>{UUID}</uuid><memory>65536</memory>
<os><type arch='x86_64'>hvm</type></os></domain>"""
SIZES = {
    "int": 4, "unsigned int": 4, "char": 4, "short": 4, "unsigned char": 4, "unsigned short": 4,
    "hyper": 8, "unsigned hyper": 8, "double": 8,
}  # fmt: skip
HARMFUL = {
    "CONNECT_OPEN", "CONNECT_CLOSE", "DOMAIN_DESTROY", "DOMAIN_UNDEFINE", "DOMAIN_UNDEFINE_FLAGS",
}  # fmt: skip
"""What would leave nothing to ask of.  Steps of migrations, too: out of their order they end
libvirtd 9.0.0, or have it wait for ever."""
NEWEST = 443
"""The last procedure that libvirtd 9.0.0 has."""
ELSEWHERE = {"DOMAIN_ATTACH", "DOMAIN_GET_SECURITY_LABEL_LIST"}
"""What is said to be not supported where libvirtd has something to say, if only that nothing is
there."""


def text(words: str) -> bytes:
    raw = words.encode()
    return struct.pack(">I", len(raw)) + raw + bytes(-len(raw) % 4)


DOMAIN = text("test") + uuid.UUID(UUID).bytes + struct.pack(">i", 1)


class Writer:
    """Arguments of each procedure, as plain as they can be: the guest "test", else nothing."""

    def __init__(self) -> None:
        self.facts = json.loads(FACTS.read_text())

    def arguments(self, name: str) -> bytes:
        fields = self.facts["structs"].get(name, [])
        return b"".join(self.value(*field[1:]) for field in fields)

    def value(self, kind: str, how: dict[str, object] | None = None) -> bytes:
        how = how or {}
        if how.get("optional") or "array" in how:
            return bytes(4)
        if kind == "remote_nonnull_domain":
            return DOMAIN
        if "fixed" in how:
            number = how["fixed"]
            size = self.facts["constants"].get(number, 16) if isinstance(number, str) else number
            return bytes(size if kind == "opaque" else size * SIZES[kind])
        if kind in SIZES:
            return bytes(SIZES[kind])
        if kind in self.facts["types"]:
            base, *more = self.facts["types"][kind]
            return self.value(base, {**(more[0] if more else {}), **how})
        return self.arguments(kind)


def answer(path: Path, uri: str, program: int, number: int, payload: bytes) -> Error | None:
    """What a daemon answers to a call on a connection of its own: an error, or None."""
    opening = struct.pack(">I", 1) + text(uri) + bytes(4)
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(30)
        link.connect(str(path))
        framer, said = Framer(), None
        for serial, call in enumerate(
            ((REMOTE, 66, b""), (REMOTE, 1, opening), (program, number, payload))
        ):
            link.sendall(pack(call[0], 1, call[1], CALL, serial, OK, call[2]))
            said = None
            while said is None:
                came = link.recv(1 << 20)
                if not came:
                    raise EOFError(f"{path}: hung up at procedure {number}")
                for message in framer.feed(came):
                    if message.serial == serial and message.type in (REPLY, REPLY_FILES):
                        said = message
            assert serial == 2 or said.status == OK
        assert said is not None
        return errors.decode(said.payload) if said.status == ERROR else None


def asked(writer: Writer, path: Path, uri: str, newest: int) -> dict[str, Error | None]:
    """What a daemon says to each procedure."""
    found = {}
    for program in NUMBERS:
        for whole, facts in writer.facts["procedures"][f"{program}_procedure"].items():
            name, number = whole.partition("_PROC_")[2], facts["number"]
            newer = program == "remote" and number > newest
            if newer or name in HARMFUL or "_EVENT_" in name or "_MIGRATE_" in name:
                continue
            payload = writer.arguments(f"{program}_{name.lower()}_args")
            found[name] = answer(path, uri, NUMBERS[program], number, payload)
    return found


def refused(said: Error | None) -> tuple[str, int] | None:
    """How something is said to be not supported."""
    return (str(said), said.domain) if isinstance(said, NoSupport) else None


@present
def test_what_libvirtd_answers_is_answered(
    vshd: PrivateVshd, libvirtd: PrivateLibvirtd, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what it says it does not support is refused in the same words, from the same part."""
    writer = Writer()
    theirs = asked(writer, libvirtd.socket, "test:///default", NEWEST)
    ours = asked(writer, vshd.socket, "test:///default", NEWEST)
    with capsys.disabled():
        counts = [sum(not refused(each) for each in found.values()) for found in (theirs, ours)]
        print("\ntest:///default: libvirtd 9.0.0 answers {}, vshd {} procedures".format(*counts))
    for name, said in ours.items():
        if refused(said) and name not in ELSEWHERE:
            there = theirs[name]
            assert there is not None, name
            assert not refused(there) or refused(said) == refused(there), name


@present
def test_what_the_read_only_socket_refuses(vshd: PrivateVshd, libvirtd: PrivateLibvirtd) -> None:
    """All that libvirtd's does, in the same words."""
    writer = Writer()
    theirs = asked(writer, libvirtd.socket_readonly, "test:///default", NEWEST)
    ours = asked(writer, vshd.socket_ro, "test:///default", NEWEST)
    denied = {name for name, said in theirs.items() if isinstance(said, OperationDenied)}
    assert len(denied) > 160
    for name in denied - {"NODE_DEVICE_GET_AUTOSTART"}:  # which only looks
        assert str(ours[name]) == str(theirs[name]), name


@present
def test_every_procedure_of_guests(vshd: PrivateVshd, capsys: pytest.CaptureFixture[str]) -> None:
    """The qemu driver has an answer to nearly all; what it has not it says, and no more."""
    with vsh.connect(vshd.uri()) as connection:
        connection.domain_define_xml(IDLE)
    found = asked(Writer(), vshd.socket, "qemu:///system", 456)
    missing = {name for name, said in found.items() if refused(said)}
    with capsys.disabled():
        print(f"\nqemu:///system: vshd answers {len(found) - len(missing)} of {len(found)}")
        print(f"not: {' '.join(sorted(missing))}")
    assert len(found) - len(missing) >= 330


@present
def test_priorities_are_those_of_the_protocol() -> None:
    facts = json.loads(FACTS.read_text())["procedures"]["remote_procedure"].values()
    assert {each["number"] for each in facts if each.get("priority") == "high"} == HIGH
    assert {number for program, number in calls() if program == "remote"} > HIGH
