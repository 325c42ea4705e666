"""Words of the user's own for lines that are typed often."""

from __future__ import annotations

from vsh.cli.words import quote, split
from vsh.errors import CommandError

DEEP = 16


def expand(line: str, aliases: dict[str, str]) -> str:
    """The line with the alias at its beginning replaced by what that stands for.

    ``{1}``, ``{2}`` ... in an alias are its words, ``{*}`` all that are not named so; where it has
    no ``{*}`` they are put at its end.  Raises CommandError for a word that is missing, or aliases
    that call each other for ever.
    """
    for _ in range(DEEP):
        name = line.split(maxsplit=1)[0] if line.split() else ""
        if name not in aliases:
            return line
        line = _filled(name, aliases[name], line)
    raise CommandError(f"alias '{name}' calls itself", hint="see 'alias' for all of them")


def _filled(name: str, text: str, line: str) -> str:
    given = [word for word in list(split(line))[1:] if word is not None]
    used = 0
    while "{" + str(used + 1) + "}" in text:
        used += 1
        if used > len(given):
            raise CommandError(f"alias '{name}' needs {used} words or more", hint=text)
        text = text.replace("{" + str(used) + "}", quote(given[used - 1]))
    rest = " ".join(quote(word) for word in given[used:])
    if "{*}" in text:
        return text.replace("{*}", rest)
    return f"{text} {rest}" if rest else text
