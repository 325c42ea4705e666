"""Colours while typing: commands that exist, options, strings, comments."""

from __future__ import annotations

from prompt_toolkit.lexers import Lexer

from vsh.cli import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit.document import Document
    from prompt_toolkit.formatted_text import StyleAndTextTuples


class LineLexer(Lexer):
    """Styles the words of a line by what they are."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """For each line, its pieces with their styles."""
        lines = document.lines

        def pieces(number: int) -> StyleAndTextTuples:
            return tokens(lines[number])

        return pieces


def tokens(line: str) -> StyleAndTextTuples:
    """The pieces of one line; together they are the line again."""
    found: StyleAndTextTuples = []
    position = 0
    first = True
    while position < len(line):
        char = line[position]
        end = position + 1
        if char in " \t;":
            first = first or char == ";"
            found.append(("", char))
        elif char == "#":
            end = len(line)
            found.append(("class:comment", line[position:]))
        else:
            end = _word_end(line, position)
            word = line[position:end]
            found.append((_kind(word, first=first), word))
            first = False
        position = end
    return found


def _word_end(line: str, position: int) -> int:
    quoted = ""
    while position < len(line):
        char = line[position]
        if quoted:
            quoted = "" if char == quoted else quoted
        elif char in "'\"":
            quoted = char
        elif char == "\\":
            position += 1
        elif char in " \t;":
            break
        position += 1
    return min(position, len(line))


def _kind(word: str, *, first: bool) -> str:
    if first:
        return "class:command" if parse.find(word) is not None else "class:unknown"
    if word.startswith("--"):
        return "class:option"
    return "class:string" if word[0] in "'\"" else ""
