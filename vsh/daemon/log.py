"""The daemon's log, with libvirt's levels, filters and outputs.

    log_filters = "1:daemon.client 4:daemon.dispatch"
    log_outputs = "1:file:/var/log/libvirt/vshd.log 3:stderr 2:syslog:vshd 3:journald"

A message has a level (1 debug, 2 info, 3 warning, 4 error) and a source; the last filter whose
pattern is in the source says from which level on it counts, else the general level does.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from fnmatch import fnmatchcase

from vsh.errors import ConfSyntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

DEBUG, INFO, WARNING, ERROR = 1, 2, 3, 4
NAMES = {DEBUG: "debug", INFO: "info", WARNING: "warning", ERROR: "error"}
PRIORITIES = {DEBUG: 7, INFO: 6, WARNING: 4, ERROR: 3}
JOURNAL = "/run/systemd/journal/socket"


class Log:
    """Where messages go.  ``level`` is what counts where no filter says otherwise."""

    def __init__(self, level: int = WARNING, filters: str = "", outputs: str = "") -> None:
        self.level = level
        self.filters_text, self.outputs_text = filters, outputs or "1:stderr"
        self.filters = _filters(filters)
        self._files: list[int] = []
        self._sockets: list[socket.socket] = []
        self.outputs = [self._output(word) for word in (outputs or "1:stderr").split()]

    def say(self, level: int, source: str, text: str) -> None:
        """Write a message where it is wanted."""
        least = self.level
        for limit, pattern in self.filters:
            if fnmatchcase(source, f"*{pattern}*"):
                least = limit
        if level < least:
            return
        for limit, write in self.outputs:
            if level >= limit:
                write(level, source, text)

    def close(self) -> None:
        """Let go of files and sockets."""
        for file in self._files:
            os.close(file)
        for end in self._sockets:
            end.close()
        self._files, self._sockets = [], []

    def _output(self, word: str) -> tuple[int, Callable[[int, str, str], None]]:
        level, _, rest = word.partition(":")
        kind, _, value = rest.partition(":")
        if level not in ("1", "2", "3", "4"):
            raise ConfSyntax(f"Failed to parse log output '{word}': its level is 1, 2, 3 or 4")
        if kind == "stderr" and not value:
            return int(level), lambda *message: _write(2, _line(*message))
        if kind == "file" and value:
            return int(level), self._file(value)
        if kind == "syslog" and value:
            return int(level), _syslog(value)
        if kind == "journald":
            return int(level), self._journal()
        raise ConfSyntax(
            f"Failed to parse log output '{word}': stderr, file:PATH, syslog:NAME or journald"
        )

    def _file(self, path: str) -> Callable[[int, str, str], None]:
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfSyntax(f"cannot open log file '{path}': {error.strerror}") from None
        self._files.append(file)
        return lambda *message: _write(file, _line(*message))

    def _journal(self) -> Callable[[int, str, str], None]:
        end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._sockets.append(end)

        def write(level: int, source: str, text: str) -> None:
            raw = text.encode("utf-8", "surrogateescape")
            fields = f"PRIORITY={PRIORITIES[level]}\nLIBVIRT_SOURCE={source}\n"
            fields += "SYSLOG_IDENTIFIER=vshd\nMESSAGE\n"
            try:
                end.sendto(fields.encode() + len(raw).to_bytes(8, "little") + raw + b"\n", JOURNAL)
            except OSError as error:
                _write(2, _line(WARNING, "daemon.log", f"no journal: {error.strerror}: {text}"))

        return write


def default_outputs(*, background: bool) -> str:
    """Where messages go when no setting says: standard error; the journal without a terminal."""
    if background or not (sys.stderr is not None and os.isatty(2)):
        if os.path.exists(JOURNAL) and background:
            return "1:journald"
        if background and os.geteuid() == 0:
            return "1:file:/var/log/libvirt/vshd.log"
    return "1:stderr"


def _filters(text: str) -> list[tuple[int, str]]:
    found = []
    for word in text.split():
        level, colon, pattern = word.partition(":")
        if level not in ("1", "2", "3", "4") or not colon or not pattern:
            raise ConfSyntax(f"Failed to parse log filter '{word}': it is LEVEL:PATTERN, as 1:rpc")
        found.append((int(level), pattern.lstrip("+")))
    return found


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


def _syslog(name: str) -> Callable[[int, str, str], None]:
    import syslog

    syslog.openlog(name, syslog.LOG_PID, syslog.LOG_DAEMON)
    return lambda level, source, text: syslog.syslog(PRIORITIES[level], f"{source} : {text}")
