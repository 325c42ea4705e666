"""Patterns of Perl's kind, as libvirt hands them to GLib, by Python's own.

What both know is left as it is; classes of characters by name and numbered characters are put into
Python's words, faults into GLib's.
"""

from __future__ import annotations

import re

from vsh.errors import InvalidArgument

_CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "ascii": r"\x00-\x7f", "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": r"\x21-\x7e", "lower": "a-z",
    "print": r"\x20-\x7e", "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e", "space": r"\s",
    "upper": "A-Z", "word": r"\w", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_NAMED = re.compile(r"\[:([a-z]+):\]")
_NUMBERED = re.compile(r"\\x\{([0-9A-Fa-f]+)\}")
# Python's words -> GLib's, and where GLib says that it is: at Python's place, its end, or the
# pattern's
_FAULTS = {
    "missing ), unterminated subpattern": ("missing terminating )", "end"),
    "unbalanced parenthesis": ("unmatched closing parenthesis", "at"),
    "unterminated character set": ("missing terminating ] for character class", "end"),
    "nothing to repeat": ("nothing to repeat", "at"),
    "min repeat greater than max repeat": ("numbers out of order in {} quantifier", "brace"),
    "bad escape (end of pattern)": ("\\ at end of pattern", "end"),
}


def compiled(pattern: str, *, caseless: bool) -> re.Pattern[str]:
    """A pattern, to be searched for.  Raises InvalidArgument with libvirt's text."""
    try:
        return re.compile(_python(pattern), re.IGNORECASE if caseless else 0)
    except re.error as error:
        words, where = _FAULTS.get(error.msg, (error.msg, "at"))
        place = error.pos or 0
        if where == "end":
            place = len(pattern)
        elif where == "brace":
            place = pattern.find("}", place)
        raise InvalidArgument(
            f"failed to compile regex '{pattern}': Error while compiling regular expression "
            f"\u2018{pattern}\u2019 at char {place}: {words}"
        ) from None


def _python(pattern: str) -> str:
    """The same in Python's words.  Raises re.error for what it has no words for."""
    made = []
    place = 0
    inside = False  # of a set of characters
    while place < len(pattern):
        letter = pattern[place]
        found = None
        if letter == "\\":
            found = _NUMBERED.match(pattern, place)
            if found is not None:
                made.append(re.escape(chr(int(found[1], 16))))
            elif pattern[place + 1 : place + 2] == "K":
                raise re.error(r"\K is not known here", pattern, place)
            else:
                made.append(pattern[place : place + 2])
                place += 1
        elif inside and letter == "[":
            found = _NAMED.match(pattern, place)
            if found is not None and found[1] not in _CLASSES:
                raise re.error("unknown POSIX class name", pattern, place)
            made.append(r"\[" if found is None else _CLASSES[found[1]])
        elif not inside and letter == "[":
            inside = True
            start = place + 1 + (pattern[place + 1 : place + 2] == "^")
            made.append(pattern[place:start])
            if pattern[start : start + 1] == "]":  # the first one stands for itself
                made.append(r"\]")
                start += 1
            place = start
            continue
        else:
            inside = inside and letter != "]"
            made.append(letter)
        place = found.end() if found is not None else place + 1
    return "".join(made)
