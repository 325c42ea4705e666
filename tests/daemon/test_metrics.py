"""Metrics: read by Prometheus's own parser, over HTTP at both kinds of places."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from tiny_guest import TinyGuest

import vsh
from vsh.daemon.metrics import SCRAPERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], PrivateVshd]]:
    """Starts a daemon that serves metrics at a place; it and its guests end with the test."""
    started: list[PrivateVshd] = []

    def begin(place: str) -> PrivateVshd:
        (tmp_path / "vshd.conf").write_text(f'metrics_listen = "{place}"\n')
        daemon = PrivateVshd(tmp_path, "--config", str(tmp_path / "vshd.conf"))
        daemon.start()
        started.append(daemon)
        return daemon

    yield begin
    for daemon in started:
        with vsh.connect(daemon.uri()) as connection:
            for domain in connection.list_all_domains(1):
                domain.destroy()
        daemon.kill()
        assert "Traceback" not in daemon.said()


class Unix(http.client.HTTPConnection):
    """HTTP at a UNIX socket."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.host)


def scraped(path: Path) -> dict[tuple[str, str], float]:
    """All samples: (name, labels) and value."""
    with contextlib.closing(Unix(str(path))) as asker:
        asker.request("GET", "/metrics")
        answer = asker.getresponse()
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
        text = answer.read().decode()
    samples = [each for one in text_string_to_metric_families(text) for each in one.samples]
    found = {}
    for sample in samples:
        labels = (f"{key}={value}" for key, value in sorted(sample.labels.items()) if key != "uuid")
        found[sample.name, ",".join(labels)] = sample.value
    assert len(found) == len(samples)
    return found


def test_guests_and_calls(start: Callable[[str], PrivateVshd], tmp_path: Path) -> None:
    place = tmp_path / "metrics.sock"
    daemon = start(f"unix:{place}")
    assert place.stat().st_mode & 0o777 == 0o600
    guest = TinyGuest(tmp_path, "tiny")
    with vsh.connect(daemon.uri()) as connection:
        domain = connection.domain_define_xml(guest.file.read_text())
        assert scraped(place)["vsh_guests", "state=shutoff"] == 1
        domain.create()
        guest.wait_for()
        for _ in range(3):
            domain.get_info()
        with pytest.raises(vsh.Error):
            connection.domain_lookup_by_name("nothing")
        found = scraped(place)
    assert found["vsh_guests", "state=running"] == 1
    assert found["vsh_guest_state", "name=tiny,state=running"] == 1
    assert found["vsh_guest_vcpus", "name=tiny"] == 1
    assert found["vsh_guest_cpu_seconds_total", "name=tiny"] > 0
    assert found["vsh_guest_memory_max_bytes", "name=tiny"] == 16 << 20
    assert found["vsh_guest_disk_reads_total", "device=vda,name=tiny"] > 0
    assert found["vshd_calls_total", "call=domain_get_info"] == 3
    assert found["vshd_call_errors_total", "call=domain_lookup_by_name"] == 1
    assert found["vshd_clients", ""] == 1
    answers = sum(v for (name, _), v in found.items() if name == "vshd_calls_total")
    assert found["vshd_call_duration_seconds_count", ""] == answers
    assert found["vshd_call_duration_seconds_bucket", "le=+Inf"] == answers
    assert found["process_open_fds", ""] > 5


def test_slow_and_rude_scrapers(start: Callable[[str], PrivateVshd], tmp_path: Path) -> None:
    """Who says nothing has a thread for a while, so many at most; who goes away is not told of."""
    place = tmp_path / "metrics.sock"
    daemon = start(f"unix:{place}")
    for word in (b"GET /metrics HTTP/1.0\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET /met", b""):
        with socket.socket(socket.AF_UNIX) as rude:
            rude.connect(str(place))
            rude.sendall(word)
    idle = []
    for _ in range(60):
        asker = socket.socket(socket.AF_UNIX)
        asker.connect(str(place))
        idle.append(asker)
    refused = 0
    for asker in idle[SCRAPERS:]:
        asker.settimeout(20)
        refused += asker.recv(1) == b""
    assert refused == 60 - SCRAPERS
    with vsh.connect(daemon.uri()) as connection:
        assert connection.list_all_domains() == []
    for asker in idle:
        asker.close()
    until = time.monotonic() + 20
    while True:
        try:
            assert scraped(place)["process_open_fds", ""] > 5
            break
        except (OSError, http.client.HTTPException):  # the idle ones are not gone yet
            assert time.monotonic() < until


def test_an_address_of_this_machine(start: Callable[[str], PrivateVshd]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start(f"127.0.0.1:{port}")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        assert answer.read().endswith(b"# EOF\n")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/other", timeout=20)


@pytest.mark.parametrize("place", ["0.0.0.0:9177", "example.org:80", "127.0.0.1:http", "9177"])
def test_places_that_others_could_reach(tmp_path: Path, place: str) -> None:
    (tmp_path / "vshd.conf").write_text(f'metrics_listen = "{place}"\n')
    command = [os.path.join(os.path.dirname(sys.executable), "vshd"), "--config"]
    more = [
        str(tmp_path / "vshd.conf"),
        "--sockets",
        str(tmp_path / "run"),
        "--root",
        str(tmp_path),
    ]
    done = subprocess.run([*command, *more], capture_output=True, text=True, timeout=60)
    assert done.returncode == 6
    assert f"metrics_listen: '{place}' is neither unix:PATH nor an address" in done.stderr


@pytest.mark.parametrize("kind", ["a file", "an abstract name"])
def test_what_systemd_is_told(tmp_path: Path, kind: str) -> None:
    """Readiness, signs of life as often as they are wanted, settings taken anew, the end."""
    name = str(tmp_path / "notify") if kind == "a file" else f"@vsh-{os.getpid()}-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(name.replace("@", "\0", 1) if name[0] == "@" else name)
        ear.settimeout(30)
        daemon = PrivateVshd(tmp_path)
        os.environ["NOTIFY_SOCKET"] = name
        os.environ["WATCHDOG_USEC"] = "200000"
        try:
            daemon.start()
        finally:
            del os.environ["NOTIFY_SOCKET"], os.environ["WATCHDOG_USEC"]

        def told(word: bytes, count: int = 1) -> list[bytes]:
            """What was told until this was, so often."""
            words: list[bytes] = []
            while [each.partition(b"\n")[0] for each in words].count(word) < count:
                words.append(ear.recv(100))
            return words

        assert told(b"READY=1") == [b"READY=1"]
        begun = time.monotonic()
        assert set(told(b"WATCHDOG=1", 5)) == {b"WATCHDOG=1"}
        assert time.monotonic() - begun < 10
        assert daemon.process is not None
        before = time.monotonic_ns() // 1000
        daemon.process.send_signal(signal.SIGHUP)
        words = told(b"RELOADING=1")[-1].split(b"\n")
        assert words[1].startswith(b"MONOTONIC_USEC=")
        assert before <= int(words[1].partition(b"=")[2]) <= time.monotonic_ns() // 1000
        told(b"READY=1")
        daemon.process.send_signal(signal.SIGTERM)
        told(b"STOPPING=1")
        assert daemon.process.wait(30) == 0
        daemon.process = None
