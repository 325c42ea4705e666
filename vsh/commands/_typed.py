"""Typed parameters as virsh prints them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.types import TypedParams


def typed_text(kind: str, value: object) -> str:
    """One value of that type as text."""
    if kind == "double":
        return f"{value:f}"
    if kind == "boolean":
        return "yes" if value else "no"
    return str(value)


def typed_texts(params: TypedParams) -> Iterator[tuple[str, str]]:
    """Name and text of each parameter in order; a name that comes more than once comes so here."""
    for name, value in params.items():
        kind = params.types[name]
        for each in value if isinstance(value, list) else (value,):
            yield name, typed_text(kind, each)
