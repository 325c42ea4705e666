"""What the daemon and its guests do, as OpenMetrics text, where ``metrics_listen`` asks for it.

It is served over HTTP at a UNIX socket or at an address of this machine alone, by threads of its
own; each scrape asks for the statistics of all guests in one pass.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import resource
import socket
import socketserver
import sys
import threading
from bisect import bisect_left
from http.server import BaseHTTPRequestHandler

from vsh.daemon.log import WARNING
from vsh.errors import ConfSyntax, Error, RpcError
from vsh.words.connection import GetAllDomainStats
from vsh.words.domain.statistics import DomainStatsTypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Protocol

    from vsh.daemon.client import Client, Serving
    from vsh.daemon.service import Service
    from vsh.daemon.standing import Standing

    class Measured(Serving, Protocol):
        """The daemon, as its figures know it."""

        @property
        def clients(self) -> list[Client]: ...
        @property
        def main(self) -> Service: ...
        @property
        def meter(self) -> Meter | None: ...
        @property
        def standing(self) -> Standing | None: ...


TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
SCRAPERS = 16
"""How many are answered at once."""
BUCKETS = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0)
"""Seconds: the bounds between which answers are counted."""
GROUPS = (
    DomainStatsTypes.STATE
    | DomainStatsTypes.CPU_TOTAL
    | DomainStatsTypes.BALLOON
    | DomainStatsTypes.VCPU
    | DomainStatsTypes.INTERFACE
    | DomainStatsTypes.BLOCK
)
STATES = (
    "nostate",
    "running",
    "blocked",
    "paused",
    "shutdown",
    "shutoff",
    "crashed",
    "pmsuspended",
)
# an entry of statistics: the metric, what it is, and by how much it is multiplied
_GUEST = {
    "cpu.time": ("vsh_guest_cpu_seconds", "counter", "CPU time", 1e-9),
    "balloon.current": ("vsh_guest_memory_bytes", "gauge", "Memory that it has", 1024),
    "balloon.maximum": ("vsh_guest_memory_max_bytes", "gauge", "Memory that it may have", 1024),
    "balloon.rss": ("vsh_guest_resident_bytes", "gauge", "Memory of its process", 1024),
    "vcpu.current": ("vsh_guest_vcpus", "gauge", "vCPUs that it has", 1),
}
_DEVICES: dict[str, dict[str, tuple[str, str, float]]] = {
    "block": {
        "rd.reqs": ("vsh_guest_disk_reads", "Reads of a disk", 1),
        "rd.bytes": ("vsh_guest_disk_read_bytes", "Bytes read", 1),
        "rd.times": ("vsh_guest_disk_read_seconds", "Time of reads", 1e-9),
        "wr.reqs": ("vsh_guest_disk_writes", "Writes to a disk", 1),
        "wr.bytes": ("vsh_guest_disk_written_bytes", "Bytes written", 1),
        "wr.times": ("vsh_guest_disk_write_seconds", "Time of writes", 1e-9),
    },
    "net": {
        "rx.bytes": ("vsh_guest_net_received_bytes", "Bytes received", 1),
        "rx.pkts": ("vsh_guest_net_received_packets", "Packets received", 1),
        "rx.drop": ("vsh_guest_net_receive_drops", "Packets not received", 1),
        "tx.bytes": ("vsh_guest_net_sent_bytes", "Bytes sent", 1),
        "tx.pkts": ("vsh_guest_net_sent_packets", "Packets sent", 1),
        "tx.drop": ("vsh_guest_net_send_drops", "Packets not sent", 1),
    },
}


class Meter:
    """Counts of the calls that were answered.  Threads may race for an entry, never for a sum."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.calls: dict[str, list[float]] = {}  # slot: answers, errors, seconds
        self.buckets = [0] * (len(BUCKETS) + 1)

    def answered(self, slot: str, seconds: float, *, failed: bool) -> None:
        """A call was answered after so long."""
        with self._lock:
            entry = self.calls.setdefault(slot, [0, 0, 0.0])
            entry[0] += 1
            entry[1] += failed
            entry[2] += seconds
            self.buckets[bisect_left(BUCKETS, seconds)] += 1

    def taken(self) -> tuple[dict[str, tuple[float, ...]], list[int]]:
        """All counts at one moment."""
        with self._lock:
            return {slot: tuple(entry) for slot, entry in self.calls.items()}, list(self.buckets)


