"""Completers of the words that the models of documents know, imported when they are asked for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.params import Given
    from vsh.cli.session import Session


class ModelWords:
    """A completer of the words of a model's field."""

    __slots__ = ("field", "model", "module")

    def __init__(self, module: str, model: str, field: str) -> None:
        self.module = module
        self.model = model
        self.field = field

    def __call__(self, session: Session, text: str, given: Given) -> list[str]:
        """The words, whatever was typed."""
        return self.choices()

    def choices(self) -> list[str]:
        """The words, which help shows, too."""
        import importlib

        found = getattr(importlib.import_module(f"vsh.xml.{self.module}"), self.model)
        field = found.fields[self.field]
        return [*field.words, *([field.none] if field.none else [])]


def words_of(module: str, model: str, field: str) -> ModelWords:
    """A completer of the words of a model's field; ``module`` is seen from ``vsh.xml``."""
    return ModelWords(module, model, field)
