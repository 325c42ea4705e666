"""Reading what is to be imported: documents, bundles of either form, and folders of them.

A folder that has the manifest of an export is whole and as it was written, or is refused; one
without is the user's own collection, and all documents in it are taken.
"""

from __future__ import annotations

import os

from vsh.acts.export_ import MANIFEST, UNFINISHED
from vsh.errors import CommandError
from vsh.redefine.bundle import NotWhole, digest
from vsh.redefine.given import documents
from vsh.redefine.plan import natural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypedDict

    from vsh.redefine.given import Given, Mending
    from vsh.redefine.kinds import Kind

    class Entry(TypedDict):
        """One document of an export."""

        file: str
        sha256: str

    class Manifest(TypedDict):
        """What an export says of itself, as far as it is looked at."""

        kind: str
        moments: list[Entry]


MAX_SIZE = 256 * 1024 * 1024
"""Bytes of one file: a bundle may have thousands of documents."""


def gather(paths: Iterable[str], kind: Kind, mending: Mending | None = None) -> list[Given]:
    """All documents of all files and folders.  Raises CommandError."""
    found = []
    for path in paths:
        texts = _folder(path, kind) if os.path.isdir(path) else [(path, read_text(path))]
        for file, text in texts:
            found += documents(file, text, kind, mending)
    return found


def read_text(path: str) -> str:
    """A file's text; bytes that are not UTF-8 are kept.  Raises CommandError."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        what = "read" if isinstance(error, IsADirectoryError) else "open"
        raise CommandError(f"Failed to {what} file '{path}': {error.strerror}") from None
    if len(data) > MAX_SIZE:
        raise CommandError(
            f"Failed to read file '{path}': {os.strerror(75)}",
            hint=f"it may have {MAX_SIZE // 1024 // 1024} MiB at most",
        )
    return data.decode("utf-8", "surrogateescape")


def _folder(folder: str, kind: Kind) -> list[tuple[str, str]]:
    """The documents in a folder: (path, text)."""
    try:
        inside = os.listdir(folder)
    except OSError as error:
        raise CommandError(f"Failed to read folder '{folder}': {error.strerror}") from None
    if UNFINISHED in inside:
        raise CommandError(
            f"folder '{folder}' is not whole: its export was cut off",
            hint=f"export again; to take what is there, remove {UNFINISHED} from it",
        )
    names = sorted((name for name in inside if name.endswith(".xml")), key=natural)
    if not names and MANIFEST not in inside:
        raise CommandError(
            f"no documents in folder '{folder}'", hint="their names have to end in .xml"
        )
    texts = {name: read_text(os.path.join(folder, name)) for name in names}
    if MANIFEST in inside:
        _compare(folder, texts, kind)
    return [(os.path.join(folder, name), text) for name, text in texts.items()]


def _compare(folder: str, texts: dict[str, str], kind: Kind) -> None:
    """Whether a folder has what its manifest says.  Raises CommandError."""
    path = os.path.join(folder, MANIFEST)
    wrong = None
    try:
        manifest = _parsed(read_text(path))
    except NotWhole as error:
        raise CommandError(f"Failed to read manifest '{path}': {error}") from None
    if manifest["kind"] != kind.name:
        raise CommandError(f"folder '{folder}' has {manifest['kind']:.40}s, not {kind.name}s")
    for each in manifest["moments"]:
        file = each["file"]
        if file not in texts:
            wrong = f"folder '{folder}' is not whole: {file} is missing"
        elif each["sha256"] != digest(texts[file]):
            wrong = f"folder '{folder}' is not as it was exported: {file} has changed"
        if wrong is not None:
            raise CommandError(wrong, hint=f"to take what is there, remove {MANIFEST} from it")


def _parsed(text: str) -> Manifest:
    """A manifest's values.  Raises NotWhole where one is missing or of another form."""
    import json

    try:
        data = json.loads(text)
    except RecursionError:
        raise NotWhole("it is nested too deeply") from None
    except ValueError as error:
        raise NotWhole(str(error)) from None
    if not isinstance(data, dict) or not isinstance(data.get("moments"), list):
        raise NotWhole("it has no list of moments")
    for each in data["moments"]:
        if not isinstance(each, dict) or not all(
            isinstance(each.get(key), str) for key in ("file", "sha256")
        ):
            raise NotWhole("a moment has no file or hash")
    if data.get("count") != len(data["moments"]):
        raise NotWhole(f"it counts {data.get('count')!r:.40}, and lists {len(data['moments'])}")
    return {
        "kind": str(data.get("kind")),
        "moments": [{"file": each["file"], "sha256": each["sha256"]} for each in data["moments"]],
    }
