"""The code of all modules that have been needed so far, in one file beside Python's own.

To find, check and read a hundred small files is most of what a short command costs.  The bundle
stands in ``vsh/__pycache__``, is as much to be trusted as the files there, and is good for a module
as long as the source has the time and size that the code was made of.  Whatever is not in it is
imported as ever, and is in it the next time, if the folder may be written to.

What a module imports is known before its code runs.  It is brought first, straight from the bundle,
so that the import statements find it there: to go through Python's own way for each costs as much
as to read its code.

    16 bytes   Python's magic number for its code and ``FORM``, the size of the index, that of all
    index      by name: place and size of a part, in one number
    parts      of one module each: is it a package, path below the folder of vsh, time and size of
               the source, modules of vsh that it imports, code
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader
from _thread import _count as threads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import TypeAlias

    Part: TypeAlias = "tuple[bool, str, int, int, tuple[str, ...], bytes]"
else:
    ModuleType = type(sys)

FOLDER = os.path.dirname(__file__)
OPTIMIZED = f".opt-{sys.flags.optimize}" if sys.flags.optimize else ""
FILE = f"{FOLDER}/__pycache__/everything.{sys.implementation.cache_tag}{OPTIMIZED}.bundle"

FORM = MAGIC_NUMBER[:2] + b"\2\n"
"""What a bundle begins with."""

HEAD = 16
LONGEST = 1 << 27
WIDTH = 24
"""Bits of a part's size."""


class Bundle:
    """What ``sys.meta_path`` asks first for modules of vsh.

    index   what is in the file
    """

    def __init__(self) -> None:
        self.index: dict[str, int] = {}
        self._file = -1
        self._start = 0
        self._found: dict[str, Part] = {}  # those that are being loaded
        try:
            self._file = os.open(FILE, os.O_RDONLY | os.O_CLOEXEC)
            self._read()
        except (OSError, ValueError, EOFError, TypeError):
            self.index = {}  # there is none, or a broken one, which is replaced

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """How to load a module, or None: somebody else is to be asked."""
        if name not in self.index:
            return None
        spec = self._spec(name)
        if spec is not None:
            spec.cached = own_file(str(spec.origin))
        return spec

    def _spec(self, name: str) -> ModuleSpec | None:
        """How to load a module of the index whose source is as it was, or None."""
        self._found[name] = package, place, *stamp, _, _ = self._part(name)
        source = f"{FOLDER}/{place}"
        try:
            found = os.stat(source)
        except OSError:
            found = None
        if found is None or [int(found.st_mtime), found.st_size] != stamp:
            self.index.pop(name)
            return None
        spec = ModuleSpec(name, Bundled(name, source, self), origin=source, is_package=package)
        if package:
            spec.submodule_search_locations = [os.path.dirname(source)]
        spec.has_location = True
        return spec

    def bring(self, name: str) -> None:
        """Import what a module imports; nothing where another thread might do so, too."""
        if threads():
            return
        modules = sys.modules
        for needed in (self._found.get(name) or self._part(name))[4]:
            if needed not in modules and needed in self.index:
                spec = self._spec(needed)
                if spec is not None:
                    _load(spec)

    def code(self, name: str) -> CodeType:
        """The code of a module that is in the index."""
        *_, code = self._found.pop(name) if name in self._found else self._part(name)
        found: CodeType = marshal.loads(code)
        return found

    @property
    def missing(self) -> list[str]:
        """The modules that were imported, are not in it yet, and can be put in."""
        found = [
            name for name in [*sys.modules] if name.startswith("vsh.") and name not in self.index
        ]
        return found if found and os.access(os.path.dirname(FILE), os.W_OK) else []

    @property
    def parts(self) -> dict[str, bytes]:
        """What is in the file, by name."""
        index = self.index.copy()  # other threads may go on importing
        return {name: self._bytes(number) for name, number in index.items()}

    def _bytes(self, number: int) -> bytes:
        return os.pread(self._file, number & (1 << WIDTH) - 1, self._start + (number >> WIDTH))

    def _part(self, name: str) -> Part:
        part: Part = marshal.loads(self._bytes(self.index[name]))
        return part

    def _read(self) -> None:
        head = os.pread(self._file, HEAD, 0)
        length = int.from_bytes(head[4:8], "little")
        whole = int.from_bytes(head[8:], "little")
        if head[:4] != FORM or os.fstat(self._file).st_size != whole or whole > LONGEST:
            raise ValueError
        self.index = marshal.loads(os.pread(self._file, length, HEAD))
        self._start = HEAD + length


class Bundled(SourceFileLoader):
    """Loads a module from the bundle; all else about it is as ever."""

    def __init__(self, name: str, path: str, bundle: Bundle) -> None:
        super().__init__(name, path)
        self._bundle = bundle

    def get_code(self, fullname: str) -> CodeType:
        """The code of the module."""
        return self._bundle.code(fullname)

    def exec_module(self, module: ModuleType) -> None:
        """Run the code of a module, when what it imports is there."""
        self._bundle.bring(self.name)
        exec(self._bundle.code(self.name), module.__dict__)


def _load(spec: ModuleSpec) -> None:
    """Import a module of the bundle; what Python does besides is for others than these."""
    name, loader = spec.name, spec.loader
    parent, _, last = name.rpartition(".")
    if loader is None or parent not in sys.modules:  # whose source has changed: it is another's
        return
    module = ModuleType(name)
    module.__spec__, module.__loader__, module.__file__ = spec, loader, spec.origin
    module.__package__ = parent
    if spec.submodule_search_locations is not None:
        module.__package__, module.__path__ = name, spec.submodule_search_locations
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    setattr(sys.modules[parent], last, module)


def install() -> Bundle:
    """From now on look into the bundle first."""
    bundle = Bundle()
    sys.meta_path.insert(0, bundle)
    return bundle


def own_file(source: str) -> str:
    """Where Python itself keeps the code of a source."""
    folder, _, file = source.rpartition("/")
    return f"{folder}/__pycache__/{file[:-3]}.{sys.implementation.cache_tag}{OPTIMIZED}.pyc"
