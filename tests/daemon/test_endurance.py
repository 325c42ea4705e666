"""A day of mixed load in short, and what a daemon that is killed again and again leaves."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tiny_guest import TinyGuest

import vsh
from vsh.errors import Error

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import load_daemon

if TYPE_CHECKING:
    from private_vshd import PrivateVshd


def test_memory_and_descriptors_are_flat_under_a_mixed_load(
    vshd: PrivateVshd, tmp_path: Path
) -> None:
    """Guests that live and end, listings, events, errors, clients that come and go: for seconds;
    ``scripts/load_daemon.py`` does the same for as long as it is told."""
    guests = {f"g{number}": TinyGuest(tmp_path, f"g{number}") for number in range(4)}
    load = load_daemon.Load(vshd, guests, seed=7)
    found = load_daemon.measured(load, 6.0, len(guests))
    assert load_daemon.faults(load, found, len(guests)) == []
    assert load.events + load.calls > 100


def test_killed_under_load_and_reached_again(vshd: PrivateVshd, tmp_path: Path) -> None:
    """kill -9 while four clients write: whatever they were told is done is there, whole, and they
    are served by the next daemon as soon as they come again."""
    xml = TinyGuest(tmp_path, "g").xml
    over = threading.Event()
    done: dict[int, list[str]] = {number: [] for number in range(4)}

    def client(number: int) -> None:
        count = 0
        while not over.is_set():
            with contextlib.suppress(Error), vsh.connect(vshd.uri()) as connection:
                while not over.is_set():
                    name = f"c{number}-{count}"
                    count += 1
                    connection.domain_define_xml(xml.replace("<name>g<", f"<name>{name}<"))
                    done[number].append(name)
            time.sleep(0.01)

    threads = [threading.Thread(target=client, args=(number,)) for number in done]
    for thread in threads:
        thread.start()
    try:
        for _ in range(2):
            before = {number: len(names) for number, names in done.items()}
            until = time.monotonic() + 30
            while any(len(done[number]) < before[number] + 3 for number in done):
                assert time.monotonic() < until, before
                time.sleep(0.02)
            vshd.kill()
            vshd.start()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    with vsh.connect(vshd.uri()) as connection:
        there = {each.name: each for each in connection.list_all_domains()}
        assert {name for names in done.values() for name in names} <= set(there)
        for name, domain in there.items():
            assert f"<name>{name}</name>" in domain.get_xml_desc()
