"""Volumes of the format ploop, Virtuozzo's: folders with an image and what describes it.

``ploop`` makes and changes them; without it they are found, copied and removed.
"""

from __future__ import annotations

import os

from vsh.drivers.host import programs
from vsh.drivers.host.volume import work
from vsh.drivers.host.volume.files import PLOOP, give, located
from vsh.drivers.state.attempts import Attempt
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument, SystemFailure
from vsh.xml.storage.kinds import FILE_FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.xml.storage.volume import StorageVolume

_IMAGE, _DESCRIPTION = PLOOP
_MIB = 1 << 20
_MODE = 0o600


def make(volume: StorageVolume, source: StorageVolume | None, flags: int) -> None:
    """Make a volume, empty or as a copy of another one, or nothing.  Raises Error."""
    target, path = located(volume)
    if flags:
        raise InvalidArgument.whole(
            f"unsupported flags (0x{flags:x}) in function storageBackendCreatePloop"
        )
    form = None if source is None else str(located(source)[0].image_format)
    if form not in (None, "ploop"):
        number = FILE_FORMATS.index(form)
        raise InternalError(f"unsupported input storage vol type {number}")
    if target.encryption is not None:
        raise ConfigUnsupported("encrypted ploop volumes are not supported with ploop init")
    if volume.backing is not None:
        raise ConfigUnsupported("copy-on-write ploop volumes are not yet supported")
    if source is None:
        _check_tool()
    import shutil

    with Attempt(lambda: shutil.rmtree(path, ignore_errors=True)):
        if source is not None:
            volume.capacity = source.capacity
            _copy(located(source)[1], path)
            return
        try:
            os.mkdir(path)
            give(path, target.permissions, _MODE)
        except OSError as error:
            raise InternalError(
                f"error creating directory for ploop volume: {error.strerror}"
            ) from None
        _init(volume)


def resize(volume: StorageVolume, capacity: int) -> None:
    """Give a volume another size, in bytes.  Raises Error."""
    _check_tool()
    path = located(volume)[1]
    work.run(["ploop", "resize", "-s", _mebibytes(capacity), f"{path}/{_DESCRIPTION}"])


def wipe(volume: StorageVolume, overwrite: Callable[[StorageVolume], None]) -> None:
    """Overwrite a volume's image, and make it anew.  Raises Error."""
    _check_tool("unable to find ploop tools, please install them")
    image = volume.copy()
    located(image)[0].path = f"{located(volume)[1]}/{_IMAGE}"
    overwrite(image)
    for name in PLOOP:
        os.unlink(f"{located(volume)[1]}/{name}")
    _init(volume)


def image(volume: StorageVolume, *, write: bool) -> str:
    """The path of a volume's bytes.  Raises InternalError where they are in several images."""
    _check_tool()
    path = located(volume)[1]
    # each snapshot has an image of its own beside root.hds
    if "root.hds." in work.run(["ploop", "snapshot-list", f"{path}/{_DESCRIPTION}"]):
        what = "upload" if write else "download"
        raise InternalError(f"can't {what} volume, all existing snapshots will be lost")
    return f"{path}/{_IMAGE}"


def _init(volume: StorageVolume) -> None:
    path = f"{located(volume)[1]}/{_IMAGE}"
    work.run(["ploop", "init", "-s", _mebibytes(volume.capacity or 0), "-t", "ext4", path])


def _mebibytes(size: int) -> str:
    return f"{-(-size // _MIB)}M"


def _copy(source: str, path: str) -> None:
    import shutil

    try:
        shutil.copytree(source, path, symlinks=True)
    except OSError as error:  # shutil.Error is one, without words of its own
        raise SystemFailure(f"cannot copy '{source}' to '{path}': {error}") from None


def _check_tool(text: str = "unable to find ploop, please install ploop tools") -> None:
    if programs.find("ploop") is None:
        raise InternalError(text)
