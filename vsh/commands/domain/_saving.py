"""What save, restore and their kind share: paths, and parameters that newer daemons take."""

from __future__ import annotations

import os

from vsh.api.flags.domain import DomainSaveRestore
from vsh.api.types import TypedParams
from vsh.cli.params import Flags
from vsh.errors import CommandError, Error, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NATIVE_FORMATS = (
    "qemu-argv",
    "xen-xl",
    "xen-xm",
    "xen-sxpr",
    "lxc-tools",
    "bhyve-argv",
    "vmware-vmx",
    "vbox-argv",
)


def absolute(path: str) -> str:
    """A path as a daemon needs it, which has a working directory of its own."""
    return path if path[:1] == "/" else os.path.join(os.getcwd(), path)


def run_state(when: str) -> Any:
    """The options --running and --paused as one number."""
    return Flags(
        DomainSaveRestore,
        running=f"the guest is to run {when}",
        paused=f"the guest is to be paused {when}",
    )


def save_params(channels: int | None, image_format: str | None) -> TypedParams:
    """The parameters of a save or restore; empty where the older calls do."""
    params = TypedParams()
    if channels is not None:
        params.set("parallel.channels", "int", channels)
    if image_format is not None:
        params.set("image_format", "string", image_format)
    return params


def receive_file(stream: Any, path: str, name: str) -> Callable[[], None]:
    """Write what comes from a stream to a file; answers how to take the file back.

    A file that was made here is removed where the bytes do not all come.  Raises CommandError.
    """
    created = False

    def take_back() -> None:
        if created:
            os.unlink(path)

    try:
        try:
            target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            created = True
        except FileExistsError:
            target = os.open(path, os.O_WRONLY | os.O_TRUNC)
    except OSError as error:
        raise CommandError(f"cannot create file {path}", hint=error.strerror) from None
    with os.fdopen(target, "wb") as file, failing(f"could not receive data from domain '{name}'"):
        try:
            while data := stream.receive():
                file.write(data)
        except OSError as error:
            take_back()
            raise CommandError(f"cannot write file {path}: {error.strerror}") from None
        except Error:
            take_back()
            raise
    return take_back
