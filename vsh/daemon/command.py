"""The command vshd: its options, which are libvirtd's, and the daemon's life from start to end.

Exit statuses are libvirtd's: 0; 1 for wrong options or settings, and a process number file that
another daemon holds; 3 for limits that contradict each other; 6 for sockets that cannot be had.

Typer's import takes half of what a start takes: what is plain is read without it, by the same
declaration; help, and all that is wrong, is Typer's.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, get_args, get_type_hints

import vsh
from vsh.daemon import listening
from vsh.daemon.life import Daemon, serve
from vsh.daemon.opening import Opener
from vsh.daemon.server import Server
from vsh.daemon.standing import Standing
from vsh.errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import NoReturn

    import typer

FAILED, NOT_BEGUN, NO_NETWORK = 1, 3, 6
TIMEOUT_MAX = 0x7FFFFFFF // 1000
ROOM_LEAST = 256 << 20
"""Bytes of address space that a daemon needs to answer some clients at once, and to have QEMU
looked at, which has the daemon's limits; with less it would only refuse."""
USAGE = 2
"""The status that typer gives to wrong options; libvirtd's is 1."""


def vshd(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="say more")] = False,
    daemon: Annotated[
        bool, typer.Option("--daemon", "-d", help="go on in the background, once all is ready")
    ] = False,
    listen: Annotated[
        bool, typer.Option("--listen", "-l", help="listen for TCP and TLS, as the settings say")
    ] = False,
    timeout: Annotated[
        int, typer.Option("--timeout", "-t", help="end after so long without clients", metavar="S")
    ] = 0,
    config_file: Annotated[
        str, typer.Option("--config", "-f", help="the file of settings", metavar="FILE")
    ] = "",
    pid_file: Annotated[
        str,
        typer.Option("--pid-file", "-p", help="where to write the process number", metavar="FILE"),
    ] = "",
    sockets: Annotated[
        str, typer.Option("--sockets", help="folder of the sockets", metavar="DIR")
    ] = "",
    root: Annotated[
        str, typer.Option("--root", help="folder of everything that guests need", metavar="DIR")
    ] = "",
    adopt: Annotated[
        bool, typer.Option("--adopt", help="take over what libvirt has here, and end")
    ] = False,
    export: Annotated[
        bool, typer.Option("--export", help="write all into libvirt's folders, and end")
    ] = False,
    libvirt: Annotated[
        str,
        typer.Option("--libvirt", help="where libvirt's folders are: before /etc", metavar="DIR"),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="do not ask before moving")] = False,
    version: Annotated[bool, typer.Option("--version", "-V", help="print the version")] = False,
) -> None:
    """Serve libvirt's clients: virsh, virt-manager, and all others."""
    if version:
        sys.stdout.write(f"vshd (vsh) {vsh.__version__}\n")
        sys.exit(0)
    if not 0 <= timeout <= TIMEOUT_MAX:
        _refuse("Invalid value for timeout")
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < ROOM_LEAST:
        _refuse(
            f"{limit >> 10} KiB of address space (ulimit -v) are too few:"
            f" at least {ROOM_LEAST >> 10} KiB are needed"
        )
    try:
        held = Daemon(config_file=config_file or None, verbose=verbose, background=daemon)
    except Error as error:
        _refuse(f"Can't load config file: {error}")
    own = _own_folder(held, sockets)
    place = own or listening.folder()
    number_file = os.path.abspath(pid_file) if pid_file else _default_pid_file(own)
    whole_root = os.path.abspath(root) if root else ""
    if adopt or export:
        sys.exit(_move(whole_root, libvirt, into=adopt, out=export, sure=yes))
    if daemon:
        held.ready = _go_to_background()
    with _claimed(held, number_file):
        server = _listening(
            held, place, whole_root, listen=listen, both=os.geteuid() == 0 or bool(own)
        )
        serve(held, server, timeout)


def _move(root: str, prefix: str, *, into: bool, out: bool, sure: bool) -> int:
    """Move in or out: show the plan, ask, do it.  Gives the exit status."""
    from vsh.daemon.moving.face import move

    if into and out:
        _refuse("--adopt and --export are mutually exclusive")
    try:
        return move(root or None, os.path.abspath(prefix) if prefix else "", into=into, sure=sure)
    except Error as error:
        _refuse(str(error))


def _refuse(text: str) -> NoReturn:
    sys.stderr.write(f"vshd: error: {text}\n")
    sys.exit(FAILED)


