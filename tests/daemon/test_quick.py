"""Quick calls that a client makes again and again: answered by the loop, known by their bytes."""

from __future__ import annotations

import os
import signal
import struct
import time
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from tiny_guest import TinyGuest

import vsh
from vsh.api.domain import Domain
from vsh.errors import NoDomain
from vsh.rpc.message import CALL, OK, Framer, pack
from vsh.rpc.programs import REMOTE
from vsh.words.domain.state import DomainControlState, DomainState

if TYPE_CHECKING:
    from pathlib import Path

    from private_vshd import PrivateVshd

XML = "<domain type='test'><name>{}</name><memory>1024</memory><os><type>hvm</type></os></domain>"


def test_the_same_call_is_answered_anew(vshd: PrivateVshd) -> None:
    """What is kept is what was asked, not what was said."""
    uri = vshd.uri("test", "/default")
    with vsh.connect(uri) as asking, vsh.connect(uri) as acting:
        asked, acted = (each.domain_lookup_by_name("test") for each in (asking, acting))
        for state, act in (
            (DomainState.RUNNING, acted.suspend),
            (DomainState.PAUSED, acted.resume),
            (DomainState.RUNNING, acted.destroy),
            (DomainState.SHUTOFF, acted.undefine),
        ):
            assert [asked.get_info().state for _ in range(3)] == [state] * 3
            act()
        for _ in range(3):
            with pytest.raises(NoDomain, match="Domain not found"):
                asked.get_info()
        acting.domain_define_xml(XML.format("other"))
        assert asking.num_of_defined_domains() == 1


def test_calls_that_come_together_or_in_pieces(vshd: PrivateVshd) -> None:
    """One that was made before comes with others, and byte by byte: each has its answer."""
    import socket

    uri = b"test:///default"
    opening = struct.pack(">II", 1, len(uri)) + uri + b"\0" + struct.pack(">I", 0)
    with socket.socket(socket.AF_UNIX) as end:
        end.connect(str(vshd.socket))
        end.settimeout(30)
        framer, found = Framer(), []

        def send(*calls: tuple[int, bytes], piece: int = 0) -> list[int]:
            """Make calls; the serials of the answers, none of which is an error."""
            serials = [len(found) + number for number in range(len(calls))]
            data = b"".join(
                pack(REMOTE, 1, procedure, CALL, serial, OK, payload)
                for serial, (procedure, payload) in zip(serials, calls, strict=True)
            )
            for at in range(0, len(data), piece or len(data)):
                end.sendall(data[at : at + (piece or len(data))])
                if piece:
                    time.sleep(0.001)
            while len(found) < serials[-1] + 1:
                found.extend(framer.feed(end.recv(4096)))
            assert all(message.status == OK for message in found)
            return [message.serial for message in found[serials[0] :]]

        send((66, b""))
        send((1, opening))
        version = (157, b"")  # virConnectGetLibVersion
        assert [send(version) for _ in range(3)] == [[2], [3], [4]]
        assert sorted(send(version, version, version)) == [5, 6, 7]
        assert send(version, piece=5) == [8]
        assert send(version) == [9]
        assert len({message.payload for message in found[2:]}) == 1


def _spent(vshd: PrivateVshd) -> float:
    assert vshd.process is not None
    with open(f"/proc/{vshd.process.pid}/stat", encoding="utf-8") as file:
        words = file.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def test_it_sleeps_when_nobody_calls(vshd: PrivateVshd) -> None:
    """To stay awake for the next call ends with the calls."""
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        domain = connection.domain_lookup_by_name("test")
        for _ in range(300):
            domain.get_info()
        before = _spent(vshd)
        time.sleep(0.6)
        assert _spent(vshd) - before < 0.1


def test_one_that_never_stops_keeps_nobody_waiting(vshd: PrivateVshd) -> None:
    uri = vshd.uri("test", "/default")
    over, calls = Event(), [0]
    with vsh.connect(uri) as busy, vsh.connect(uri) as other:

        def flood(domain: Domain) -> None:
            while not over.is_set():
                domain.get_info()
                calls[0] += 1

        thread = Thread(target=flood, args=(busy.domain_lookup_by_name("test"),))
        thread.start()
        try:
            domain = other.domain_lookup_by_name("test")
            begun = calls[0]
            for _ in range(50):
                assert domain.get_info().state == DomainState.RUNNING
            between = calls[0] - begun
        finally:
            over.set()
            thread.join()
    assert between < 50 * 2000  # it was not made to wait until the other had enough


def test_a_qemu_that_hangs_holds_nobody_up(vshd: PrivateVshd, tmp_path: Path) -> None:
    """That it is occupied is told at once when it is known, with the time; all goes on with it."""
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domain_define_xml(TinyGuest(tmp_path, "tiny").xml)
        domain.create()
        process = int((vshd.socket.parent / "qemu/tiny.pid").read_text())
        os.kill(process, signal.SIGSTOP)
        try:
            assert domain.get_control_info().state == DomainControlState.OCCUPIED
            began = time.monotonic()
            for _ in range(20):  # each took two seconds of everybody's when it asked QEMU
                assert [each.name for each in connection.list_all_domains()] == ["tiny"]
                assert domain.get_state().state == DomainState.RUNNING
            assert time.monotonic() - began < 20
            occupied = domain.get_control_info()
            assert occupied.state == DomainControlState.OCCUPIED
            assert occupied.stateTime >= 1000
        finally:
            os.kill(process, signal.SIGCONT)
        limit = time.monotonic() + 30
        while domain.get_control_info().state != DomainControlState.OK:
            assert time.monotonic() < limit
        domain.suspend()
        assert domain.get_state().state == DomainState.PAUSED
        domain.destroy()
