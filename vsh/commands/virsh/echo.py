"""echo: print the words of a line, quoted for the shell or for XML if asked."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, Flag, Option, anything
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document

XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


@command(
    connect=False,
    exclusive=(("shell", "xml"), ("shell", "split"), ("xml", "split")),
    old={"str": "string", "hi": "string=hello"},
    tells="text",
)
def echo(
    shell: bool = Flag("quote each word for use in a shell"),
    xml: bool = Flag("escape each word for use in XML"),
    split: bool = Flag("print the parts of comma-separated words, one a line; ,, is a comma"),
    err: bool = Flag("print an error message instead"),
    prefix: str | None = Option("a word to put before the others", kind=anything),
    string: list[str] = Argument("words to print", kind=anything, required=False, repeats=True),
    session: Session = SESSION,
) -> Document | None:
    """Print the words of the line.

    With --shell or --xml each word is quoted, so that it can be pasted where it is needed.

    Examples:
        echo "web1 is up"  # text
        echo --shell "two words"  # quoted for a shell
    """
    parts = [f"{prefix} "] if prefix else []
    for word in string:
        if xml:
            word = "".join(XML.get(char, char) for char in word)
        elif shell:
            word = quote(word)
        elif split:
            word = "".join(f"{part}\n" for part in split_commas(word)) if word else ""
        parts.append(f"{word} ")
    text = "".join(parts).removesuffix(" ")
    if not text:
        return None
    if err:
        session.error(text)
        return None
    return Text(text)


def quote(word: str) -> str:
    """A word in single quotes where a shell would otherwise change it."""
    if not word:
        return "''"
    if not any(char in "\r\t\n !\"#$&'()*;<>?[\\]^`{|}~" for char in word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def split_commas(word: str) -> list[str]:
    """The parts of a comma-separated word; a doubled comma is one comma of a part."""
    parts = [""]
    position = 0
    while position < len(word):
        if word.startswith(",,", position):
            parts[-1] += ","
            position += 2
        elif word[position] == ",":
            parts.append("")
            position += 1
        else:
            parts[-1] += word[position]
            position += 1
    return parts
