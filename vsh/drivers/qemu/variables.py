"""What the firmware of guests keeps: UEFI variables, made of a template at the first start, and the
stores of their last words."""

from __future__ import annotations

import os

from vsh.errors import OperationFailed, OperationUnsupported, SystemFailure
from vsh.hypervisors.qemu.firmware import varstore_path
from vsh.hypervisors.qemu.machine import is_modern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.firmware import Firmware
    from vsh.xml.domain import Domain as Definition


def of(definition: Definition, folder: str) -> str | None:
    """The path of a guest's variables, if the file is there; ``folder`` has those of the driver."""
    path = _path(definition)
    if path is None and definition.os.firmware == "efi":
        path = f"{folder}/{definition.name}_VARS.fd"
        if definition.os.varstore is not None:
            path = definition.os.varstore.path or varstore_path(folder, definition)
    return path if path is not None and os.path.exists(path) else None


def image(definition: Definition) -> tuple[str, ...]:
    """The image of a guest's variables where a snapshot inside it can be had; else nothing."""
    path, nvram = _path(definition), definition.os.nvram
    return () if path is None or nvram is None or nvram.format != "qcow2" else (path,)


def _path(definition: Definition) -> str | None:
    """Where a guest has its variables in a file of this machine."""
    boot = definition.os
    if boot.loader is None:
        return None
    if boot.varstore is not None:
        return boot.varstore.path
    nvram = boot.nvram
    if nvram is None or nvram.type not in (None, "file"):
        return None
    return nvram.path or (None if nvram.source is None else nvram.source.path)


def make(definition: Definition, firmwares: list[Firmware], *, anew: bool) -> None:
    """Make the variables of a guest that is about to start, if there are none.

    anew  even if there are some

    Raises OperationFailed, SystemFailure.
    """
    boot, path = definition.os, _path(definition)
    if path is None or (os.path.exists(path) and not anew):
        return
    nvram = boot.nvram
    if boot.varstore is not None:
        what, template = path, boot.varstore.template
    else:
        what = path if is_modern(definition) else str(boot.loader)
        template = None if nvram is None else nvram.template
    for each in firmwares:
        if not template and each.path == boot.loader:
            template = each.variables if boot.varstore is not None else each.template
    if not template:
        raise OperationFailed(f"unable to find any master var store for loader: {what}")
    if nvram is not None and nvram.template_format not in (None, nvram.format or "raw"):
        raise OperationUnsupported(
            "conversion of the nvram template to another target format is not supported"
        )
    try:
        with open(template, "rb") as file:
            content = file.read()
    except OSError as error:
        raise SystemFailure(f"Failed to open file '{template}': {error.strerror}") from None
    try:
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        _write(path, content)
    except OSError as error:
        raise SystemFailure(f"cannot write file '{path}': {error.strerror}") from None


def make_stores(definition: Definition) -> None:
    """Make the files that keep the last words of a guest, where there are none.

    Raises SystemFailure.
    """
    for store in definition.pstore:
        path = str(store.path)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.truncate(store.size * 1024)
        except FileExistsError:
            continue
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
