"""What qemu-img does to images while no QEMU has them open: snapshots inside, overlays on top."""

from __future__ import annotations

import contextlib
import json
import os
import shutil

from vsh.drivers.host import programs
from vsh.errors import InternalError
from vsh.qmp.value import structs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.qmp.value import Struct

PROGRAM = "qemu-img"


class ImageRefused(InternalError):
    """qemu-img has not done what it was asked for; its words are there, as libvirt tells them."""


def run(*words: str) -> str:
    """Run qemu-img; gives what it says.  Raises ImageRefused, OperationUnsupported."""
    try:
        return programs.run([PROGRAM, *words]) or ""
    except InternalError as error:
        raise ImageRefused(error.detail) from None


def info(path: str) -> Struct:
    """What qemu-img says of an image: format, virtual-size, snapshots, backing-filename ..."""
    found: Struct = json.loads(run("info", "-U", "--output=json", path))
    return found


def snapshot(path: str, name: str, act: str) -> None:
    """Make (``-c``), apply (``-a``) or delete (``-d``) a snapshot inside an image."""
    run("snapshot", act, name, path)


def has_snapshot(path: str, name: str) -> bool:
    """Whether an image has a snapshot of that name inside."""
    return any(each.get("name") == name for each in structs(info(path).get("snapshots")))


def empty(path: str, format: str, size: int) -> None:
    """Make an empty image of so many bytes."""
    with _made(path):
        run("create", "-q", "-f", format, path, str(size))


def overlay(
    path: str, format: str, backing: str, backing_format: str, *, modern: bool = False
) -> None:
    """Make an empty image on top of another.

    modern  what fails is told as newer libvirts do: with the program's bare name

    Raises ImageRefused, OperationUnsupported.
    """
    options = f"backing_fmt={backing_format},backing_file={backing.replace(',', ',,')}"
    try:
        with _made(path):
            run("create", "-f", format, "-o", options, path)
    except ImageRefused as error:
        if not modern:
            raise
        place, _, name = str(shutil.which(PROGRAM)).rpartition("/")
        raise ImageRefused(error.detail.replace(f"({place}/{name} ", f"({name} ", 1)) from None


@contextlib.contextmanager
def _made(path: str) -> Iterator[None]:
    """A file for an image is there, for nobody else to read; it goes again where that fails.

    What is there already, a device for example, stays; why there cannot be one qemu-img says.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    made = False
    with contextlib.suppress(OSError):
        os.close(os.open(path, flags, 0o600))
        made = True
    try:
        yield
    except BaseException:
        if made:
            with contextlib.suppress(OSError):
                os.unlink(path)
        raise
