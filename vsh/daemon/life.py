"""The life of a daemon: what one run holds, how it takes its settings anew, how it ends."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import threading
import time

import vsh
from vsh.daemon import activation, config, listening
from vsh.daemon.access import Deciders
from vsh.daemon.audit import Auditor
from vsh.daemon.log import ERROR, INFO, LEVELS, WARNING, Log, default_outputs
from vsh.drivers.host import hooks, identity
from vsh.errors import Error, InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from vsh.daemon.config import Configuration
    from vsh.daemon.metrics import Metrics
    from vsh.daemon.server import Server

TURN = 0.0005
"""Seconds that a worker computes while the loop, with the quick calls, waits to go on."""
M_ARENA_MAX, ARENAS = -8, 2
"""mallopt's number for the parts of memory that threads allocate from, and how many may be."""
STACK = 2 << 20
"""Bytes of a thread's stack."""
OTHER_DESCRIPTORS = 3192
"""How many may be open besides those of clients: with as many clients as usual 8192 in all."""
NOT_DRAINED = 1
"""The exit status where calls were left that did not end, as libvirtd's."""
LATER = (
    "listen_tls", "listen_tcp", "tls_port", "tcp_port", "listen_addr", "unix_sock_dir",
    "unix_sock_modular", "metrics_listen",
)  # fmt: skip
"""Settings that a daemon has for its life."""


class Daemon:
    """What one run of the command holds.

    ready  a pipe to the process that waits to hear whether all is well, with ``--daemon``
    """

    def __init__(self, *, config_file: str | None, verbose: bool, background: bool) -> None:
        """Raises Error where the settings are wrong."""
        self.config_file = os.path.abspath(config_file) if config_file else None
        self.verbose = verbose
        self.background = background
        self.ready: int | None = None
        self.metrics: Metrics | None = None
        self.configuration = config.load(config_file)
        _identify(self.configuration)
        self.log = self._log(self.configuration)
        self.audit = Auditor(self.configuration, self.log)

    def _log(self, wanted: Configuration) -> Log:
        """The log as the settings and libvirt's variables of the environment want it."""
        environment = os.environ.get
        words = environment("LIBVIRT_DEBUG") or str(wanted.log_level or WARNING)
        level = LEVELS.get(words)
        if level is None:
            raise InvalidArgument(f"Failed to set logging priority, argument '{words}' is invalid")
        filters = environment("LIBVIRT_LOG_FILTERS") or wanted.log_filters
        outputs = environment("LIBVIRT_LOG_OUTPUTS") or wanted.log_outputs
        log = Log(
            min(level, INFO) if self.verbose else level,
            filters,
            outputs or default_outputs(background=self.background),
        )
        for name in wanted.unknown:
            place = self.config_file or config.default_path()
            log.say(WARNING, "daemon.config", f"{place}: setting '{name}' does nothing here")
        return log

    def reload(self, server: Server) -> None:
        """Take the settings anew.  Wrong ones leave all as it was; the log says so."""
        try:
            wanted = config.load(self.config_file)
            wanted.check()
            deciders = Deciders(wanted)
            listening.check(wanted)
            change = listening.renew(server, wanted)
            log = self._log(wanted)
            _identify(wanted)
            self.audit.take(wanted)
        except Error as error:
            self.log.say(WARNING, "daemon.config", f"settings not reloaded: {error}")
            return
        before, self.configuration = self.configuration, wanted
        self.log.become(log)
        self.make_room()
        server.take(wanted, deciders)
        change()
        for name in LATER:
            if getattr(before, name) != getattr(wanted, name):
                text = f"'{name}' is as it was until the next start"
                self.log.say(WARNING, "daemon.config", text)
        self.log.say(INFO, "daemon.config", "settings reloaded")

    def see_hooks(self, server: Server) -> None:
        """See which hooks there are; the log hears of those that fail."""
        if server.standing is not None:
            hooks.look(server.standing.path, lambda text: self.log.say(ERROR, "daemon.hooks", text))

    def make_room(self) -> None:
        """Have room for all clients; the log hears where there is less."""
        room, most = make_room(self.configuration), self.configuration.max_clients
        if room < most + OTHER_DESCRIPTORS:
            text = f"with {room} descriptors there may be fewer clients than max_clients, {most}"
            self.log.say(WARNING, "daemon.command", text)

    def measure(self, server: Server) -> None:
        """Serve metrics where the settings say.  Raises RpcError, ConfSyntax."""
        from vsh.daemon.metrics import Meter, Metrics

        server.meter = Meter()
        self.metrics = Metrics(server, str(self.configuration.metrics_listen))


