"""Kinds of fields that several documents share and that are laxer than an attribute's text."""

from __future__ import annotations

from vsh.errors import Error, NoName
from vsh.xml.engine.field import Text
from vsh.xml.engine.text import escape

TYPE_CHECKING = False


class NameMissing(NoName):
    """A document without the name of what it describes: no detail, so no colon."""

    def __init__(self) -> None:
        super().__init__("")
        self.args = ("missing name information",)


class Unexplained(Error):
    """Where libvirt fails without a word; what it is goes into the hint."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, hint=detail)
        self.args = ("An error occurred, but the cause is unknown",)


class Given(Text):
    """A text that counts as absent when it is empty, in an attribute too."""

    def parse(self, text: str) -> str | None:
        return text or None


class Shown(Given):
    """A text that was read as one thing and is written as it stands in the model, as a string."""

    def show(self, value: object) -> str:
        return escape(str(value))


class Told(Text):
    """What is only written: what a document says is nothing to go by."""

    def parse(self, text: str) -> None:
        return None


def ruled_out(name: str, text: str, illegal: str) -> Error | None:
    """The complaint about the first character of a text that must not be there."""
    from vsh.errors import XmlDetail

    for letter in text:
        if letter in illegal:
            return XmlDetail(f"invalid char in {name}: {letter}")
    return None
