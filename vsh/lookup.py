"""A name is a file: everything the user picks by a word is the module of that name in a package.

``find("vsh.output", "json")`` is the object ``json`` of ``vsh/output/json.py``.  Hyphens in a word
are underscores in the file name.  Modules whose name starts with an underscore are never found.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

_folders: dict[str, str] = {}


def load(name: str) -> ModuleType:
    """The module of that name.  What ``importlib`` has for it costs more than all of this."""
    __import__(name)
    return sys.modules[name]


def folder(package: str) -> str:
    """The directory of an importable package.  Raises ImportError if there is no such package."""
    path = _folders.get(package)
    if path is None:
        path = load(package).__path__[0]
        _folders[package] = path
    return path


def module(package: str, name: str) -> ModuleType | None:
    """The module of ``package`` that a word names, or None if there is no such file."""
    file = name.replace("-", "_")
    if not file or file[0] in "_." or "/" in file or "\0" in file:
        return None
    path = os.path.join(folder(package), file)
    if not (os.path.isfile(path + ".py") or os.path.isdir(path)):
        return None
    return load(f"{package}.{file}")


def find(package: str, name: str) -> Any | None:
    """The object that a word names: the attribute called like the module, or None.

    Where the word is a Python keyword the attribute has a trailing underscore (``await_``).  A
    module without such an attribute is not something to be picked.
    """
    found = module(package, name)
    if found is None:
        return None
    attribute = found.__name__.rpartition(".")[2]
    value = getattr(found, attribute, None)
    return getattr(found, attribute + "_", None) if value is None else value


def names(package: str) -> list[str]:
    """The words that ``find`` knows in a package, sorted, with hyphens."""
    found = []
    for entry in os.listdir(folder(package)):
        stem, ending = os.path.splitext(entry)
        if stem[0] in "_." or (ending not in ("", ".py")):
            continue
        if ending == "" and not os.path.isfile(os.path.join(folder(package), entry, "__init__.py")):
            continue
        found.append(stem.replace("_", "-"))
    return sorted(found)
