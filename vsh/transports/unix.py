"""The UNIX socket of a daemon on this machine, and the start of a daemon where there is none.

Where ``socket=`` does not name it, the socket is libvirtd's or that of the driver's own daemon
(``mode=`` legacy or direct; auto takes the one that is there).  A read-only connection has a
socket of its own.  The session daemon of a user is started when nobody listens, unless
LIBVIRT_AUTOSTART=0.
"""

from __future__ import annotations

import os
import sys
import time
from _socket import (
    AF_UNIX,
    CMSG_SPACE,
    MSG_CMSG_CLOEXEC,
    SCM_RIGHTS,
    SO_SNDBUF,
    SO_SNDTIMEO,
    SOCK_STREAM,
    SOL_SOCKET,
    socket,
)
from _struct import Struct
from errno import EAGAIN, ECONNREFUSED, EINTR, EIO, ENOENT, ENOMEM

from vsh.errors import OperationUnsupported, SystemFailure
from vsh.transports._duplex import Duplex, failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.transports._address import Address

SYSTEM = "/var/run/libvirt"
DAEMONS = "/usr/sbin"
OWN = "vshd"
SERVED = ("qemu", "test")
"""The drivers that our daemon has."""
PATH_MAX = 107
FILES_MAX = 32
START_TRIES = 500
START_PAUSE = 0.01

PROBED_SYSTEM = ("xen", "qemu", "lxc", "vbox", "bhyve", "vz")
PROBED_SESSION = ("qemu", "vbox")

_INT = Struct("=i")
_SPACE = CMSG_SPACE(FILES_MAX * _INT.size)
_TIME = Struct("@ll")


class UnixDuplex(Duplex):
    """A UNIX socket: open files can be passed over it."""

    __slots__ = ()
    passes_files = True

    def make_room(self, size: int) -> None:
        """What the system gives of itself is less than one packet of a stream."""
        try:
            self._socket.setsockopt(SOL_SOCKET, SO_SNDBUF, size)
        except OSError:
            return  # a packet goes in parts then

    def send_file(self, descriptor: int) -> bool:
        """Give the peer an open file; False: not now."""
        try:
            self._socket.sendmsg([b"\0"], [(SOL_SOCKET, SCM_RIGHTS, _INT.pack(descriptor))])
        except OSError as error:
            number = error.errno or EIO
            if number in (EAGAIN, EINTR):
                return False
            raise failure(f"Failed to send file descriptor {descriptor}", number) from None
        return True

    def receive_files(self, size: int) -> tuple[bytes | None, list[int]]:
        """As ``receive``, and the open files that came with it; they are closed on exec."""
        try:
            data, messages, _, _ = self._socket.recvmsg(size, _SPACE, MSG_CMSG_CLOEXEC)
        except OSError as error:
            number = error.errno or EIO
            if number in (EAGAIN, EINTR):
                return None, []
            raise failure("Failed to recv file descriptor", number) from None
        if not messages:
            return data, []
        files = [
            int(descriptor)
            for level, kind, raw in messages
            if level == SOL_SOCKET and kind == SCM_RIGHTS
            for (descriptor,) in _INT.iter_unpack(raw[: len(raw) & ~3])
        ]
        return data, files


def unix(address: Address) -> Duplex:
    """Connect.  Raises SystemFailure as libvirt words it."""
    path, daemon = place(address)
    return connect(path, daemon, address)


def place(address: Address) -> tuple[str, str | None]:
    """The socket's path, and the daemon to start if nobody listens there (None: none)."""
    given = address.option("socket")
    if given is not None:
        return given, None
    session = is_session(address)
    driver = address.driver
    if not driver:
        driver = _probe(session, address.readonly)
    legacy = _path("libvirt", session, address.readonly)
    direct = _path(f"virt{driver}d", session, address.readonly) if driver else None
    mode = address.option("mode") or "auto"
    if mode == "auto":
        mode = "direct" if direct is not None and os.path.exists(direct) else "legacy"
    if mode == "direct" and direct is None:
        raise OperationUnsupported(
            "No URI is provided and cannot identify any listening daemon socket path to attempt to "
            "connect to. Please ensure the expected daemon sockets are active and/or provide an "
            "explicit URI. For more information see "
            "https://libvirt.org/kbase/failed_connection_after_install.html"
        )
    path, name = (direct, f"virt{driver}d") if mode == "direct" else (legacy, "libvirtd")
    assert path is not None
    return path, _to_start(address, name, session=session)


def is_session(address: Address) -> bool:
    """Whether the user's own daemon is meant: /session, the test driver, no URI; never for root."""
    if os.geteuid() == 0:
        return False
    return not address.text or address.path == "/session" or address.driver == "test"


