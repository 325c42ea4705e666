"""What a person sees of moving: the plan, the question, what was done."""

from __future__ import annotations

import sys

import typer

from vsh.daemon.moving import Folders, adopt, export, made
from vsh.errors import Error
from vsh.output.table import printable_lines, safe

FAILED = 1


def move(root: str | None, prefix: str, *, into: bool, sure: bool) -> int:
    """Move all that libvirt has into a root, or all that a root has into libvirt's folders.

    root    the folder; None: the one that the daemon would have
    prefix  what stands before libvirt's folders; "": they are this machine's
    sure    do not ask

    Gives the exit status: 0, 1 where something was left undone.  Raises Error where the root
    cannot be had.
    """
    from vsh.api.connection import Connection
    from vsh.daemon.opening import Opener
    from vsh.drivers.qemu import embedded

    opener, folders = Opener(root), Folders(prefix)
    driver = embedded(opener.root, opener.uri)
    with Connection(driver, opener.uri) as connection:
        if into:
            steps, notes = adopt.steps(connection, driver, folders), list(adopt.running(folders))
        else:
            steps, notes = export.steps(connection, driver, folders), []
        for step in steps:
            typer.echo(safe(str(step)))
        for note in notes:
            typer.echo(safe(f"note: {note}"))
        if not steps:
            typer.echo(f"nothing to move: {folders.config if into else opener.root}")
            return 0
        if not sure and not _agreed(len(steps), opener.root if into else folders.config):
            return FAILED
        failed = 0
        for step, done in made(steps):
            if isinstance(done, Error):
                failed += 1
                typer.echo(
                    f"vshd: error: {step.kind} {safe(step.name)}: {printable_lines(str(done))}",
                    err=True,
                )
            else:
                typer.echo(safe(f"{step.kind} {step.name}: {done}"))
    typer.echo(f"{len(steps) - failed} of {len(steps)} done")
    return FAILED if failed else 0


def _agreed(count: int, place: str) -> bool:
    if not sys.stdin.isatty():
        typer.echo("nothing was done: say --yes, or answer at a terminal")
        return False
    return input(f"{count} steps into {place}: go on? [y/N] ").strip().lower() in ("y", "yes")
