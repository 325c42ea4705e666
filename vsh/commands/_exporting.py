"""snapshot-export and checkpoint-export: all documents of a domain, written to files.

Rules:
- a document is written as it came; only the current snapshot's says so in <active>, as in the
  daemon's own files;
- documents have passwords in them: nobody but the user may read the files.
"""

from __future__ import annotations

import os

from vsh.errors import CommandError
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document

LONGEST = 240  # bytes of a file's name, beside its ending


def export_moments(domain: Any, kind: str, folder: str | None, file: str | None) -> Document:
    """Write all documents into a folder, or into one file."""
    from vsh.redefine.fetch import fetch

    if folder is None and file is None:
        raise CommandError("<folder> or --file is required")
    found = fetch(domain, kind)
    order = _parents_first(found)
    texts = {name: found.texts[name] for name in order}
    if found.current is not None:
        end = f"</domain{kind}>\n"
        current = texts[found.current]
        texts[found.current] = f"{current.removesuffix(end)}  <active>1</active>\n{end}"
    if file is not None:
        _write(file, bundle(texts, kind))
        files = dict.fromkeys(order, file)
        where = file
    else:
        assert folder is not None
        files = _write_all(folder, texts)
        where = folder
    return Done(
        "{count} {kind} of domain {domain} exported to '{where}'".replace(
            "{kind}", kind if len(order) == 1 else f"{kind}s"
        ),
        count=len(order),
        domain=domain.name,
        where=where,
        current=found.current,
        moments=[{"name": name, "file": files[name]} for name in order],
    )


def bundle(texts: dict[str, str], kind: str) -> str:
    """Many documents in one."""
    from vsh.redefine.given import BUNDLES

    tag = BUNDLES[kind]
    return f"<{tag}>\n{''.join(texts.values())}</{tag}>\n"


def _parents_first(found: Any) -> list[str]:
    """The names, each after its parent; the older ones first."""
    from vsh.redefine.batch import World
    from vsh.redefine.given import Given
    from vsh.redefine.plan import natural

    givens = {}
    for name, text in found.texts.items():
        givens[name] = given = Given("", text)
        given.parent = found.parent_of(name)
    ranks = World(found, givens).ranks
    return sorted(
        givens, key=lambda name: (ranks[name], found.facts(name).created or 0, natural(name))
    )


def _write_all(folder: str, texts: dict[str, str]) -> dict[str, str]:
    """Write each document into a file of its own.  Returns the files by name."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        there = [name for name in os.listdir(folder) if name.endswith(".xml")]
    except OSError as error:
        raise CommandError(f"Failed to write folder '{folder}': {error.strerror}") from None
    if there:
        raise CommandError(
            f"folder '{folder}' has documents in it already",
            hint="an import of it would take them, too: choose another folder",
        )
    files: dict[str, str] = {}
    taken: set[str] = set()
    for name, text in texts.items():
        stem = safe(name)
        number = 1
        while f"{stem}.xml".lower() in taken:  # there are file systems without capitals
            number += 1
            stem = f"{safe(name)}~{number}"
        taken.add(f"{stem}.xml".lower())
        files[name] = os.path.join(folder, f"{stem}.xml")
        _write(files[name], text)
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


def _write(path: str, text: str) -> None:
    """Write a file that only the user may read; what was there before stays if that fails."""
    made = f"{path}.{os.getpid()}~"
    try:
        number = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.replace(made, path)
    except OSError as error:
        raise CommandError(f"Failed to write file '{path}': {error.strerror}") from None
