"""The daemon's log, with libvirt's levels, filters and outputs.

    log_filters = "1:daemon.client 4:daemon.dispatch"
    log_outputs = "1:file:/var/log/libvirt/vshd.log 3:stderr 2:syslog:vshd 3:journald"

A message has a level (1 debug, 2 info, 3 warning, 4 error) and a source; the last filter whose
pattern is in the source says from which level on it counts, else the general level does.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from fnmatch import fnmatchcase

from vsh.errors import InvalidArgument, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Write: TypeAlias = Callable[[int, str, str], None]

DEBUG, INFO, WARNING, ERROR = 1, 2, 3, 4
NAMES = {DEBUG: "debug", INFO: "info", WARNING: "warning", ERROR: "error"}
LEVELS = {"debug": DEBUG, "info": INFO, "warning": WARNING, "error": ERROR} | {
    str(level): level for level in NAMES
}
"""How a level is called in the environment."""
PRIORITIES = {DEBUG: 7, INFO: 6, WARNING: 4, ERROR: 3}
_LEVELS = ("1", "2", "3", "4")
_NAMED = {"stderr": 0, "journald": 0, "file": 1, "syslog": 1}
"""How many words each kind of output has after its own."""
CALLS = "daemon.calls"
"""The source of what is told of each call."""
JOURNAL = "/run/systemd/journal/socket"


class Output:
    """Where messages from a level on go.

    place  "stderr", "file:/a/path", "syslog:name" or "journald"
    write  writes one message
    close  lets go of what it holds
    """

    def __init__(self, word: str) -> None:
        """Raises InvalidArgument and SystemFailure in libvirt's words."""
        parts = word.split(":")
        if len(parts) < 2:
            raise InvalidArgument(f"Malformed format for log output '{word}'")
        level, kind, *names = parts
        if level not in _LEVELS:
            raise InvalidArgument(f"Invalid log priority '{level}' for log output '{word}'")
        if kind not in _NAMED:
            raise InvalidArgument(f"Invalid log destination '{kind}' for log output '{word}'")
        if len(names) != _NAMED[kind]:
            raise InvalidArgument(
                f"Log output '{word}' does not meet the format requirements for destination type "
                f"'{kind}'"
            )
        if kind == "file":
            names = [os.path.abspath(names[0])]
        self.level = int(level)
        self.place = ":".join([kind, *names])
        self.close: Callable[[], None] = _nothing
        if kind == "stderr":
            self.write: Write = lambda *message: _write(2, _line(*message))
        elif kind == "file":
            self._to_file(*names)
        elif kind == "syslog":
            self.write = _syslog(*names)
        else:
            self._to_journal()

    def __str__(self) -> str:
        return f"{self.level}:{self.place}"

    def _to_file(self, path: str) -> None:
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SystemFailure(f"failed to open {path}: {error.strerror}") from None
        self.write = lambda *message: _write(file, _line(*message))
        self.close = lambda: os.close(file)

    def _to_journal(self) -> None:
        end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

        def write(level: int, source: str, text: str) -> None:
            raw = text.encode("utf-8", "surrogateescape")
            fields = f"PRIORITY={PRIORITIES[level]}\nLIBVIRT_SOURCE={source}\n"
            fields += "SYSLOG_IDENTIFIER=vshd\nMESSAGE\n"
            try:
                end.sendto(fields.encode() + len(raw).to_bytes(8, "little") + raw + b"\n", JOURNAL)
            except OSError as error:
                _write(2, _line(WARNING, "daemon.log", f"no journal: {error.strerror}: {text}"))

        self.write, self.close = write, end.close


