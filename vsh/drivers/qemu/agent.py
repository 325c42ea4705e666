"""Asking the agent inside a guest, over the socket of its channel, with time-outs.

A conversation is for one command: connected, synchronised, asked and closed, so that the next who
asks, in this process or another, finds the channel free.
"""

from __future__ import annotations

import os
import select
import socket
import threading
import time

from vsh.drivers.state.attempts import Attempt
from vsh.drivers.state.locks import Aside
from vsh.errors import (
    AgentUnresponsive,
    ArgumentUnsupported,
    Error,
    InternalError,
    OperationInvalid,
)
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.agent import AgentSession
from vsh.qmp.value import text
from vsh.words.domain.guest import DomainAgentResponseTimeout as Timeout
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from vsh.drivers.qemu.guest import Guest
    from vsh.qmp.value import Struct, Value

    Found = TypeVar("Found")

NAME = "org.qemu.guest_agent.0"
SYNC_TIME = 5.0
"""Seconds that an agent has to show that it is there; DEFAULT's for each answer, too."""
_LOOK_TIME = 0.05
"""Seconds between two looks at what a guest does that will not answer."""
_CHUNK = 64 * 1024
_talking: dict[str, threading.Lock] = {}
_guard = threading.Lock()
_heard: set[str] = set()
"""Sockets whose agents answered the last time: such a one may be slow, but it is there."""


class AgentRefused(Error):
    """The agent answered a command with an error.

    command  the command's name
    kind     the error's class ("CommandNotFound", "GenericError" ...)
    newer    libvirt 9.0.0 has no number of its own for it
    """

    def __init__(self, command: str, kind: str, words: str | None, *, newer: bool) -> None:
        self.code = 113 if newer else InternalError.code
        said = f"unable to execute QEMU agent command '{command}'"
        super().__init__(said if words is None else f"{said}: {words}")
        self.command = command
        self.kind = kind

    @property
    def unknown(self) -> bool:
        """Whether the agent does not have the command, or is told not to run it."""
        return self.kind in ("CommandNotFound", "CommandDisabled")


class _NoAnswer(AgentUnresponsive):
    """An agent that is there does not answer a command: newer libvirt has a number for that."""

    code = 112


class _Gone(Exception):
    """The agent's channel was closed from its side."""


class _Late(Exception):
    """Nothing came in time."""


def ask(guest: Guest, name: str, arguments: Mapping[str, object] | None = None) -> Value:
    """Ask a guest's agent something; others can look at the guest meanwhile.

    Raises OperationInvalid where the guest does not run, ArgumentUnsupported where it has no
    channel for an agent, AgentUnresponsive where no agent answers in time, AgentRefused.
    """
    answer = talk(guest, AgentSession.command(name, arguments), guest.agent_timeout)
    return value_of(answer, name, newer=is_modern(guest.definition))


def value_of(answer: Struct, name: str, *, newer: bool) -> Value:
    """What an answer returns.  Raises AgentRefused."""
    if "error" in answer:
        error = answer["error"]
        if not isinstance(error, dict):
            raise AgentRefused(name, "", None, newer=newer)
        kind, words = text(error.get("class"), ""), text(error.get("desc"), "")
        raise AgentRefused(name, kind, words, newer=newer)
    return answer["return"]


def talk(
    guest: Guest, command: bytes, timeout: int, done: Callable[[], bool] | None = None
) -> Struct:
    """Send one command to a guest's agent; gives its whole answer.

    timeout  seconds for the answer, or a DomainAgentResponseTimeout
    done     whether the command has done its work, though nobody answers: the answer is empty,
             as it is where the agent goes without one

    Raises as ``ask``.
    """
    path = _socket_of(guest)
    seconds = {int(Timeout.BLOCK): None, int(Timeout.DEFAULT): SYNC_TIME}.get(timeout, timeout)
    own = guest.agent_timeout
    there = SYNC_TIME if own < 0 else min(own, SYNC_TIME)
    with _guard:
        lock = _talking.setdefault(path, threading.Lock())
    with Aside(guest.lock), lock:
        newer = is_modern(guest.definition)
        return _conversation(path, command, seconds, done, there, newer=newer)