class Text:
    """A text of metrics, each family whole and in the order of its first sample."""

    def __init__(self) -> None:
        self._families: dict[str, list[str]] = {}

    def add(
        self, name: str, kind: str, meaning: str, value: float,
        labels: Mapping[str, str] | None = None, suffix: str = "",
    ) -> None:  # fmt: skip
        """One sample."""
        lines = self._families.get(name)
        if lines is None:
            lines = self._families[name] = [f"# TYPE {name} {kind}", f"# HELP {name} {meaning}."]
        words = ",".join(f'{key}="{_escaped(text)}"' for key, text in (labels or {}).items())
        end = suffix or ("_total" if kind == "counter" else "")
        lines.append(f"{name}{end}{f'{{{words}}}' if words else ''} {value:.15g}")

    def __str__(self) -> str:
        lines = [line for family in self._families.values() for line in family]
        return "\n".join([*lines, "# EOF", ""])


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def text_of(server: Measured) -> str:
    """All that is to be said now."""
    text = Text()
    _of_daemon(text, server)
    _of_process(text)
    if server.standing is not None:
        try:
            stats = server.standing.statistics(GROUPS, GetAllDomainStats.NOWAIT)
        except Error as error:
            server.log.say(WARNING, "daemon.metrics", f"no statistics of guests: {error}")
        else:
            _of_guests(text, stats)
    return str(text)


def _of_daemon(text: Text, server: Measured) -> None:
    clients = server.clients
    text.add("vshd_clients", "gauge", "Clients that are connected", len(clients))
    text.add("vshd_client_connections", "counter", "Clients that came", server.main.come)
    waiting = sum(len(client.waiting) for client in clients)
    text.add("vshd_calls_waiting", "gauge", "Calls that wait for a client's turn", waiting)
    unsent = sum(len(client.talk.outgoing) for client in clients)
    text.add("vshd_unsent_bytes", "gauge", "Bytes that clients have not taken yet", unsent)
    text.add(
        "vshd_jobs_waiting", "gauge", "Calls that wait for a worker", server.main.workers.waiting
    )
    ordinary, idle, special = server.main.workers.counts
    for kind, number in (("ordinary", ordinary), ("idle", idle), ("priority", special)):
        text.add("vshd_workers", "gauge", "Threads that answer calls", number, {"kind": kind})
    if server.meter is None:
        return
    calls, buckets = server.meter.taken()
    for slot, (answers, errors, seconds) in sorted(calls.items()):
        labels = {"call": slot}
        text.add("vshd_calls", "counter", "Calls that were answered", answers, labels)
        text.add(
            "vshd_call_errors", "counter", "Calls that were answered by an error", errors, labels
        )
        text.add("vshd_call_time_seconds", "counter", "Time that calls took", seconds, labels)
    so_far, name = 0, "vshd_call_duration_seconds"
    for bound, number in zip((*map(str, BUCKETS), "+Inf"), buckets, strict=True):
        so_far += number
        meaning = "How long calls took"
        text.add(name, "histogram", meaning, so_far, {"le": bound}, "_bucket")
    text.add(name, "histogram", meaning, so_far, suffix="_count")
    whole = sum(entry[2] for entry in calls.values())
    text.add(name, "histogram", meaning, whole, suffix="_sum")


def _of_process(text: Text) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    text.add("process_cpu_seconds", "counter", "CPU time of the daemon", cpu)
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[1])
    size = pages * resource.getpagesize()
    text.add("process_resident_memory_bytes", "gauge", "Memory of the daemon", size)
    files = len(os.listdir("/proc/self/fd")) - 1
    text.add("process_open_fds", "gauge", "Descriptors that the daemon has open", files)
    text.add("process_threads", "gauge", "Threads of the daemon", threading.active_count())


