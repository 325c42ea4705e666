#!/usr/bin/env python3
"""A mixed load on a vshd of its own, and what it costs the daemon as time goes by.

    load_daemon.py [--seconds N] [--clients N] [--seed S]

Clients define, start, suspend and destroy guests, list, ask for documents and
statistics, listen to events, ask for what is not there, come and go.  Memory and descriptors are
printed each minute, from when all has been done some times; they are taken while the clients rest.
The status is 1 where the last third of these has more than the first, where a call ended otherwise
than it should, or where the daemon's log tells of a fault.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

import vsh
from vsh.errors import Error, NoDomain

WARM, LIVES, PATIENCE = 0.2, 1, 120.0
"""The first figures are taken when that part of the time is over, and each client has had so many
guests live and die, for which it is given so many seconds."""
MINUTE, LEAST = 60.0, 3
"""Seconds from one look to the next, and how many looks there are at least."""
GROWTH, FILES = 4 << 10, 8
"""KiB and descriptors that the last third may have more than the first.  SQLite's cache of pages of
the state file takes its time until it has the 2 MiB that it may have."""
WARMING = 8 << 10
"""KiB in short runs, whose first third has not done everything yet."""
SHORT = 300.0


class Load:
    """The clients, and what they did."""

    def __init__(self, daemon: PrivateVshd, guests: dict[str, TinyGuest], seed: int) -> None:
        self.daemon = daemon
        self.guests = guests
        self.seed = seed
        self.over = threading.Event()
        self.rest = threading.Event()  # they wait, with what they hold
        self.calls = self.events = self.lives = 0
        self.wrong: list[str] = []

    def client(self, number: int) -> None:
        """One client: connections one after the other, each with some work."""
        rng = random.Random(self.seed * 1000 + number)
        while not self.over.is_set():
            driver = ("qemu", "/system") if rng.random() < 0.7 else ("test", "/default")
            try:
                with vsh.connect(self.daemon.uri(*driver)) as connection:
                    for _ in range(rng.randrange(1, 30)):
                        while self.rest.is_set() and not self.over.is_set():
                            time.sleep(0.05)
                        self.work(connection, rng, f"g{number}", real=driver[0] == "qemu")
                        self.calls += 1
            except Error as error:
                self.wrong.append(f"client {number}: {error}")
                return

    def work(
        self, connection: vsh.Connection, rng: random.Random, name: str, *, real: bool
    ) -> None:
        """One thing that clients do."""
        kind = rng.randrange(8)
        if kind == 0:
            connection.get_all_domain_stats([], 0, 0)
        elif kind == 1:
            for domain in connection.list_all_domains():
                try:
                    domain.get_xml_desc()
                except NoDomain:  # another client's, undefined meanwhile
                    continue
        elif kind == 2:
            try:
                connection.domain_lookup_by_name("nobody")
            except NoDomain:
                return
            self.wrong.append("there is a guest called nobody")
        elif kind == 3:
            with connection.watch("lifecycle", timeout=0.05) as watch:
                for _, _ in zip(range(3), watch, strict=False):
                    self.events += 1
        elif kind == 4 and real and rng.random() < 0.3:
            self.life(connection, name)
        elif real:
            xml = self.guests[name].xml.replace(f"<name>{name}<", f"<name>{name}-idle<")
            connection.domain_define_xml(xml)
            connection.domain_lookup_by_name(f"{name}-idle").undefine()
        else:
            domain = connection.domain_lookup_by_name("test")  # all clients have the same one
            with contextlib.suppress(Error):
                domain.suspend()
                domain.resume()

    def life(self, connection: vsh.Connection, name: str) -> None:
        """A guest is started, looked at and ended."""
        xml = self.guests[name].xml
        domain = connection.domain_define_xml(xml)
        domain.create()
        domain.suspend()
        domain.get_state()
        domain.resume()
        domain.destroy()
        domain.undefine()
        self.lives += 1


def quiet(daemon: PrivateVshd) -> tuple[int, int]:
    """The daemon's figures when it has done what was asked of it."""
    lowest = daemon.figures()
    for _ in range(20):
        time.sleep(0.1)
        now = daemon.figures()
        lowest = (min(lowest[0], now[0]), min(lowest[1], now[1]))
    return lowest


@dataclass(frozen=True)
class Look:
    """How the daemon was at one moment: KiB, descriptors, and acts of clients so far."""

    seconds: float
    memory: int
    files: int
    acts: int

    def __str__(self) -> str:
        moment = f"{self.seconds:6.0f} s {self.memory:8} KiB"
        return f"{moment}  {self.files:4} descriptors  {self.acts:8} acts"


def measured(load: Load, seconds: float, clients: int) -> list[Look]:
    """Have clients work for so long, and look at the daemon each minute."""
    threads = [threading.Thread(target=load.client, args=(each,)) for each in range(clients)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    looks = max(LEAST, round((1 - WARM) * seconds / MINUTE) + 1)
    found = []
    load.over.wait(WARM * seconds)
    while load.lives < LIVES * clients and time.monotonic() < began + PATIENCE:
        time.sleep(0.05)  # a busy machine needs longer until all has been done
    warm = time.monotonic()
    for number in range(looks):
        due = seconds * (1 - WARM) * number / (looks - 1)
        load.over.wait(max(0.0, warm + due - time.monotonic()))
        load.rest.set()
        memory, files = quiet(load.daemon)
        load.rest.clear()
        found.append(Look(time.monotonic() - began, memory, files, load.calls))
        print(found[-1], flush=True)
    load.over.set()
    for thread in threads:
        thread.join()
    return found


def faults(load: Load, found: list[Look], clients: int) -> list[str]:
    """What is not as it should be."""
    said = [f"{name}: {text}" for name, text in enumerate(load.wrong)]
    third = max(1, len(found) // 3)
    first, last = found[:third], found[-third:]
    allowed = GROWTH if found[-1].seconds > SHORT else WARMING
    before, after = (min(look.memory for look in some) for some in (first, last))
    if after > before + allowed:
        said.append(f"memory grew from {before} to {after} KiB")
    before, after = (min(look.files for look in some) for some in (first, last))
    if after > before + FILES + clients:
        said.append(f"descriptors grew from {before} to {after}")
    if found[-1].acts <= found[0].acts:
        said.append("nothing was done any more")
    if "Traceback" in load.daemon.said():
        said.append(f"the daemon met a fault: {load.daemon.said()[-2000:]}")
    return said


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1200)
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vsh-load-"))
    daemon = PrivateVshd(folder)
    daemon.start()
    try:
        names = [f"g{number}" for number in range(given.clients)]
        load = Load(daemon, {name: TinyGuest(folder, name) for name in names}, given.seed)
        found = measured(load, given.seconds, given.clients)
        wrong = faults(load, found, given.clients)
    finally:
        with vsh.connect(daemon.uri()) as connection:
            for domain in connection.list_all_domains(1):
                domain.destroy()
        daemon.kill()
        shutil.rmtree(folder, ignore_errors=True)
    for text in wrong:
        print(f"WRONG: {text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
