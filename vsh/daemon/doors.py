"""Where clients come in: the sockets that are listened at, and whether one more is taken.

Over ``max_clients`` nobody is, over ``max_anonymous_clients`` nobody who has to say who he is:
they wait in the system's own queue, as libvirtd has them wait.  One that never says who it is
makes room after a while.
"""

from __future__ import annotations

import contextlib
import os
import socket
from time import monotonic

from vsh.daemon.client import Client
from vsh.daemon.limits import ANONYMOUS_PATIENCE
from vsh.daemon.log import INFO, WARNING
from vsh.daemon.watch import READ, Watch
from vsh.errors import InternalError, RpcError
from vsh.transports._duplex import Duplex
from vsh.transports.unix import UnixDuplex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ssl import SSLContext
    from typing import Protocol

    from vsh.daemon.client import Serving
    from vsh.daemon.service import Service

    class Open(Serving, Protocol):
        """The daemon, as its doors know it."""

        @property
        def admin(self) -> Service: ...
        @property
        def main(self) -> Service: ...


ACCEPT_PAUSE = 1.0
"""Seconds until clients are taken again where the system had no room for one."""


class Listener:
    """A socket that clients come by.

    role     what it is for: "rw", "ro", "admin", "tcp" or "tls"
    service  whose clients they are
    path     its file, which goes with the daemon
    tls      what their TLS needs, where they have to speak it
    open     whether clients are taken from it now
    """

    __slots__ = ("open", "path", "role", "service", "socket", "tls")

    def __init__(
        self,
        end: socket.socket,
        role: str,
        service: Service,
        *,
        path: str | None = None,
        tls: SSLContext | None = None,
    ) -> None:
        self.socket = end
        self.role = role
        self.service = service
        self.path = path
        self.tls = tls
        self.open = False


class Doors:
    """All listeners of a server.

    due  when ``look`` wants to be called though nothing has happened; None: never
    """

    def __init__(self, server: Open, watch: Watch) -> None:
        self.server = server
        self.listeners: list[Listener] = []
        self.due: float | None = None
        self._watch = watch
        self._no_room_until = 0.0

    def listen_unix(
        self, path: str, role: str, *, mode: int = 0o700, group: int | None = None
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
        self.listen(end, role, path=path)

    def listen(
        self,
        end: socket.socket,
        role: str,
        *,
        path: str | None = None,
        tls: SSLContext | None = None,
    ) -> None:
        """Take clients from a socket that is bound already (socket activation)."""
        service = self.server.admin if role == "admin" else self.server.main
        end.listen(service.limits.max_queued_clients)
        end.settimeout(0)
        self.listeners.append(Listener(end, role, service, path=path, tls=tls))
        self.look()

    def way(self, listener: Listener) -> int:
        """How clients of a listener say who they are, as the settings are now."""
        return self.server.configuration.way(listener.role)

    def look(self) -> None:
        """Take clients from where one more may come, and from nowhere else."""
        now = monotonic()
        self.due = self._no_room_until if now < self._no_room_until else None
        for listener in self.listeners:
            wanted = self.due is None and self._may_come(listener, now)
            if wanted == listener.open:
                continue
            listener.open = wanted
            if wanted:
                self._watch.register(listener.socket, READ, listener)
            else:
                self._watch.unregister(listener.socket)

    def _may_come(self, listener: Listener, now: float) -> bool:
        service = listener.service
        if service.full:
            return False
        if not service.full_of_strangers or not (self.way(listener) or listener.tls):
            return True
        oldest = next(iter(service.strangers), None)
        if oldest is None:
            return True
        patience = oldest.since + ANONYMOUS_PATIENCE - now
        if patience > 0:
            self.due = now + patience if self.due is None else min(self.due, now + patience)
            return False
        self.server.drop(
            oldest, f"it has not said who it is in {ANONYMOUS_PATIENCE} seconds", WARNING
        )
        return False  # when it has gone we are asked again

    def accept(self, listener: Listener) -> None:
        """Somebody is there."""
        if not listener.open:  # the one before took the last place
            return
        log = self.server.log
        try:
            end, _ = listener.socket.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError as error:  # no descriptors, no memory
            log.say(WARNING, "daemon.server", f"no client can be taken: {error.strerror}")
            self._no_room_until = monotonic() + ACCEPT_PAUSE
            self.look()
            return
        try:
            self._welcome(listener, end)
        except (OSError, MemoryError) as error:  # it has gone already, or there is no room for it
            log.say(WARNING, "daemon.server", f"a client was not taken: {error}")
            end.close()
            return
        self.look()

    def _welcome(self, listener: Listener, end: socket.socket) -> None:
        """Make a client of a connection.  Raises OSError where it has gone already."""
        end.settimeout(0)
        if end.family in (socket.AF_INET, socket.AF_INET6):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link: Duplex
        if end.family == socket.AF_UNIX:
            link = UnixDuplex(end, secure=True)
        elif listener.tls is None:
            link = Duplex(end, secure=False)
        else:
            from vsh.transports.tls import TlsDuplex

            end = listener.tls.wrap_socket(end, server_side=True, do_handshake_on_connect=False)
            link = TlsDuplex(end, secure=True)
        service = listener.service
        service.come += 1
        client = Client(
            self.server,
            service,
            service.come,
            end,
            link,
            readonly=listener.role == "ro",
            way=self.way(listener),
            shaking=listener.tls is not None,
        )
        self.server.log.say(INFO, "daemon.server", f"{client} came")
        service.enter(client)
        client.mask = READ
        self._watch.register(end, client.mask, client)

    def renew_certificates(self, service: Service) -> None:
        """Who comes from now on sees what the files of certificates hold now.

        Raises InternalError where there is no TLS, and SystemFailure; then all is as it was.
        """
        found = [each for each in self.listeners if each.service is service and each.tls]
        if not found:
            raise InternalError("no tls service found, unable to update tls files")
        from vsh.daemon.certificates import context

        made = context(self.server.configuration)
        for listener in found:
            listener.tls = made

    def close(self) -> None:
        """Listen no more."""
        for listener in self.listeners:
            if listener.open:
                self._watch.unregister(listener.socket)
            listener.socket.close()
            if listener.path is not None:
                with contextlib.suppress(OSError):
                    os.unlink(listener.path)
        self.listeners.clear()


def _answers(path: str) -> bool:
    """Whether somebody listens at a UNIX socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
        return True
