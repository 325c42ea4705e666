"""A definition changed as a model: read, changed inside ``with``, checked, defined.

    with domain.edit() as xml:
        xml.title = "the web server"

Rules:
- what was not changed is not defined again;
- a block that ends with an exception changes nothing;
- before the definition the document is read again: what somebody else changed meanwhile is not
  overwritten, but a ``ChangedMeanwhile``;
- a document with parts that the models do not know is refused, as they would be lost.
"""

from __future__ import annotations

from vsh.errors import ChangedMeanwhile, InvalidArgument, OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Generic, TypeVar

    from vsh.xml.engine.element import Element

    Model = TypeVar("Model", bound=Element)
else:
    from vsh.api._call import Generic

    Model = None


class Edit(Generic[Model]):
    """One change of one definition.

    noun, name  what is changed, for messages
    read        its document as it is now
    define      defines a document
    model       the class of its model
    """

    def __init__(
        self,
        noun: str,
        name: str,
        read: Callable[[], str],
        define: Callable[[str], object],
        model: type[Model],
    ) -> None:
        self.read = read
        self.define = define
        self.draft: Draft[Model] = Draft(f"{noun} '{name}'", model)

    def __enter__(self) -> Model:
        return self.draft.begin(self.read())

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is None and (after := self.draft.changed()) is not None:
            self.draft.check(self.read())
            self.define(after)


class Draft(Generic[Model]):
    """A definition that is being changed, whoever reads and defines it.

    called  what is changed, for messages;  model  the class of its model
    """

    def __init__(self, called: str, model: type[Model]) -> None:
        self.called = called
        self.model = model

    def begin(self, text: str) -> Model:
        """The model of a document, to be changed.  Raises OperationUnsupported."""
        from vsh.xml.engine.problem import Unknown
        from vsh.xml.engine.reader import read

        self.text = text
        unknown: list[Unknown] = []
        self.edited = read(text, self.model, unknown=unknown)
        if unknown:
            part = unknown[0]
            raise OperationUnsupported(
                f"{self.called} has {part.name} in {part.path} (line {part.line}), which would be "
                "lost",
                hint="change the text of its document instead: get_xml_desc() and define",
            )
        self.before = self.edited.format()
        return self.edited

    def changed(self) -> str | None:
        """The document to define, or None where nothing was changed."""
        after = self.edited.format()
        return None if after == self.before else after

    def check(self, now: str) -> None:
        """Refuse to overwrite what somebody else has changed.  Raises ChangedMeanwhile."""
        if now != self.text:
            raise ChangedMeanwhile(
                f"{self.called} was changed by somebody else meanwhile: your changes were not made",
                hint="edit it again",
            )


def inactive(read: Callable[[int], str], flag: int) -> str:
    """A document's inactive form, by its flag; a driver without the flag has but one form."""
    try:
        return read(flag)
    except InvalidArgument:
        return read(0)
