"""Whether a document has the form that libvirt's schemas describe.

Where libvirt's own RELAX NG schemas are installed they decide, with libxml2's words.  Elsewhere
the models do: what no model knows, and values that cannot be read.  ``LIBVIRT_SCHEMA_DIR`` names
another folder of schemas.
"""

from __future__ import annotations

import os

from vsh.errors import Error, XmlInvalidSchema
from vsh.xml.engine.problem import Problem, Unknown
from vsh.xml.engine.reader import check_root, parse, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import RelaxNG, _Element, _ElementTree

    from vsh.xml.engine.element import Element

FOLDER = "/usr/share/libvirt/schemas"
# A daemon's own notes: the schemas allow them, only status files count.
_PRIVATE = ("<privateData>",)
_loaded: dict[str, RelaxNG] = {}


def folder() -> str:
    """Where the schemas are, or would be."""
    return os.environ.get("LIBVIRT_SCHEMA_DIR") or FOLDER


def validate(document: str | bytes, schema: str, model: type[Element], flags: int = 0) -> None:
    """Check a document against a schema file (``domain.rng``), or else against the model.

    Raises XmlInvalidSchema with libvirt's text.
    """
    words = refused(document, schema)
    if words is None:
        lines = "".join(f"{line}\n" for line in structure(document, model, flags))
        words = lines and f"Unable to validate doc against {folder()}/{schema}\n{lines}"
    if words:
        raise XmlInvalidSchema(words)


def refused(document: str | bytes, schema: str) -> str | None:
    """What libvirt's own schema file says against a document, in libvirt's text: nothing is "",
    None that it is not installed."""
    path = os.path.join(folder(), schema)
    words = _relaxng(parse(document), path) if os.path.exists(path) else None
    return words and f"Unable to validate doc against {path}\n{words}"


def check(document: str, name: str, model: type[Element]) -> Error | None:
    """What a document is refused for by the schema of that file name, without ``.rng``; where
    there is no schema, by the model.  Raises XmlError for a document of another kind."""
    element = parse(document)
    check_root(element, model.tag)
    path = os.path.join(folder(), f"{name}.rng")
    words = _relaxng(element.getroottree(), path) if os.path.exists(path) else None
    if words is None:
        words = "".join(f"{line}\n" for line in structure(document, model))
    if not words:
        return None
    return XmlInvalidSchema(f"Unable to validate doc against {FOLDER}/{name}.rng\n{words}")


def _relaxng(root: _Element | _ElementTree, path: str) -> str | None:
    """libxml2's complaints, one a line; none is empty, None stands for a broken schema."""
    from lxml import etree

    schema = _loaded.get(path)
    if schema is None:
        try:
            schema = etree.RelaxNG(etree.parse(path))
        except etree.LxmlError:
            return None
        _loaded[path] = schema
    if schema.validate(root):
        return ""
    return "".join(f"{entry.message}\n" for entry in schema.error_log)


def structure(document: str | bytes, model: type[Element], flags: int = 0) -> list[str]:
    """What the models find wrong with the form: line, what, and what was perhaps meant."""
    from vsh.xml.form import problems as problems_of

    problems: list[Problem] = []
    unknown: list[Unknown] = []
    read(document, model, flags=flags, problems=problems, unknown=unknown)
    found = {(part.line, _told(part)) for part in unknown if part.name not in _PRIVATE}
    found |= {(problem.line or 0, str(problem.error)) for problem in problems if problem.form}
    found |= set(problems_of(parse(document), model))
    return [f"line {line}: {text}" for line, text in sorted(found)]


def _told(part: Unknown) -> str:
    what = f"attribute {part.name[1:]}" if part.name[0] == "@" else f"element {part.name}"
    nearest = part.nearest
    meant = f"; perhaps {nearest} is meant" if nearest else ""
    return f"unknown {what} in {part.path}{meant}"
