"""The command vshd: its options, and the daemon's life from start to end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from vsh.daemon.opening import Opener
from vsh.daemon.server import Server
from vsh.errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(add_completion=False, no_args_is_help=False)


def folder() -> str:
    """Where clients look for the sockets of a daemon: the system's, or the user's own."""
    if os.geteuid() == 0:
        return "/var/run/libvirt"
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}"
    return f"{runtime}/libvirt"


@app.command()
def vshd(
    daemon: Annotated[bool, typer.Option("--daemon", "-d", help="go on in the background")] = False,
    sockets: Annotated[
        str, typer.Option("--sockets", help="folder of the sockets", metavar="DIR")
    ] = "",
    root: Annotated[
        str, typer.Option("--root", help="folder of everything that guests need", metavar="DIR")
    ] = "",
    pid_file: Annotated[
        str, typer.Option("--pid-file", "-p", help="where to write the process number", metavar="F")
    ] = "",
    timeout: Annotated[
        int, typer.Option("--timeout", "-t", help="end after so long without clients", metavar="S")
    ] = 0,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="say more")] = False,
) -> None:
    """Serve libvirt's clients: virsh, virt-manager, and all others."""
    place = sockets or folder()
    server = Server(Opener(root or None))
    session = os.geteuid() != 0
    try:
        server.listen_unix(f"{place}/libvirt-sock", mode=0o700 if session else 0o770)
        if not session or sockets:
            server.listen_unix(f"{place}/libvirt-sock-ro", mode=0o777, readonly=True)
    except Error as error:
        print(f"vshd: error: {error}", file=sys.stderr)  # noqa: T201 - the daemon's own words
        raise typer.Exit(1) from None
    if daemon:
        _go_to_background()
    if pid_file:
        with open(pid_file, "w", encoding="ascii") as file:
            file.write(f"{os.getpid()}\n")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    server.run(_ending(server, timeout) if timeout else None)
    if pid_file:
        with contextlib.suppress(OSError):
            os.unlink(pid_file)


def _ending(server: Server, timeout: int) -> Callable[[], float]:
    """Ends the daemon when it had no clients for so many seconds."""
    since = time.monotonic()

    def tick() -> float:
        nonlocal since
        now = time.monotonic()
        if server.clients:
            since = now
        elif now - since >= timeout:
            server.stop()
        return max(0.0, since + timeout - now) if not server.clients else float(timeout)

    return tick


def _go_to_background() -> None:
    """Be nobody's child; what was open to the terminal is closed."""
    if os.fork():
        os._exit(0)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def main() -> None:
    """The console script."""
    app(prog_name="vshd")