def runtime_directory() -> str:
    """Where a user's own sockets are."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    if not base:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return base + "/libvirt"


def connect(path: str, daemon: str | None, address: Address) -> Duplex:
    """Connect to a path, starting a daemon first where one is given and nobody listens."""
    name = os.fsencode(path)
    if b"\0" in name:
        raise failure(f"Failed to connect socket to '{path}'", ENOENT)
    if len(name) > PATH_MAX:
        raise failure(f"Path {path} too long for unix socket", ENOMEM)
    if name.startswith(b"@"):
        name = b"\0" + name[1:]
    lock = _lock(daemon) if daemon is not None else None
    try:
        return UnixDuplex(_connect(name, path, daemon, address), secure=True)
    finally:
        if lock is not None:
            _unlock(*lock)


def _connect(name: bytes, path: str, daemon: str | None, address: Address) -> socket:
    tries = START_TRIES
    started = False
    while True:
        link = socket(AF_UNIX, SOCK_STREAM)
        try:
            _limit(link, address.left())
            link.connect(name)
        except OSError as error:
            link.close()
            if error.errno == EAGAIN:  # the daemon's queue stays full
                raise address.late() from None
            tries -= 1
            if daemon is None or tries == 0 or error.errno not in (ENOENT, ECONNREFUSED):
                text = f"Failed to connect socket to '{path}'"
                raise failure(text, error.errno or EIO) from None
        except BaseException:
            link.close()
            raise
        else:
            return link
        if not started:
            _start(daemon)
            started = True
        time.sleep(START_PAUSE)


def _limit(link: socket, seconds: float | None) -> None:
    """Let connecting take so long.  The system waits: a full queue is no event to be polled for."""
    if seconds is not None:
        whole = int(seconds)
        part = max(1, int((seconds - whole) * 1000000))
        link.setsockopt(SOL_SOCKET, SO_SNDTIMEO, _TIME.pack(whole, part))


def _path(prefix: str, session: bool, readonly: bool) -> str:
    if session:
        return f"{runtime_directory()}/{prefix}-sock"
    return f"{SYSTEM}/{prefix}-sock-ro" if readonly else f"{SYSTEM}/{prefix}-sock"


def _probe(session: bool, readonly: bool) -> str:
    """Without a URI: the driver whose own daemon listens, or ""."""
    for driver in PROBED_SESSION if session else PROBED_SYSTEM:
        if os.path.exists(_path(f"virt{driver}d", session, readonly)):
            return driver
    return ""


def _to_start(address: Address, name: str, *, session: bool) -> str | None:
    """The daemon to start when nobody listens: the path of a program, OWN for ours, or None."""
    wanted = os.environ.get("LIBVIRT_AUTOSTART")
    if wanted == "0" or address.server is not None:
        return None
    variable = "VIRTD_PATH" if "VIRTD_PATH" in os.environ else "LIBVIRTD_PATH"
    named = os.environ.get(variable)
    served = address.driver in ("", *SERVED) and name == "libvirtd"
    served = served and os.path.basename(sys.argv[0]) != "virsh"
    if session:
        return named or (OWN if served else f"{DAEMONS}/{name}")
    if not served or address.driver != "qemu" or address.readonly or os.geteuid() != 0:
        return None
    libvirt = any(os.path.exists(f"{DAEMONS}/{each}") for each in ("libvirtd", "virtqemud"))
    return OWN if wanted == "1" or not libvirt else None


def _lock(daemon: str) -> tuple[int, str]:
    """Two clients must not start two daemons: the second waits until the first is connected."""
    from fcntl import LOCK_EX, lockf

    directory = runtime_directory()
    try:
        os.makedirs(directory, 0o700, exist_ok=True)
    except OSError as error:
        text = f"Cannot create user runtime directory '{directory}'"
        raise failure(text, error.errno or EIO) from None
    path = f"{directory}/{os.path.basename(daemon)}.lock"
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise failure(f"Unable to create lock '{path}'", error.errno or EIO) from None
    try:
        lockf(lock, LOCK_EX, 1)
    except OSError as error:
        os.close(lock)
        raise failure(f"Unable to lock '{path}'", error.errno or EIO) from None
    except BaseException:
        os.close(lock)
        raise
    return lock, path


def _unlock(lock: int, path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass  # whoever held it before us has done it
    finally:
        os.close(lock)


def _start(daemon: str) -> None:
    """Start a daemon that outlives us: twice forked, in a session of its own, without our files."""
    if daemon == OWN:
        command = [sys.executable, "-m", "vsh.daemon", "--timeout=120"]
    else:
        command = [daemon, "--timeout=120"]
    if not os.access(command[0], os.X_OK):
        raise SystemFailure(
            f"binary '{daemon}' does not exist in $PATH: {os.strerror(ENOENT)}",
            hint="install the libvirt daemon, or set LIBVIRTD_PATH to where it is",
        )
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        null = os.open("/dev/null", os.O_RDWR)
        for descriptor in range(3):
            os.dup2(null, descriptor)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        os.chdir("/")
        os.execv(command[0], command)
    finally:
        os._exit(127)
