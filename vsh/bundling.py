"""Writes the bundle of code (``bundle.py``), where a process has needed what was not in it."""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib_external import MAGIC_NUMBER

from vsh.bundle import FILE, FOLDER, FORM, HEAD, WIDTH, own_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    from vsh.bundle import Bundle, Part

SOURCE_HEAD = 16
"""Bytes before the code in a file of Python's own: magic number, kind, time, size."""


def keep(bundle: Bundle) -> None:
    """Put in what was imported and is not in it yet, for the next time, if that is possible.

    All of it, or nothing; who reads the old one at this moment goes on doing so.
    """
    added = {name: own for name in bundle.missing if (own := _own(name)) is not None}
    if not added:  # Python itself is not to write such files: there is none to be taken in
        return
    parts = bundle.parts | {name: marshal.dumps(part) for name, part in added.items()}
    places: dict[str, int] = {}
    at = 0
    for name, data in parts.items():
        places[name] = at << WIDTH | len(data)
        at += len(data)
    index = marshal.dumps(places)
    whole = HEAD + len(index) + at
    head = FORM + len(index).to_bytes(4, "little") + whole.to_bytes(8, "little")
    part = f"{FILE}.{os.getpid()}"
    try:
        with open(part, "xb") as file:
            file.write(b"".join((head, index, *parts.values())))
        os.replace(part, FILE)
    except OSError:
        import contextlib

        with contextlib.suppress(OSError):  # it was not there, or is not ours
            os.unlink(part)


def _own(name: str) -> Part | None:
    """The part of a module: from the file of Python's own."""
    spec = sys.modules[name].__spec__
    if spec is None or spec.origin is None:
        return None
    source = spec.origin
    if not source.startswith(f"{FOLDER}/") or not source.endswith(".py"):
        return None
    try:
        with open(own_file(source), "rb") as file:
            data = file.read()
    except OSError:
        return None
    words = [int.from_bytes(data[at : at + 4], "little") for at in (4, 8, 12)]
    if data[:4] != MAGIC_NUMBER or words[0] != 0:  # not one that goes by the time of the source
        return None
    package = spec.submodule_search_locations is not None
    place = source[len(FOLDER) + 1 :]
    code = data[SOURCE_HEAD:]
    needs = tuple(_imported(marshal.loads(code)))
    return package, place, words[1], words[2], needs, code


def _imported(code: CodeType) -> dict[str, None]:
    """The modules of vsh that a module's code imports, in that order, and before each those that it
    is in.

    Not what is there for a type checker alone.
    """
    import dis

    found: dict[str, None] = {}
    checking, skipped = False, 0
    for step in dis.get_instructions(code):
        if step.offset < skipped:
            continue
        if step.opname == "LOAD_NAME":
            checking = step.argval == "TYPE_CHECKING"
        elif checking and step.opname.startswith("POP_JUMP") and "IF_FALSE" in step.opname:
            skipped = step.argval
        elif step.opname == "IMPORT_NAME" and step.argval.startswith("vsh."):
            words = step.argval.split(".")
            found |= dict.fromkeys(".".join(words[:size]) for size in range(2, len(words) + 1))
    return found
