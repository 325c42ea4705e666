"""The daemon's loop: who listens, who has come, whose bytes are there.

The loop takes bytes and sends them; what only reads memory is answered in it, all else by workers.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
import traceback
from time import monotonic, time

from vsh.daemon import admin, dispatch
from vsh.daemon.access import Deciders
from vsh.daemon.client import Client
from vsh.daemon.config import Configuration
from vsh.daemon.limits import ANONYMOUS_PATIENCE, STREAMED_MAX, UNREAD_MAX
from vsh.daemon.log import ERROR, INFO, WARNING, Log
from vsh.daemon.workers import Workers
from vsh.errors import Error, RpcError
from vsh.rpc.keepalive import Keepalive
from vsh.transports._duplex import Duplex
from vsh.transports.unix import UnixDuplex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

    from vsh.api.connection import Connection
    from vsh.daemon.metrics import Meter
    from vsh.daemon.standing import Standing
    from vsh.rpc.codec import Wire
    from vsh.rpc.message import Message


PING_PAUSE = 0.2
"""Seconds between two looks for silent clients, at least."""


ACCEPT_PAUSE = 1.0
"""Seconds until clients are taken again where the system had no room for one."""


WAITING_MAX = 256
"""Calls of one client that may wait to be begun; then it is not listened to."""


class Listener:
    """A socket that clients come by.

    ways  the kinds of authentication that they have to go through (0: none, 1: SASL, 2: polkit)
    tls   what their TLS needs, where they have to speak it
    """

    __slots__ = ("admin", "path", "readonly", "socket", "tls", "ways")

    def __init__(
        self,
        end: socket.socket,
        *,
        readonly: bool = False,
        ways: list[int] | None = None,
        tls: SSLContext | None = None,
    ) -> None:
        self.socket = end
        self.readonly = readonly
        self.ways = ways or [0]
        self.tls = tls
        self.path: str | None = None
        self.admin = False


class Server:
    """A server of the daemon.

    open           gives a client its connection to a driver: open(client, uri, readonly=...)
    configuration  how much it gives, to whom; may be replaced while it runs
    deciders       who decides what clients that come may do; likewise
    clients        who is there, by number
    """

    def __init__(
        self,
        open: Callable[..., Connection],
        configuration: Configuration | None = None,
        log: Log | None = None,
    ) -> None:
        self.open = open
        self.configuration = configuration or Configuration()
        self.log = log or Log()
        self.deciders = Deciders(self.configuration)
        self.clients: dict[int, Client] = {}
        self.workers = Workers(self.configuration.max_workers, self.configuration.prio_workers)
        self.timeout = 0  # seconds without clients after which it ends; 0: never
        self.standing: Standing | None = None  # the daemon's own hypervisor
        self.meter: Meter | None = None  # counts calls, where somebody wants to know
        self._selector = selectors.DefaultSelector()
        self._listeners: list[Listener] = []
        self._next = 0
        self._over = threading.Event()
        self._ping_at: float | None = None  # when the loop looks for silent clients; None: never
        self._paused = False
        self._accept_at: float | None = None  # when it takes clients again, whoever goes or stays
        self._ears, self._tap = socket.socketpair()  # wakes the loop
        for end in (self._ears, self._tap):
            end.settimeout(0)
        self._selector.register(self._ears, selectors.EVENT_READ, None)
        self._lock = threading.Lock()
        self._writers: set[Client] = set()
        self._dropped: dict[Client, str] = {}

    @property
    def come(self) -> int:
        """How many clients came."""
        return self._next

    @property
    def busy(self) -> bool:
        """Whether it has something to watch over though nobody is there: guests that run."""
        return self.standing is not None and self.standing.running > 0

    # ---- sockets

    def listen_unix(
        self,
        path: str,
        *,
        mode: int = 0o700,
        readonly: bool = False,
        ways: list[int] | None = None,
        group: int | None = None,
        for_admin: bool = False,
    ) -> None:
        """Listen at a UNIX socket; one that nobody listens at any more is replaced.

        Raises RpcError where somebody listens there, or it cannot be made.
        """
        end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            if os.path.exists(path):
                if _answers(path):
                    raise RpcError(f"another daemon listens at {path}")
                os.unlink(path)
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
            before = os.umask(0o777 & ~mode)
            try:
                end.bind(path)
            finally:
                os.umask(before)
            if group is not None:
                os.chown(path, -1, group)
        except OSError as error:
            end.close()
            raise RpcError(f"cannot listen at {path}: {error.strerror}") from None
        except RpcError:
            end.close()
            raise
        self.listen(end, readonly=readonly, ways=ways, path=path, for_admin=for_admin)

    def listen(
        self,
        end: socket.socket,
        *,
        readonly: bool = False,
        ways: list[int] | None = None,
        path: str | None = None,
        tls: SSLContext | None = None,
        for_admin: bool = False,
    ) -> None:
        """Take clients from a socket that is bound already (socket activation)."""
        end.listen(self.configuration.max_queued_clients)
        end.settimeout(0)
        listener = Listener(end, readonly=readonly, ways=ways, tls=tls)
        listener.path, listener.admin = path, for_admin
        self._listeners.append(listener)
        self._selector.register(end, selectors.EVENT_READ, listener)

    # ---- the loop

    def run(self, tick: Callable[[], float | None] | None = None) -> None:
        """Serve until ``stop``; ``tick`` is called at each turn and says when it wants the next."""
        while not self._over.is_set():
            wanted = None if tick is None else tick()
            for key, mask in self._selector.select(self._pause(wanted)):
                owner = key.data
                if owner is None:
                    with contextlib.suppress(BlockingIOError):
                        self._ears.recv(4096)
                elif isinstance(owner, Listener):
                    self._accept(owner)
                else:
                    self._serve(owner, mask)
            if self._writers or self._dropped:
                self._settle()
            if self._ping_at is not None and monotonic() >= self._ping_at:
                self._ping_all()
            if self._accept_at is not None and monotonic() >= self._accept_at:
                self._accept_at = None
                self._go_on_accepting()
        self.close()

    def stop(self) -> None:
        """End the loop: no more calls are taken, those under way are answered."""
        self._over.set()
        self.wake()

    def _pause(self, wanted: float | None) -> float | None:
        """How long the loop may sleep: pings of clients are due, or new ones are taken again."""
        for due in (self._ping_at, self._accept_at):
            if due is not None:
                left = max(0.0, due - monotonic())
                wanted = left if wanted is None else min(left, wanted)
        return wanted

    def wake(self) -> None:
        """Have the loop look around."""
        with contextlib.suppress(BlockingIOError, OSError):
            self._tap.send(b"\0")

    def _accept(self, listener: Listener) -> None:
        try:
            end, _ = listener.socket.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError as error:  # no descriptors, no memory
            self.log.say(WARNING, "daemon.server", f"no client can be taken: {error.strerror}")
            self._pause_accepting()
            self._accept_at = monotonic() + ACCEPT_PAUSE
            return
        try:
            self._welcome(listener, end)
        except (OSError, MemoryError) as error:  # it has gone already, or there is no room for it
            self.log.say(WARNING, "daemon.server", f"a client was not taken: {error}")
            end.close()

    def _welcome(self, listener: Listener, end: socket.socket) -> None:
        """Make a client of a connection.  Raises OSError where it has gone already."""
        end.settimeout(0)
        if end.family in (socket.AF_INET, socket.AF_INET6):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if (listener.ways != [0] or listener.tls) and not self._room_for_anonymous():
            self.log.say(
                WARNING, "daemon.server",
                "a client was sent away: max_anonymous_clients have not said who they are yet",
            )  # fmt: skip
            end.close()
            return
        self._next += 1
        link: Duplex
        if end.family == socket.AF_UNIX:
            link = UnixDuplex(end, secure=True)
        elif listener.tls is None:
            link = Duplex(end, secure=False)
        else:
            from vsh.transports.tls import TlsDuplex

            end = listener.tls.wrap_socket(end, server_side=True, do_handshake_on_connect=False)
            link = TlsDuplex(end, secure=True)
        client = Client(
            self,
            self._next,
            end,
            link,
            readonly=listener.readonly,
            ways=listener.ways,
            programs={admin.PROGRAM} if listener.admin else None,
        )
        client.shaking = listener.tls is not None
        self.log.say(INFO, "daemon.server", f"{client} came")
        self.clients[client.number] = client
        client.mask = selectors.EVENT_READ
        self._selector.register(end, client.mask, client)
        if len(self.clients) >= self.configuration.max_clients:
            self._pause_accepting()

    def _room_for_anonymous(self) -> bool:
        """Whether one more may come who has not said who it is; one that never does makes room."""
        anonymous = [each for each in self.clients.values() if not each.ready or each.shaking]
        if len(anonymous) < self.configuration.max_anonymous_clients:
            return True
        oldest = anonymous[0]  # clients stand in the order in which they came
        if time() - oldest.connected < ANONYMOUS_PATIENCE:
            return False
        self.drop(oldest, f"it has not said who it is in {ANONYMOUS_PATIENCE} seconds", WARNING)
        return True

    def _pause_accepting(self) -> None:
        if not self._paused:
            self._paused = True
            for listener in self._listeners:
                self._selector.unregister(listener.socket)

    def _go_on_accepting(self) -> None:
        if self._paused and len(self.clients) < self.configuration.max_clients:
            self._paused = False
            for listener in self._listeners:
                self._selector.register(listener.socket, selectors.EVENT_READ, listener)

    def _serve(self, client: Client, mask: int) -> None:
        with client.barrier:
            self._serve_whole(client, mask)

    def _serve_whole(self, client: Client, mask: int) -> None:
        try:
            if client.shaking and not self._shake(client):
                return
            if mask & selectors.EVENT_READ:
                for message in client.receive():
                    self._take(client, message)
                if client.transfers:
                    with client.lock:
                        for transfer in client.transfers.values():
                            transfer.arrived()
            self._watch(client, writing=not client.flush())
        except OSError as error:
            self.drop(client, str(error))
        except Error as error:
            self.drop(client, str(error), WARNING)

    def _watch(self, client: Client, *, writing: bool) -> None:
        """Wait for what a client sends, and if there is something for it, until it takes it.

        One that is ahead of us, or behind, is not listened to: its own queue fills.
        """
        mask = selectors.EVENT_READ if _listened_to(client) else 0
        if writing:
            mask |= selectors.EVENT_WRITE
        if mask == client.mask:
            return
        if not client.mask:
            self._selector.register(client.socket, mask, client)
        elif not mask:  # its calls are answered first
            self._selector.unregister(client.socket)
        else:
            self._selector.modify(client.socket, mask, client)
        client.mask = mask

    def _shake(self, client: Client) -> bool:
        """Go on with TLS's handshake; whether it is over.  Raises OSError and AuthFailed."""
        from vsh.daemon.handshake import shake

        wanted = shake(client)
        client.mask = wanted or selectors.EVENT_READ
        self._selector.modify(client.socket, client.mask, client)
        return not wanted

    def _take(self, client: Client, message: Message) -> None:
        """One message of a client: a packet of a stream, or a call."""
        if message.type not in (0, 4):
            return  # the stream has it
        if client.admin:
            admin.answer(client, message)
            return
        found = dispatch.found(message)
        if found is None or (found.call.quick and client.alone):
            dispatch.answer(client, message, found)
            return
        # who it is and what it opens is settled call by call, in the order of the calls
        most = 1 if client.connection is None else self.configuration.max_client_requests
        with client.lock:
            if client.answering >= most:
                client.waiting.append(message)
                return
            client.answering += 1
        self._give(client, message, found)

    def _give(self, client: Client, message: Message, found: Wire | None) -> None:
        urgent = found is not None and dispatch.urgent(found.call)
        self.workers.give(lambda: self._work(client, message, found), urgent=urgent)

    def _work(self, client: Client, message: Message, found: Wire | None) -> None:
        """A worker's turn; and then the next call of the client that had to wait."""
        with client.barrier:
            dispatch.answer(client, message, found)
            client.changed()
        with client.lock:
            following = client.waiting.pop(0) if client.waiting and not client.gone else None
            client.answering -= following is None
            room = following is not None and len(client.waiting) == WAITING_MAX // 2
            if client.gone and not client.answering:
                self.wake()
        if room:
            self.wants_to_write(client)  # and it is listened to again
        if following is not None:
            self._give(client, following, dispatch.found(following))

    # ---- what others ask of the loop

    def wants_to_write(self, client: Client) -> None:
        """A client has something to be sent that did not go at once."""
        with self._lock:
            self._writers.add(client)
        self.wake()

    def drop(self, client: Client, reason: str, level: int = INFO) -> None:
        """A client is to go; the log hears why."""
        with self._lock:
            if self._dropped.setdefault(client, reason) is reason and client.number in self.clients:
                self.log.say(level, "daemon.server", f"{client} goes: {reason}")
        client.gone = True
        self.wake()

    def keep_alive(self, client: Client) -> None:
        """From now on a silent client is asked for signs of life."""
        if self.configuration.keepalive_interval > 0 and client.talk.keepalive is None:
            client.talk.keepalive = Keepalive(
                self.configuration.keepalive_interval,
                self.configuration.keepalive_count,
                client.talk.clock(),
            )
            if self._ping_at is None:
                self._ping_at = monotonic() + self.configuration.keepalive_interval
                self.wake()

    def complain(self, client: Client, message: Message, error: Exception) -> None:
        """A call met a fault of ours: it is written down, with the place."""
        where = "".join(traceback.format_exception(error))
        self.log.say(ERROR, "daemon.dispatch", f"{client}: procedure {message.procedure}: {where}")

    def give_up(self, client: Client, error: Exception) -> None:
        """A client's work met a fault of ours outside of a call: it goes, the others stay."""
        where = "".join(traceback.format_exception(error))
        self.log.say(ERROR, "daemon.server", f"{client}: {where}")
        self.drop(client, f"{type(error).__name__}: {error}", ERROR)

    def _settle(self) -> None:
        """What workers and calls left for the loop."""
        with self._lock:
            writers, self._writers = self._writers, set()
            dropped = dict(self._dropped)
        for client in writers:
            if not client.gone:
                with client.barrier:
                    self._watch(client, writing=True)
        for client in dropped:
            with client.lock:
                busy = client.answering > 0
            if self.clients.pop(client.number, None) is not None and client.mask:
                self._selector.unregister(client.socket)
            if not busy:
                client.close()
                with self._lock:
                    self._dropped.pop(client, None)
        if dropped:
            self._go_on_accepting()

    def _ping_all(self) -> None:
        """Ask silent clients for a sign of life; then see when the next one may be due."""
        due = float(self.configuration.keepalive_interval or 1)
        pinged = [each for each in self.clients.values() if each.talk.keepalive is not None]
        for client in pinged:
            if not client.gone:
                self._ping(client)
                due = min(due, client.talk.ping_due() or 0.0)
        self._ping_at = monotonic() + max(due, PING_PAUSE) if pinged else None

    def _ping(self, client: Client) -> None:
        try:
            with client.lock:
                client.talk.ping()
            client.changed()
        except Error as error:
            self.drop(client, str(error))

    def close(self) -> None:
        """Let go of everything; calls under way are answered first."""
        for listener in self._listeners:
            if not self._paused:
                self._selector.unregister(listener.socket)
            listener.socket.close()
            if listener.path is not None:
                with contextlib.suppress(OSError):
                    os.unlink(listener.path)
        self.workers.close()
        for client in [*self.clients.values(), *self._dropped]:
            with contextlib.suppress(OSError, Error):
                client.flush()
            client.close()
        self._selector.close()
        self._ears.close()
        self._tap.close()


def _listened_to(client: Client) -> bool:
    """Whether a client's calls are taken.

    Not where many have not been begun, where it does not read its answers, and where its streams
    bring more than what they go to takes.
    """
    if len(client.waiting) >= WAITING_MAX or len(client.talk.outgoing) >= UNREAD_MAX:
        return False
    return not client.transfers or client.streamed < STREAMED_MAX


def _answers(path: str) -> bool:
    """Whether somebody listens at a UNIX socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
        return True