def _identify(wanted: Configuration) -> None:
    """Have the machine called as the settings say.  Raises InternalError."""
    number = wanted.host_uuid
    if number is None and wanted.host_uuid_source == "machine-id":
        number = identity.machine_id()
    identity.tell(number)


def keep_memory_together() -> None:
    """Have threads share what they allocate from: glibc gives each one a part of its own, and what
    is freed in one part is of no use in another.  Their stacks are what calls need, not the 8 MiB
    that the system gives: under ``ulimit -v`` these would be most of what there is."""
    import ctypes

    threading.stack_size(STACK)

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have no such parts
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)


def take_turns() -> None:
    """Let workers go on for a short time only while the loop waits: it has the quick calls."""
    sys.setswitchinterval(TURN)


def make_room(wanted: Configuration) -> int:
    """Have room for so many descriptors as clients may come; how many there may be now."""
    needed = wanted.max_clients + OTHER_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return needed
    for pair in ((needed, max(hard, needed)), (min(needed, hard), hard)):
        with contextlib.suppress(ValueError, OSError):  # only root may have more than the hard one
            resource.setrlimit(resource.RLIMIT_NOFILE, pair)
            return pair[0]
    return soft


def serve(held: Daemon, server: Server, timeout: int) -> None:
    """Serve until a signal or the end of the time; SIGHUP takes the settings anew.

    Exits where calls did not end.
    """
    hung_up = False

    def end(*_: object) -> None:
        server.stop()

    def hang_up(number: int, frame: FrameType | None) -> None:
        nonlocal hung_up
        hung_up = True
        server.wake()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    signal.signal(signal.SIGHUP, hang_up)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    server.timeout = timeout
    keep_memory_together()
    take_turns()
    ending = _ending(server)

    watched = activation.watchdog()

    def tick() -> float | None:
        nonlocal hung_up
        if hung_up:
            hung_up = False
            activation.tell_of_reload()
            held.reload(server)
            held.see_hooks(server)
            told = ("daemon", "-", "reload", "begin", "SIGHUP")
            threading.Thread(target=hooks.told, args=told, name="vshd-hook", daemon=True).start()
            if server.standing is not None:
                server.standing.look_again()
            activation.tell("READY=1")
        left = ending()
        if watched is None:
            return left
        activation.tell("WATCHDOG=1")
        return watched if left is None else min(watched, left)

    if held.ready is not None:
        os.close(held.ready)
    activation.tell("READY=1")
    held.log.say(INFO, "daemon.command", f"vshd {vsh.__version__} serves")
    held.make_room()
    held.see_hooks(server)
    hooks.told("daemon", "-", "start", "-", "start")
    if server.standing is not None:
        server.standing.start()
    server.run(tick, lambda: activation.tell("STOPPING=1"))
    if held.metrics is not None:
        held.metrics.close()
    held.audit.close()
    if not server.drained:
        sys.exit(NOT_DRAINED)
    if server.standing is not None:
        server.standing.close()
    held.see_hooks(server)
    hooks.told("daemon", "-", "shutdown", "-", "shutdown")
    held.log.say(INFO, "daemon.command", "the end")


def _ending(server: Server) -> Callable[[], float | None]:
    """Ends the daemon when it had no clients, and no guests ran, for so many seconds."""
    since = time.monotonic()

    def tick() -> float | None:
        nonlocal since
        if not server.timeout:
            return None
        now = time.monotonic()
        if server.clients or server.busy:
            since = now
        elif now - since >= server.timeout:
            server.stop()
        return None if server.clients else max(0.0, since + server.timeout - now)

    return tick
