"""Exporting: the documents of all of a domain's snapshots or checkpoints, written to files.

Rules:
- a document is written as it came; only the current snapshot's says so in <active>, as in the
  daemon's own files;
- an export is whole or is none: a file gets its name when all is in it, and a folder says that it
  is not whole until its manifest, which counts and hashes all documents, stands in it;
- documents have passwords in them: nobody but the user may read the files.
"""

from __future__ import annotations

import os

from vsh.errors import CommandError
from vsh.redefine.bundle import digest, pack
from vsh.redefine.fetch import fetch
from vsh.redefine.private import settle, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.acts.note import Act
    from vsh.api.domain import Domain
    from vsh.redefine.fetch import Fetched
    from vsh.redefine.kinds import Kind

LONGEST = 240  # bytes of a file's name, beside its ending
MANIFEST = "manifest.json"
UNFINISHED = "unfinished.json"
"""The file of a folder that says that its export goes on, or was cut off: it lists the others."""


class Exported:
    """What was written.

    where    the folder or file
    current  the name of the current one, or None
    files    the file of each moment, by name, parents first
    """

    __slots__ = ("current", "files", "where")

    def __init__(self, where: str, current: str | None, files: dict[str, str]) -> None:
        self.where = where
        self.current = current
        self.files = files


def export_(
    domain: Domain,
    kind: Kind,
    *,
    folder: str | None = None,
    file: str | None = None,
    bundle: str | None = None,
) -> Act[Exported]:
    """Write all documents.

    folder  a new or empty folder, which gets a file for each, and a manifest
    file    one file with all of them, as XML
    bundle  one file in which each distinct definition of the domain stands once

    Raises CommandError where the files cannot be written, after what was written has been removed.
    """
    found = fetch(domain, kind)
    order = parents_first(found)
    if folder is not None:
        return Exported(folder, found.current, _write_folder(folder, found, order))
    if file is not None:
        texts = (_with_current(found, name) for name in order)
        _write_file(file, (f"<{kind.bundle}>\n", *texts, f"</{kind.bundle}>\n"))
    else:
        assert bundle is not None
        _write_file(bundle, pack(found, order))
    where = file if file is not None else str(bundle)
    return Exported(where, found.current, dict.fromkeys(order, where))
    yield  # an act like all others, which has nothing to say so far


def _with_current(found: Fetched, name: str) -> str:
    """A document; the current one says so."""
    text = found.texts[name]
    if name != found.current:
        return text
    end = f"</{found.kind.tag}>\n"
    return f"{text.removesuffix(end)}  <active>1</active>\n{end}"


def parents_first(found: Fetched) -> list[str]:
    """The names, each after its parent; the older ones first."""
    from vsh.redefine.batch import World
    from vsh.redefine.given import Given
    from vsh.redefine.plan import natural

    givens = {}
    for name, text in found.texts.items():
        givens[name] = given = Given("", text)
        given.parent = found.parent_of(name)
    ranks = World(found, givens).ranks
    created = {name: facts.created for name in givens if (facts := found.facts(name)) is not None}
    return sorted(givens, key=lambda name: (ranks[name], created.get(name) or 0, natural(name)))


# ---- one file


def _write_file(path: str, parts: Iterable[str]) -> None:
    """Write a file; what was there before stays if that fails.

    A link is neither followed nor replaced: who made it may not be who it would harm.
    """
    if os.path.islink(path) or (os.path.exists(path) and not os.path.isfile(path)):
        raise CommandError(
            f"Failed to write file '{path}': it is no regular file",
            hint="a file that is whole or not there at all has to be one, and no link",
        )
    try:
        write(path, parts, replace=True)
    except OSError as error:
        raise CommandError(f"Failed to write file '{path}': {error.strerror}") from None


# ---- a folder


