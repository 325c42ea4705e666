#!/usr/bin/env python3
"""A mixed load on a vshd of its own, and what it costs the daemon as time goes by.

    load_daemon.py [--seconds N] [--clients N] [--seed S]

Clients define, start, suspend and destroy guests, list, ask for documents and
statistics, listen to events, ask for what is not there, come and go.  Memory and descriptors are
printed at the start (when all has been done once), in the middle and at the end; the status is 1
where they have grown from one to the next, where a call ended otherwise than it should, or where
the daemon's log tells of a fault.
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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

import vsh
from vsh.errors import Error, NoDomain

WARM = 0.2
"""The part of the time that is over when the figures of the start are taken."""
GROWTH, FILES = 8 << 10, 8
"""KiB and descriptors that the end may have more than the middle."""


class Load:
    """The clients, and what they did."""

    def __init__(self, daemon: PrivateVshd, guests: dict[str, TinyGuest], seed: int) -> None:
        self.daemon = daemon
        self.guests = guests
        self.seed = seed
        self.over = threading.Event()
        self.rest = threading.Event()  # they wait, with what they hold
        self.calls = self.events = 0
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


def quiet(daemon: PrivateVshd) -> tuple[int, int]:
    """The daemon's figures when it has done what was asked of it."""
    lowest = daemon.figures()
    for _ in range(20):
        time.sleep(0.1)
        now = daemon.figures()
        lowest = (min(lowest[0], now[0]), min(lowest[1], now[1]))
    return lowest


def measured(load: Load, seconds: float, clients: int) -> list[tuple[str, int, int, int]]:
    """When, KiB, descriptors and calls so far: at the start, in the middle, at the end."""
    threads = [threading.Thread(target=load.client, args=(each,)) for each in range(clients)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    found = []
    for name, part in (("start", WARM), ("middle", (1 + WARM) / 2), ("end", 1.0)):
        load.over.wait(max(0.0, began + part * seconds - time.monotonic()))
        load.rest.set()
        memory, files = quiet(load.daemon)
        load.rest.clear()
        found.append((name, memory, files, load.calls))
        print(f"{name:7} {memory:8} KiB  {files:4} descriptors  {load.calls:8} acts", flush=True)
    load.over.set()
    for thread in threads:
        thread.join()
    return found


def faults(load: Load, found: list[tuple[str, int, int, int]], clients: int) -> list[str]:
    """What is not as it should be."""
    said = [f"{name}: {text}" for name, text in enumerate(load.wrong)]
    (_, _, _, first), (_, memory, files, _), (_, last, last_files, calls) = found
    if last > memory + GROWTH:
        said.append(f"memory grew from {memory} to {last} KiB")
    if last_files > files + FILES + clients:
        said.append(f"descriptors grew from {files} to {last_files}")
    if calls <= first:
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
