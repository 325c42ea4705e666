"""Whether a document has the form that libvirt's schemas describe.

Where libvirt's own RELAX NG files are installed they decide, and the words are libxml2's; else what
the document's model does not know decides.  ``LIBVIRT_SCHEMA_DIR`` names another folder.
"""

from __future__ import annotations

import os

from vsh.errors import Error, XmlInvalidSchema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLDER = "/usr/share/libvirt/schemas"
"""Where messages say that the schema is."""

_loaded: dict[str, Any] = {}


def check(document: str, name: str, model: Any = None, facts: Any = None) -> Error | None:
    """What a document is refused for by the schema of that file name, without ``.rng``.

    model, facts   what to read it with where there is no schema
    """
    from vsh.xml.reader import parse

    element = parse(document)
    schema = _schema(name)
    if schema is None:
        words = "" if model is None else _by_model(document, model, facts)
    elif schema.validate(element.getroottree()):
        words = ""
    else:
        words = "".join(f"{entry.message}\n" for entry in schema.error_log)
    if not words:
        return None
    return XmlInvalidSchema(f"Unable to validate doc against {FOLDER}/{name}.rng\n{words}")


def _schema(name: str) -> Any:
    """The schema's checker; None where libvirt's files are not installed."""
    folder = os.environ.get("LIBVIRT_SCHEMA_DIR") or FOLDER
    path = os.path.join(folder, f"{name}.rng")
    if path not in _loaded:
        from lxml import etree

        try:
            _loaded[path] = etree.RelaxNG(file=path)
        except (OSError, etree.Error):
            _loaded[path] = None
    return _loaded[path]


def _by_model(document: str, model: Any, facts: Any) -> str:
    """What the model does not know of the document, in libxml2's words."""
    from vsh.xml.reader import Problem, Unknown, read

    unknown: list[Unknown] = []
    problems: list[Problem] = []
    root = read(document, model, problems=problems, unknown=unknown, facts=facts).tag
    if not unknown:
        return ""
    first = unknown[0]
    inside = first.path.split("/")[1:]
    if inside:
        return (
            f"Extra element {inside[0]} in interleave\nElement {root} failed to validate content\n"
        )
    if first.name.startswith("@"):
        return f"Invalid attribute {first.name[1:]} for element {root}\n"
    return f"Element {root} has extra content: {first.name.strip('<>')}\n"
