"""The daemon's loop: whose bytes are there, who is to be sent some, who goes.

The loop takes bytes and sends them; what only reads memory is answered in it, all else by workers.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import traceback
from time import monotonic

from vsh.daemon import admin, dispatch
from vsh.daemon.access import Deciders
from vsh.daemon.barrier import Barrier
from vsh.daemon.client import Client
from vsh.daemon.config import Configuration
from vsh.daemon.doors import Doors, Listener
from vsh.daemon.limits import STREAMED_MAX, UNREAD_MAX
from vsh.daemon.log import ERROR, INFO, WARNING, Log
from vsh.daemon.priority import urgent
from vsh.daemon.pulse import Pulse
from vsh.daemon.service import Service
from vsh.daemon.watch import READ, WRITE, Watch
from vsh.errors import Error, OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.connection import Connection
    from vsh.daemon.metrics import Meter
    from vsh.daemon.standing import Standing
    from vsh.rpc.codec import Wire
    from vsh.rpc.message import Message


SLEEP_MAX = 86400.0
"""Seconds that the loop sleeps at most: what a system takes for a time has an end."""
SOON, LINGER, TURNS, PENALTY_MAX = 0.0003, 0.00007, 16, 1022
"""Seconds between two calls that come right after each other; how long the loop stays awake for
the next one, and how often, before it looks around."""
DRAIN = 30.0
"""Seconds that calls under way have when the daemon ends, as libvirtd's have."""
WAITING_MAX = 256
"""Calls of one client that may wait to be begun; then it is not listened to."""