def _write_folder(folder: str, found: Fetched, order: list[str]) -> dict[str, str]:
    """Write each document into a file of its own, and the manifest.  Returns the files by name."""
    import json

    stems = _file_names(order)
    made = False
    written: list[str] = []
    try:
        made = _make(folder)
        unfinished = os.path.join(folder, UNFINISHED)
        write(unfinished, [json.dumps({"files": [*stems.values(), MANIFEST]}) + "\n"])
        written.append(unfinished)
        moments = []
        for name, file in stems.items():
            text = _with_current(found, name)
            path = os.path.join(folder, file)
            write(path, [text], settled=False)
            written.append(path)
            moments.append({"name": name, "file": file, "sha256": digest(text)})
        settle(written)
        path = os.path.join(folder, MANIFEST)
        write(path, [_manifest(found, moments)])
        written.append(path)
        os.unlink(unfinished)
    except BaseException as error:
        _take_back(folder, written, made=made)
        if isinstance(error, OSError):
            text = f"Failed to write folder '{folder}': {error.strerror}"
            raise CommandError(text) from None
        raise
    return {name: os.path.join(folder, file) for name, file in stems.items()}


def _manifest(found: Fetched, moments: list[dict[str, str]]) -> str:
    import json

    head = {"version": 1, "kind": found.kind.name, "domain": found.name, "uuid": found.uuid}
    data = {**head, "current": found.current, "count": len(moments), "moments": moments}
    return json.dumps(data, indent=1) + "\n"


def _make(folder: str) -> bool:
    """Make a folder, or clear one of an export that was cut off.  Returns whether it is new.

    Raises CommandError where others' documents are in it, and OSError.
    """
    try:
        os.mkdir(folder, 0o700)
        return True
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(folder, 0o700, exist_ok=True)
        return True
    inside = os.listdir(folder)
    if UNFINISHED in inside:
        _clear(folder, inside)
        inside = os.listdir(folder)
    if MANIFEST in inside or any(name.endswith(".xml") for name in inside):
        raise CommandError(
            f"folder '{folder}' has documents in it already",
            hint="an import of it would take them, too: choose another folder",
        )
    return False


def _clear(folder: str, inside: list[str]) -> None:
    """Remove what an export that was cut off has left, and nothing else."""
    path = os.path.join(folder, UNFINISHED)
    for name in listed(path):
        if name in inside:
            os.unlink(os.path.join(folder, name))
    os.unlink(path)


def listed(path: str) -> list[str]:
    """The files of an export that was not finished; none where that cannot be read."""
    import json

    try:
        with open(path, encoding="utf-8") as file:
            names = json.load(file)["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    return [name for name in names if isinstance(name, str) and "/" not in name]


def _take_back(folder: str, written: list[str], *, made: bool) -> None:
    """Remove what was written, the mark that it is not whole at last."""
    try:
        for path in reversed(written):
            os.unlink(path)
        if made:
            os.rmdir(folder)
    except OSError:
        pass  # the mark is there still: an import refuses the folder


def _file_names(names: Iterable[str]) -> dict[str, str]:
    """A file's name for each name."""
    files: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        stem = safe(name)
        number = 1
        while f"{stem}.xml".lower() in taken:  # there are file systems without capitals
            number += 1
            stem = f"{safe(name)}~{number}"
        taken.add(f"{stem}.xml".lower())
        files[name] = f"{stem}.xml"
    return files


def safe(name: str) -> str:
    """A name as the name of a file: what cannot stand in one is written as %XX."""
    text = "".join(
        char if char.isprintable() and char not in '/%\\:*?"<>|' else _coded(char) for char in name
    )
    if text[:1] in (".", "-", "~"):
        text = _coded(text[0]) + text[1:]
    data = text.encode("utf-8", "surrogateescape")
    if len(data) <= LONGEST:
        return text
    from zlib import crc32

    return f"{data[: LONGEST - 9].decode('utf-8', 'ignore')}~{crc32(data):08x}"


def _coded(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))