def _fail(held: Daemon, status: int, text: str) -> NoReturn:
    """End with an error, which whoever started the daemon hears, too."""
    sys.stderr.write(f"vshd: error: {text}\n")
    if held.ready is not None:
        os.write(held.ready, f"vshd: error: {text}\n".encode())
    sys.exit(status)


def _listening(held: Daemon, place: str, root: str, *, listen: bool, both: bool) -> Server:
    opener = Opener(root or None)
    try:
        held.configuration.check()
    except Error as error:
        _fail(held, NOT_BEGUN, str(error))
    try:
        server = Server(opener, held.configuration, held.log)
    except Error as error:
        _fail(held, FAILED, str(error))
    server.standing = Standing(opener.root, opener.uri, held.log, held.audit, place)
    try:
        if held.configuration.metrics_listen:
            held.measure(server)
        listening.open_all(server, held.configuration, place, network=listen, both=both)
    except Error as error:
        server.close()
        _fail(held, NO_NETWORK, str(error))
    return server


def _own_folder(held: Daemon, sockets: str) -> str:
    """The folder that the sockets are to have, whole, made where it is not there; "": the usual.

    As for libvirtd, one of the settings that is relative has to be there.
    """
    given = sockets or held.configuration.unix_sock_dir or ""
    if not (sockets or os.path.isabs(given) or os.path.isdir(given or ".")):
        text = f"cannot listen at {given}/libvirt-sock: No such file or directory"
        _fail(held, NO_NETWORK, text)
    return given and os.path.abspath(given)


def _default_pid_file(own: str) -> str:
    """Beside the sockets where they have a folder of their own, else where libvirtd has its.

    Its folder is made; that of a file that somebody names has to be there, as for libvirtd.
    """
    usual = "/run" if os.geteuid() == 0 else listening.folder()
    with contextlib.suppress(OSError):  # it is said of the file
        os.makedirs(own or usual, mode=0o755, exist_ok=True)
    return f"{own or usual}/vshd.pid"


@contextlib.contextmanager
def _claimed(held: Daemon, path: str) -> Iterator[None]:
    """Hold the file with our number; it goes with us.  A second daemon cannot have it."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        _fail(held, FAILED, f"Failed to open pid file '{path}': {error.strerror}")
    try:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(file, 20).decode("ascii", "replace").strip()
            _fail(held, FAILED, f"another daemon ({holder}) holds '{path}': see --pid-file")
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        try:
            yield
        finally:
            with contextlib.suppress(FileNotFoundError):  # somebody has taken it away
                os.unlink(path)
    finally:
        os.close(file)


def _go_to_background() -> int:
    """Be nobody's child; what was open to the terminal is closed.

    The process that was called waits until all is ready, or says what is wrong and ends with 1.
    Answers the pipe to it.
    """
    hearing, telling = os.pipe()
    if os.fork():
        os.close(telling)
        with os.fdopen(hearing) as file:
            said = file.read()
        sys.stderr.write(said)
        sys.stderr.flush()
        os._exit(FAILED if said else 0)
    os.close(hearing)
    os.setsid()
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    return telling


_NAMES = SimpleNamespace(Option=lambda *names, **_: names)
"""Stands for typer in the declaration, where only the names of options are wanted."""


def plain(words: Sequence[str]) -> dict[str, bool | int | str] | None:
    """The options that these words are, by name; None where Typer has to look at them."""
    kinds: dict[str, tuple[str, type]] = {}
    hints = get_type_hints(vshd, localns={"typer": _NAMES}, include_extras=True)
    for name, hint in hints.items():
        kind, *names = get_args(hint) or (hint, ())
        kinds.update(dict.fromkeys(names[0], (name, kind)))
    found: dict[str, bool | int | str] = {}
    rest = iter(words)
    for word in rest:
        head, equals, text = word.partition("=")
        name, kind = kinds.get(head, ("", str))
        if not name or (equals and (kind is bool or not head.startswith("--"))):
            return None
        if kind is bool:
            found[name] = True
            continue
        value = text if equals else next(rest, "-")
        if value[:1] == "-" or (kind is int and not (value.isascii() and value.isdigit())):
            return None
        found[name] = kind(value)
    return found


def main() -> None:
    """The console script."""
    options = plain(sys.argv[1:])
    try:
        if options is None:
            face()(prog_name="vshd")
        else:
            start: Callable[..., None] = vshd  # each is of its kind, as ``plain`` has seen to
            start(**options)
    except SystemExit as end:
        sys.exit(FAILED if end.code == USAGE else end.code)


def face() -> typer.Typer:
    """The same as a Typer application, which has more to say."""
    global typer
    import typer

    app = typer.Typer(add_completion=False, no_args_is_help=False)
    app.command()(vshd)
    return app
