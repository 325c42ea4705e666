"""Completers of the words that the models of documents know, imported when they are asked for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.cli.session import Session


def words_of(module: str, model: str, field: str) -> Callable[..., list[str]]:
    """A completer of the words of a model's field; ``module`` is seen from ``vsh.xml``."""

    def words(session: Session, text: str, given: dict[str, Any]) -> list[str]:
        import importlib

        found = getattr(importlib.import_module(f"vsh.xml.{module}"), model).fields[field]
        return [*found.words, *([found.none] if found.none else [])]

    return words