def check_available(guest: Guest) -> None:
    """Raises as ``ask`` where no agent can be asked."""
    _socket_of(guest)


def _socket_of(guest: Guest) -> str:
    """The socket of the agent's channel, if an agent has it open."""
    if guest.run is None or guest.state != DomainState.RUNNING:
        raise OperationInvalid("domain is not running")
    channel = next((one for one in guest.definition.channels if one.name == NAME), None)
    if channel is None or channel.type != "unix" or not channel.sources:
        raise ArgumentUnsupported("QEMU guest agent is not configured")
    if channel.state != "connected":  # QEMU tells when a guest opens one, or closes it
        raise AgentUnresponsive("QEMU guest agent is not connected")
    return str(channel.sources[0].path)


def _conversation(
    path: str,
    command: bytes,
    seconds: float | None,
    done: Callable[[], bool] | None = None,
    there: float | None = None,
    *,
    newer: bool = False,
) -> Struct:
    """Raises AgentUnresponsive, which an agent that is only slow hears as late as by libvirt: its
    connection stays, and asks whether the agent is there the first time only.

    there  seconds that the agent has to show that it is there, whatever the answer's are: who waits
           for none has the command given all the same
    newer  in the words of a libvirt newer than 9.0.0
    """
    session = AgentSession(time.time_ns() // 1_000_000)
    wait = SYNC_TIME if there is None else there
    if path in _heard:
        wait = max(wait, seconds or 0)
    until = time.monotonic() + wait
    kind: type[AgentUnresponsive] = AgentUnresponsive
    what, limit = "synchronization", wait
    try:
        with (
            Attempt(lambda: _heard.discard(path), lambda: _heard.add(path)),
            _connected(path, until) as channel,
        ):
            _send(channel, session.begin())
            _read(channel, session, until, lambda: session.synchronised or None)
            if newer:
                kind = _NoAnswer
            what, limit = "command", seconds or 0
            _send(channel, command)
            end = None if seconds is None else time.monotonic() + seconds
            if done is None:
                return _read(channel, session, end, session.answer)
            try:
                return _read(
                    channel, session, end,
                    lambda: session.answer() or ({"return": None} if done() else None), _LOOK_TIME,
                )  # fmt: skip
            except _Gone:  # with the machine that it has ended
                return {"return": None}
    except _Gone:
        raise kind("Guest agent disappeared while executing command") from None
    except _Late:
        words = "Guest agent not available for now"
        if newer:
            words = f"guest agent didn't respond to {what} within '{limit:.0f}' seconds"
        raise kind(words) from None


def _send(channel: socket.socket, data: bytes) -> None:
    try:
        channel.sendall(data)
    except OSError:
        raise _Gone from None


def _connected(path: str, until: float) -> socket.socket:
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        while True:
            channel.settimeout(max(0.001, until - time.monotonic()))
            try:
                folder = os.open(os.path.dirname(path), os.O_PATH | os.O_CLOEXEC)
                try:  # by way of the folder: a socket's path has at most 107 bytes
                    channel.connect(f"/proc/self/fd/{folder}/{os.path.basename(path)}")
                finally:
                    os.close(folder)
            except (TimeoutError, BlockingIOError):
                if time.monotonic() >= until:
                    raise _Late from None
                time.sleep(0.01)
                continue
            channel.settimeout(None)
            return channel
    except OSError as error:
        channel.close()
        raise AgentUnresponsive(f"failed to connect to agent socket: {error.strerror}") from None
    except BaseException:
        channel.close()
        raise


def _read(
    channel: socket.socket,
    session: AgentSession,
    until: float | None,
    ready: Callable[[], Found | None],
    pause: float | None = None,
) -> Found:
    """Read until ``ready`` gives something; ``pause``: it is asked after so many seconds anyway."""
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    while (found := ready()) is None:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            raise _Late
        if pause is not None:
            left = pause if left is None else min(left, pause)
        if poll.poll(None if left is None else max(1, round(left * 1000))):
            try:
                data = channel.recv(_CHUNK)
            except OSError:
                raise _Gone from None
            if not data:
                raise _Gone
            session.feed(data)
    return found