class Server:
    """All that serves.

    open           gives a client its connection to a driver: open(client, uri, readonly=...)
    configuration  how it is to be; may be replaced while it runs (``take``)
    deciders       who decides what clients that come may do
    main, admin    the servers that administrators see
    doors          where clients come in
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
        self.main = Service("libvirtd", self.configuration)
        self.admin = Service("admin", self.configuration.for_administrators())
        self.timeout = 0  # seconds without clients after which it ends; 0: never
        self.standing: Standing | None = None  # the daemon's own hypervisor
        self.meter: Meter | None = None  # counts calls, where somebody wants to know
        self._watched = Watch()
        self.doors = Doors(self, self._watched)
        self._pulse = Pulse(self)
        self._over = threading.Event()
        self._hurried = False  # whether calls under way are waited for no more
        self.drained = True  # whether they have all been answered
        self._looking = False  # whether somebody came in, or went, or may come now
        self._ears, self._tap = socket.socketpair()  # wakes the loop
        for end in (self._ears, self._tap):
            end.settimeout(0)
        self._watched.register(self._ears, READ, None)
        self._processors = len(os.sched_getaffinity(0))
        self._quick: Client | None = None  # whose quick call was answered in this turn
        self._prompt = 0  # the number of the client whose was in the last, and until when
        self._soon = 0.0  # its next comes right after that
        self._skipped = self._penalty = 0  # how many calls it has slept for, and is to sleep for
        self._lock = threading.Lock()
        self._writers: set[Client] = set()
        self._dropped: dict[Client, str] = {}

    @property
    def services(self) -> tuple[Service, Service]:
        """The servers, in the order in which administrators see them."""
        return (self.admin, self.main)

    @property
    def clients(self) -> list[Client]:
        """Who is there."""
        return [*self.main.clients.values(), *self.admin.clients.values()]

    @property
    def busy(self) -> bool:
        """Whether it has something to watch over though nobody is there: guests that run."""
        return self.standing is not None and self.standing.running > 0

    def take(self, configuration: Configuration, deciders: Deciders) -> None:
        """Go on with other settings."""
        self.configuration, self.deciders = configuration, deciders
        self.main.take(configuration)
        self.admin.take(configuration.for_administrators())
        self.look_again()

    # ---- the loop

    def run(
        self,
        tick: Callable[[], float | None] | None = None,
        ending: Callable[[], None] | None = None,
    ) -> None:
        """Serve until ``stop``.

        tick    is called at each turn, and says when it wants the next
        ending  is called when no more calls are taken, before those under way are waited for
        """
        for service in self.services:
            service.workers.start()
        while not self._over.is_set():
            wanted = None if tick is None else tick()
            ready = self._watched.wait(self._pause(wanted))
            for owner, readable in ready:
                if isinstance(owner, Client):
                    self._serve(owner, readable=readable)
                elif isinstance(owner, Listener):
                    self.doors.accept(owner)
                else:
                    with contextlib.suppress(BlockingIOError):
                        self._ears.recv(4096)
            if len(ready) == 1 and self._quick is not None:
                self._linger(self._quick)
            self._quick = None
            if self._writers or self._dropped:
                self._settle()
            self._pulse.beat(self.main.clients)
            if self._looking or (self.doors.due is not None and monotonic() >= self.doors.due):
                self._looking = False
                self.doors.look()
        if ending is not None:
            ending()
        self.close()

    def stop(self) -> None:
        """End the loop: no more calls are taken, those under way are answered.  Said once more,
        they are waited for no longer."""
        self._hurried = self._over.is_set()
        self._over.set()
        self.wake()

    def _pause(self, wanted: float | None) -> float | None:
        """How long the loop may sleep: pings of clients are due, or new ones are taken again."""
        if self._looking:
            return 0.0
        if wanted is not None:
            wanted = min(wanted, SLEEP_MAX)
        for due in (self._pulse.due, self.doors.due):
            if due is not None:
                left = max(0.0, due - monotonic())
                wanted = left if wanted is None else min(left, wanted)
        return wanted

    def wake(self) -> None:
        """Have the loop look around."""
        with contextlib.suppress(BlockingIOError, OSError):
            self._tap.send(b"\0")

    def _linger(self, client: Client) -> None:
        """Stay awake for the next calls of a client whose calls come one right after the other.

        To sleep and be woken takes longer than such a call.  It is for a short while, and only
        where nobody else wants anything and there is another processor for the client.
        """
        now = monotonic()
        prompt = client.number == self._prompt and now < self._soon
        self._prompt, self._soon = client.number, now + SOON
        if not prompt or self._processors < 2 or not client.link.passes_files:
            return
        if self._skipped < self._penalty:
            self._skipped += 1
            return
        for _ in range(TURNS):
            if self.main.workers.busy or client.mask != READ or client.gone:
                return
            until = monotonic() + LINGER
            try:
                while not (data := client.receive()):
                    if monotonic() > until:
                        self._skipped, self._penalty = 0, min(2 * self._penalty + 2, PENALTY_MAX)
                        return
            except (OSError, Error):  # the next look finds that it has gone, too
                return
            self._serve(client, readable=True, data=data)
            self._penalty >>= 1
        self._soon = monotonic() + SOON

    def _serve(self, client: Client, *, readable: bool, data: bytes = b"") -> None:
        with Barrier(self.give_up, client):
            self._serve_whole(client, data, readable=readable)

    def _serve_whole(self, client: Client, data: bytes, *, readable: bool) -> None:
        try:
            if client.shaking and not self._shake(client):
                return
            if readable:
                data = data or client.receive()
                if data and dispatch.again(client, data):
                    self._quick = client
                elif data:
                    for message in client.take_in(data):
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
        mask = READ if _listened_to(client) else 0
        if writing:
            mask |= WRITE
        if mask == client.mask:
            return
        if not client.mask:
            self._watched.register(client.socket, mask, client)
        elif not mask:  # its calls are answered first
            self._watched.unregister(client.socket)
        else:
            self._watched.modify(client.socket, mask)
        client.mask = mask

    def _shake(self, client: Client) -> bool:
        """Go on with TLS's handshake; whether it is over.  Raises OSError and AuthFailed."""
        from vsh.daemon.handshake import shake

        wanted = shake(client)
        client.mask = wanted or READ
        self._watched.modify(client.socket, client.mask)
        return not wanted

    # ---- calls

    def _take(self, client: Client, message: Message) -> None:
        """One message of a client: a packet of a stream, or a call."""
        if message.type not in (0, 4):
            return  # the stream has it
        found = None
        if not client.admin:
            found = dispatch.found(message)
            if found is None:
                dispatch.answer(client, message, found)
                return
            if found.call.quick and client.alone and dispatch.at_once(client, message, found):
                return
        # who it is and what it opens is settled call by call, in the order of the calls
        settled = client.admin or client.connection is not None
        most = client.service.limits.max_client_requests if settled else 1
        with client.lock:
            if client.answering >= most:
                client.waiting.append(message)
                return
            client.answering += 1
        self._give(client, message, found)

    def _give(self, client: Client, message: Message, found: Wire | None) -> None:
        soon = found is not None and urgent(found.call)
        try:
            client.service.workers.give(lambda: self._work(client, message, found), urgent=soon)
        except OperationFailed as error:  # nobody will ever come for those that wait
            with client.lock:
                for each in (message, *client.waiting):
                    client.talk.refuse(each, error)
                client.waiting.clear()
                client.answering -= 1
            client.changed()

    def _work(self, client: Client, message: Message, found: Wire | None) -> None:
        """A worker's turn; and then the next call of the client that had to wait."""
        with Barrier(self.give_up, client):
            if client.admin:
                admin.answer(self, client, message)
            else:
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
            self._give(client, following, None if client.admin else dispatch.found(following))

    # ---- what others ask of the loop

    def look_again(self) -> None:
        """More clients may come now, or fewer."""
        self._looking = True
        self.wake()

    def wants_to_write(self, client: Client) -> None:
        """A client has something to be sent that did not go at once."""
        with self._lock:
            self._writers.add(client)
        self.wake()

    def drop(self, client: Client, reason: str, level: int = INFO) -> None:
        """A client is to go; the log hears why."""
        with self._lock:
            there = client.number in client.service.clients
            if self._dropped.setdefault(client, reason) is reason and there:
                self.log.say(level, "daemon.server", f"{client} goes: {reason}")
        client.gone = True
        self.wake()

    def keep_alive(self, client: Client) -> None:
        """From now on a silent client is asked for signs of life."""
        if self._pulse.keep_alive(client):
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
                with Barrier(self.give_up, client):
                    self._watch(client, writing=True)
        for client in dropped:
            with client.lock:
                busy = client.answering > 0
            if client.service.leave(client):
                self._looking = True
                if client.mask:
                    self._watched.unregister(client.socket)
            if not busy:
                client.close()
                with self._lock:
                    self._dropped.pop(client, None)

    def close(self) -> None:
        """Let go of everything; calls under way are answered first, where they end in time."""
        self.doors.close()
        until = monotonic() + DRAIN
        for service in self.services:
            self.drained &= service.workers.close(lambda: self._hurried or monotonic() >= until)
        if not self.drained:  # they have what would have to be closed
            busy = ", ".join(str(client) for client in self.clients if client.answering)
            self.log.say(ERROR, "daemon.server", f"calls that have not ended are left: {busy}")
            return
        for client in [*self.clients, *self._dropped]:
            with contextlib.suppress(OSError, Error):
                client.flush()
            client.close()
        self._watched.close()
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