def _of_guests(text: Text, stats: Iterable[tuple[str, str, Mapping[str, object]]]) -> None:
    counts = dict.fromkeys(STATES, 0)
    for name, uuid, found in stats:
        labels = {"name": name, "uuid": uuid}
        state = STATES[_number(found.get("state.state"), 0)]
        counts[state] += 1
        text.add("vsh_guest_state", "gauge", "The state it is in", 1, {**labels, "state": state})
        for key, (metric, kind, meaning, factor) in _GUEST.items():
            if key in found:
                text.add(metric, kind, meaning, _number(found[key]) * factor, labels)
        for family, metrics in _DEVICES.items():
            for device, entries in _devices(found, family):
                for key, (metric, meaning, factor) in metrics.items():
                    if key in entries:
                        value = _number(entries[key]) * factor
                        text.add(metric, "counter", meaning, value, {**labels, "device": device})
    for state, count in counts.items():
        text.add("vsh_guests", "gauge", "Guests in a state", count, {"state": state})


def _devices(found: Mapping[str, object], family: str) -> Iterator[tuple[str, dict[str, object]]]:
    for number in range(_number(found.get(f"{family}.count"), 0)):
        start = f"{family}.{number}."
        entries = {key[len(start) :]: each for key, each in found.items() if key.startswith(start)}
        yield str(entries.get("name", number)), entries


def _number(value: object, default: int = 0) -> int:
    return int(value) if isinstance(value, int) else default


# ---- where it is served


class _Answer(BaseHTTPRequestHandler):
    """Answers GET /metrics."""

    server_version, sys_version = "vshd", ""
    timeout = 10
    daemon_server: Measured

    def do_GET(self) -> None:
        if self.path.partition("?")[0] not in ("/", "/metrics"):
            self.send_error(404)
            return
        body = text_of(self.daemon_server).encode("utf-8", "replace")
        self.send_response(200)
        self.send_header("Content-Type", TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "a scraper"

    def log_message(self, format: str, *values: object) -> None:
        """What a scraper asks is not worth a line."""


class _Bounded(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A thread for each scraper, so many at most: whoever comes then is hung up on."""

    daemon_threads = True
    request_queue_size = 128
    daemon_server: Measured

    def server_activate(self) -> None:
        self._free = threading.BoundedSemaphore(SCRAPERS)
        super().server_activate()

    def verify_request(self, request: object, client_address: object) -> bool:
        return self._free.acquire(blocking=False)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A scraper that went away is not worth a line; anything else is."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self.daemon_server.log.say(WARNING, "daemon.metrics", f"a scrape failed: {error!r}")


class _Unix(_Bounded, socketserver.UnixStreamServer):
    def server_bind(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(str(self.server_address))
        before = os.umask(0o177)
        try:
            super().server_bind()
        finally:
            os.umask(before)


class _Tcp(_Bounded):
    allow_reuse_address = True


class _Tcp6(_Tcp):
    address_family = socket.AF_INET6


class Metrics:
    """The place where metrics are served; ``close`` ends it."""

    def __init__(self, server: Measured, place: str) -> None:
        handler = type("Answer", (_Answer,), {"daemon_server": server})
        self.path = place.removeprefix("unix:") if place.startswith(("unix:", "/")) else None
        try:
            if self.path is not None:
                self._http: _Bounded = _Unix(self.path, handler)
            else:
                host, port = _loopback(place)
                kind = _Tcp6 if ":" in host else _Tcp
                self._http = kind((host, port), handler)
        except OSError as error:
            raise RpcError(f"cannot serve metrics at {place}: {error.strerror}") from None
        self._http.daemon_server = server
        self._thread = threading.Thread(
            target=self._http.serve_forever, name="vshd-metrics", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """No more scrapes."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if self.path is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.path)


def _loopback(place: str) -> tuple[str, int]:
    """An address of this machine alone.  Raises ConfSyntax."""
    host, _, port = place.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
        number = int(port)
        fits = address.is_loopback and 0 <= number < 65536
    except ValueError:
        fits = False
    if not fits:
        raise ConfSyntax(
            f"metrics_listen: '{place}' is neither unix:PATH nor an address of this machine alone,"
            " as 127.0.0.1:9177"
        )
    return str(address), number
