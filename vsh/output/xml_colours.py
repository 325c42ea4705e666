"""XML in the terminal's own colours: names, attributes, values, comments; text as it is."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.output.paint import Paint

ELEMENTS = {"auto": "bold", "dark": "bold cyan", "light": "bold blue"}
"""The names of elements by the setting ``theme``; bold alone can be read on any ground."""
ATTRIBUTE = "cyan"
VALUE = "green"
COMMENT = "dim"


def coloured(text: str, paint: Paint, theme: str = "auto") -> str:
    """The document with colours around its pieces; without them it is the text again."""
    element = ELEMENTS.get(theme)
    if not paint.on or element is None:
        return text
    parts: list[str] = []
    position = 0
    while True:
        start = text.find("<", position)
        if start < 0:
            parts.append(text[position:])
            return "".join(parts)
        parts.append(text[position:start])
        if text.startswith("<!--", start):
            end = _after(text, "-->", start)
            parts.append(_lines(COMMENT, text[start:end], paint))
        elif text.startswith("<![CDATA[", start):
            end = _after(text, "]]>", start)
            parts.append(text[start:end])
        elif text.startswith(("<?", "<!"), start):
            end = _after(text, ">", start)
            parts.append(_lines(COMMENT, text[start:end], paint))
        else:
            end = _tag(text, start, parts, paint, element)
        position = end


def _after(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


def _tag(text: str, start: int, parts: list[str], paint: Paint, element: str) -> int:
    """One tag, from its bracket on; where it ends."""
    end = start + 1
    while end < len(text) and text[end] not in " \t\n/>":
        end += 1
    if text.startswith("</", start):
        end = _after(text, ">", start)
    parts.append(paint(element, text[start:end]))
    while end < len(text) and text[end - 1] != ">":
        char = text[end]
        if char in "'\"":
            stop = text.find(char, end + 1)
            stop = len(text) if stop < 0 else stop + 1
            parts.append(_lines(VALUE, text[end:stop], paint))
        elif char in "/>":
            stop = end + (2 if text.startswith("/>", end) else 1)
            parts.append(paint(element, text[end:stop]))
        elif char in " \t\n=":
            stop = end + 1
            parts.append(char)
        else:
            stop = end
            while stop < len(text) and text[stop] not in " \t\n=/>'\"":
                stop += 1
            parts.append(paint(ATTRIBUTE, text[end:stop]))
        end = stop
        if text[end - 1] == ">":
            break
    return end


def _lines(style: str, text: str, paint: Paint) -> str:
    """Each line in its style, so that a pager can show any of them."""
    return "\n".join(paint(style, line) for line in text.split("\n"))