class Log:
    """Where messages go.

    level    what counts where no filter says otherwise
    filters  levels and patterns of sources, the last one that fits counts
    outputs  where to; of several at one place the last one counts
    calls    whether each call of a client is to be told
    """

    def __init__(self, level: int = WARNING, filters: str = "", outputs: str = "") -> None:
        """Raises InvalidArgument and SystemFailure where the words are wrong."""
        self.level = level
        self.filter(filters)
        self.outputs: list[Output] = []
        self._lock = threading.Lock()  # nobody writes to what was closed, and is another's now
        try:
            for word in (outputs or "1:stderr").split():
                output = Output(word)
                for other in [each for each in self.outputs if each.place == output.place]:
                    self.outputs.remove(other)
                    other.close()
                self.outputs.append(output)
        except BaseException:
            self.close()
            raise

    def filter(self, text: str) -> None:
        """Go on with other filters.  Raises InvalidArgument in libvirt's words."""
        self.filters = [_filter(word) for word in text.split()]
        self.calls = self.wants(DEBUG, CALLS)

    @property
    def filters_text(self) -> str:
        """The filters, as they are told."""
        return " ".join(f"{level}:{pattern}" for level, pattern in self.filters)

    @property
    def outputs_text(self) -> str:
        """The outputs, likewise."""
        return " ".join(map(str, self.outputs))

    def say(self, level: int, source: str, text: str) -> None:
        """Write a message where it is wanted."""
        if not self.wants(level, source):
            return
        with self._lock:
            for output in self.outputs:
                if level >= output.level:
                    output.write(level, source, text)

    def wants(self, level: int, source: str) -> bool:
        """Whether a message of that level would be written."""
        least = self.level
        for limit, pattern in self.filters:
            if fnmatchcase(source, pattern):
                least = limit
        return level >= least

    def become(self, other: Log) -> None:
        """Go on as another log, which must not be used any more."""
        with self._lock:
            before, self.outputs, other.outputs = self.outputs, other.outputs, []
            self.level, self.filters, self.calls = other.level, other.filters, other.calls
            for output in before:
                output.close()

    def close(self) -> None:
        """Let go of files and sockets; what is said from now on is lost."""
        with self._lock:
            for output in self.outputs:
                output.close()
            self.outputs = []


def default_outputs(*, background: bool) -> str:
    """Where messages go when no setting says: in the background the journal where there is one, or
    a file, the system's or the user's; else standard error.  All that count do, so that filters
    work by themselves."""
    if not background:
        return "1:stderr"
    if os.path.exists(JOURNAL):
        return "1:journald"
    if os.geteuid() == 0:
        folder = "/var/log/libvirt"
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        folder = f"{cache}/libvirt"
    with contextlib.suppress(OSError):  # it is said of the file
        os.makedirs(folder, mode=0o700, exist_ok=True)
    return f"1:file:{folder}/vshd.log"


def _filter(word: str) -> tuple[int, str]:
    """A level and a pattern.  Raises InvalidArgument in libvirt's words."""
    level, colon, rest = word.partition(":")
    if not colon:
        raise InvalidArgument(f"Malformed format for filter '{word}'")
    if level not in _LEVELS:
        raise InvalidArgument(f"Invalid priority '{level}' for filter '{word}'")
    given = rest.partition(":")[0]
    pattern = given.removeprefix("+")
    if not pattern:
        raise InvalidArgument(f"Invalid match string '{given}'")
    return int(level), f"*{pattern}*"


def one_line(text: str) -> str:
    """What a client has said, as it may stand in the log: no lines of its own making."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def _nothing() -> None:
    """There is nothing to let go of."""


def _line(level: int, source: str, text: str) -> bytes:
    now = time.time()
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now))
    line = (
        f"{moment}.{int(now * 1000) % 1000:03d}+0000: {os.getpid()}: {NAMES[level]} : {source} : "
    )
    return f"{line}{text}\n".encode("utf-8", "surrogateescape")


def _write(file: int, data: bytes) -> None:
    try:
        os.write(file, data)
    except OSError:  # a full disk, a closed terminal: the daemon goes on, there is no one to tell
        return


def _syslog(name: str) -> Write:
    import syslog

    syslog.openlog(name, syslog.LOG_PID, syslog.LOG_DAEMON)
    return lambda level, source, text: syslog.syslog(PRIORITIES[level], f"{source} : {text}")
