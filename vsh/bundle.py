"""The code of all modules that have been needed so far, in one file beside Python's own.

To find, check and read a hundred small files is most of what a short command costs.  The bundle
stands in ``vsh/__pycache__``, is as much to be trusted as the files there, and is good for a module
as long as the source has the time and size that the code was made of.  Whatever is not in it is
imported as ever, and is in it the next time, if the folder may be written to.

    16 bytes   Python's magic number for its code, the size of the index, the size of all
    index      by name: is it a package, path below the folder of vsh, time and size of the source,
               place and size of the code
    code       of one module after the other
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import TypeAlias

    Entry: TypeAlias = "tuple[bool, str, int, int, int, int]"

FOLDER = os.path.dirname(__file__)
OPTIMIZED = f".opt-{sys.flags.optimize}" if sys.flags.optimize else ""
FILE = f"{FOLDER}/__pycache__/everything.{sys.implementation.cache_tag}{OPTIMIZED}.bundle"

HEAD = 16
SOURCE_HEAD = 16
"""Bytes before the code in a file of Python's own: magic number, kind, time, size."""

LONGEST = 1 << 27


class Bundle:
    """What ``sys.meta_path`` asks first for modules of vsh.

    index   what is in the file
    """

    def __init__(self) -> None:
        self.index: dict[str, Entry] = {}
        self._file = -1
        self._start = 0
        try:
            self._file = os.open(FILE, os.O_RDONLY | os.O_CLOEXEC)
            self._read()
        except (OSError, ValueError, EOFError, TypeError):
            self.index = {}  # there is none, or a broken one, which is replaced

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """How to load a module, or None: somebody else is to be asked."""
        entry = self.index.get(name)
        if entry is None:
            return None
        package, place, time, size, _, _ = entry
        source = f"{FOLDER}/{place}"
        try:
            found = os.stat(source)
        except OSError:
            found = None
        if found is None or (int(found.st_mtime), found.st_size) != (time, size):
            self.index.pop(name)
            return None
        spec = ModuleSpec(name, Bundled(name, source, self), origin=source, is_package=package)
        if package:
            spec.submodule_search_locations = [os.path.dirname(source)]
        spec.has_location = True
        spec.cached = _own_file(source)
        return spec

    def code(self, name: str) -> CodeType:
        """The code of a module that is in the index."""
        *_, place, size = self.index[name]
        found: CodeType = marshal.loads(  # noqa: S302 - as Python's own files, which stand beside it
            os.pread(self._file, size, self._start + place)
        )
        return found

    def keep(self) -> None:
        """Put in what was imported and is not in it yet, for the next time, if that is possible."""
        new = [
            name for name in [*sys.modules] if name.startswith("vsh.") and name not in self.index
        ]
        if not new or not os.access(os.path.dirname(FILE), os.W_OK):
            return
        added = {name: own for name in new if (own := _own(name)) is not None}
        if not added:  # Python itself is not to write such files: there is none to be taken in
            return
        codes: list[bytes] = []
        index: dict[str, Entry] = {}
        at = 0
        before = self.index.copy()  # other threads may go on importing
        for name in [*before, *added]:
            known = before.get(name)
            if known is None:
                entry, code = added[name]
            else:
                entry, code = known, os.pread(self._file, known[5], self._start + known[4])
            index[name] = (*entry[:4], at, len(code))
            codes.append(code)
            at += len(code)
        _write(marshal.dumps(index), codes, at)

    def _read(self) -> None:
        head = os.pread(self._file, HEAD, 0)
        length = int.from_bytes(head[4:8], "little")
        whole = int.from_bytes(head[8:], "little")
        if head[:4] != MAGIC_NUMBER or os.fstat(self._file).st_size != whole or whole > LONGEST:
            raise ValueError
        self.index = marshal.loads(os.pread(self._file, length, HEAD))  # noqa: S302 - the same
        self._start = HEAD + length


class Bundled(SourceFileLoader):
    """Loads a module from the bundle; all else about it is as ever."""

    def __init__(self, name: str, path: str, bundle: Bundle) -> None:
        super().__init__(name, path)
        self._bundle = bundle

    def get_code(self, fullname: str) -> CodeType:
        """The code of the module."""
        return self._bundle.code(fullname)


def install() -> Bundle:
    """From now on look into the bundle first."""
    bundle = Bundle()
    sys.meta_path.insert(0, bundle)
    return bundle


def keep() -> None:
    """Put in what was imported so far, in a process that has a bundle and does not end soon."""
    for bundle in sys.meta_path:
        if isinstance(bundle, Bundle):
            bundle.keep()


def _own_file(source: str) -> str:
    """Where Python itself keeps the code of a source."""
    folder, _, file = source.rpartition("/")
    return f"{folder}/__pycache__/{file[:-3]}.{sys.implementation.cache_tag}{OPTIMIZED}.pyc"


def _own(name: str) -> tuple[Entry, bytes] | None:
    """What the index has to say of a module, and its code: from the file of Python's own."""
    spec = sys.modules[name].__spec__
    if spec is None or spec.origin is None:
        return None
    source = spec.origin
    if not source.startswith(f"{FOLDER}/") or not source.endswith(".py"):
        return None
    try:
        with open(_own_file(source), "rb") as file:
            data = file.read()
    except OSError:
        return None
    words = [int.from_bytes(data[at : at + 4], "little") for at in (4, 8, 12)]
    if data[:4] != MAGIC_NUMBER or words[0] != 0:  # not one that goes by the time of the source
        return None
    package = spec.submodule_search_locations is not None
    place = source[len(FOLDER) + 1 :]
    return (package, place, words[1], words[2], 0, 0), data[SOURCE_HEAD:]


def _write(index: bytes, codes: list[bytes], size: int) -> None:
    """Write all of it, or nothing; who reads the old one at this moment goes on doing so."""
    whole = HEAD + len(index) + size
    head = MAGIC_NUMBER + len(index).to_bytes(4, "little") + whole.to_bytes(8, "little")
    part = f"{FILE}.{os.getpid()}"
    try:
        with open(part, "xb") as file:
            file.write(b"".join((head, index, *codes)))
        os.replace(part, FILE)
    except OSError:
        try:  # noqa: SIM105 - contextlib is more than this is worth
            os.unlink(part)
        except OSError:
            pass  # it was not there, or is not ours
