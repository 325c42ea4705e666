"""The UEFI variables of guests: files that are made of a template at the first start."""

from __future__ import annotations

import os

from vsh.errors import OperationFailed, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.firmware import Firmware
    from vsh.xml.domain import Domain as Definition


def of(definition: Definition, folder: str) -> str | None:
    """The path of a guest's variables, if the file is there; ``folder`` has those of the driver."""
    path = _path(definition)
    if path is None and definition.os.firmware == "efi":
        path = f"{folder}/{definition.name}_VARS.fd"
    return path if path is not None and os.path.exists(path) else None


def _path(definition: Definition) -> str | None:
    """Where a guest has its variables in a file of this machine."""
    nvram = definition.os.nvram
    if definition.os.loader is None or nvram is None or nvram.type not in (None, "file"):
        return None
    return nvram.path or (None if nvram.source is None else nvram.source.path)


def make(definition: Definition, firmwares: list[Firmware], *, anew: bool) -> None:
    """Make the variables of a guest that is about to start, if there are none.

    anew  even if there are some

    Raises OperationFailed, SystemFailure.
    """
    path = _path(definition)
    if path is None or definition.os.nvram is None or (os.path.exists(path) and not anew):
        return
    template = definition.os.nvram.template or next(
        (each.template for each in firmwares if each.path == definition.os.loader), None
    )
    if not template:
        raise OperationFailed(
            f"unable to find any master var store for loader: {definition.os.loader}"
        )
    try:
        with open(template, "rb") as file:
            content = file.read()
    except OSError as error:
        raise SystemFailure(f"Failed to open file '{template}': {error.strerror}") from None
    try:
        _write(path, content)
    except OSError as error:
        raise SystemFailure(f"cannot write file '{path}': {error.strerror}") from None


def _write(path: str, content: bytes) -> None:
    """All of it, or what was there before."""
    beside = f"{path}.new"
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600),
                  "wb") as file:  # fmt: skip
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(beside, path)
    except BaseException:
        remove(beside)
        raise


def remove(path: str) -> None:
    """Delete variables.  Raises SystemFailure."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise SystemFailure(f"failed to remove nvram: {path}: {error.strerror}") from None
