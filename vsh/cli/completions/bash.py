"""bash: readline replaces the part of the line behind its last break, so the answer is that part.

Rules:
- the line is cut here, as bash would cut it; words that bash would expand are not known to us;
- what is found only adds to what was typed, in the quotes that are open, so that the line means the
  name that was found whatever stands in it;
- readline puts in what all answers have in common: that never ends in the middle of an escape.
"""

from __future__ import annotations

import os

from vsh.cli.completions._line import described, line_offers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session

SCRIPT = """\
# bash completion of vsh, made by `vsh completion bash`.
# To have it in every shell:  echo 'source <(vsh completion bash)' >> ~/.bashrc

_vsh() {
    local answer kind="" program=$1
    COMPREPLY=()
    type -P -- "$program" >/dev/null || program=vsh
    # The program cuts the line and answers with what is to stand there: nothing is expanded here.
    while IFS= read -r answer; do
        if [[ -z $kind ]]; then kind=$answer; else COMPREPLY+=("$answer"); fi
    done < <(VSH_FORMAT=plain "$program" -q complete --shell bash -- "${COMP_LINE:0:COMP_POINT}" \\
        "$COMP_WORDBREAKS" "${COMP_TYPE:-9}" "${COLUMNS:-80}" </dev/null 2>/dev/null)
    case $kind in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    open) compopt -o nospace ;;
    esac 2>/dev/null
    return 0
}

complete -o nosort -F _vsh vsh
"""

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,")
_MENU = ("37", "42")  # COMP_TYPE of keys that put the answers in, one after the other


def answer(session: Session, given: list[str]) -> str:
    """The kind of the answer on the first line, then one line for each.

    given  the line up to the cursor, COMP_WORDBREAKS, COMP_TYPE, and the width of the terminal
    Kinds: words, open (no blank goes after it), files, folders (bash completes those itself).
    """
    line, breaks, key, columns = [*given, "", "", "", ""][:4]
    words, last, start, quote, expands = cut(line)
    if len(words) < 1 or expands:
        return "files\n"
    offers = line_offers(session, words[1:], last)
    tail = line[word_start(line, breaks) :] if start < len(line) else ""
    if offers.files and not offers.found:
        return f"{offers.files}\n"
    replies = [tail + escaped(word[len(last) :], quote) for word, _ in offers.found]
    if _in_escape(replies):
        closing = '"' if quote == '"' else ""
        opening = "" if quote == "'" else "'"
        replies = [
            tail + closing + opening + escaped(word[len(last) :], "'") for word, _ in offers.found
        ]
    if len(replies) == 1:
        return _one(replies[0], quote, chain=len(words) == 1 and " " in last)
    if key not in _MENU and all(about for _, about in offers.found):
        wide = max(map(len, replies), default=0)
        width = int(columns) if columns.isdecimal() and len(columns) < 6 else 80
        replies = [
            described(reply, offer[1], wide, width)
            for reply, offer in zip(replies, offers.found, strict=True)
        ]
    return "".join(f"{reply}\n" for reply in ["words", *replies])


def _one(reply: str, quote: str, *, chain: bool) -> str:
    """A single answer: readline closes the quotes and adds a blank, which a folder and the inside
    of a chain must not have; two answers that agree in all but blanks keep it from both."""
    if chain and quote:
        return f"words\n{reply} \n{reply}  \n"
    return f"{'open' if reply.endswith('/') else 'words'}\n{reply}\n"


def cut(line: str) -> tuple[list[str], str, int, str, bool]:
    """A line as bash cuts it: the words before the last, the last one as far as it is typed, where
    it starts, the quote that is open in it, and whether bash would expand something in it.

    Redirections are left out; where the name of one is being typed, it counts as to be expanded.
    """
    words: list[str] = []
    text: list[str] = []
    quote = ""
    start, inside, expands, redirected = len(line), False, False, False
    position = 0
    while position < len(line):
        char = line[position]
        if not inside and not quote and char not in " \t\n":
            start, inside, expands = position, True, redirected
        if quote == "'":
            quote = "" if char == "'" else quote
            text += [char] if quote else []
        elif char == "\\":
            position += 1
            following = line[position : position + 1]
            if quote and following not in ("$", "`", '"', "\\", "\n"):
                text.append("\\")
            text += [following] if following != "\n" else []
        elif char == '"' or (char == "'" and not quote):
            quote = "" if quote else char
        elif char in "$`" or (char in "*?[{(" and not quote):
            expands = True
            text.append(char)
        elif quote:
            text.append(char)
        elif char in "<>|&;" or char in " \t\n":
            word = "".join(text)
            if char in "<>" and (word.isdecimal() or word == "&"):
                word = ""
            if inside and word and not redirected:
                words.append(word)
            redirected = char in "<>" or (redirected and not word)
            text, inside, start, expands = [], False, len(line), redirected
        else:
            text.append(char)
        position += 1
    return words, "".join(text), start, quote, expands


def word_start(line: str, breaks: str) -> int:
    """Where readline takes the word to start that is being typed: behind the open quote, else
    behind the last of the break characters that is not quoted."""
    start = 0
    quote = ""
    position = 0
    while position < len(line):
        char = line[position]
        if char == "\\" and quote != "'":
            position += 1
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
            if quote:
                opened = position + 1
        elif not quote and char in breaks:
            start = position + 1
        position += 1
    return opened if quote else min(start, len(line))


def escaped(text: str, quote: str) -> str:
    """Text as it must be typed where ``quote`` is open, so that bash takes each character as it
    is."""
    return "".join(_escape(char, quote) for char in text)


def _escape(char: str, quote: str) -> str:
    if not char.isprintable():  # also what would act on the terminal, or end the answer's line
        code = "".join(f"\\x{byte:02x}" for byte in os.fsencode(char))
        return f"{quote}$'{code}'{quote}"
    if quote == "'":
        return "'\\''" if char == "'" else char
    if quote == '"':
        return "\"'!'\"" if char == "!" else f"\\{char}" if char in '"\\$`' else char
    return char if char in _PLAIN or char > "\x7f" else f"\\{char}"


def _in_escape(replies: list[str]) -> bool:
    """Whether what the answers have in common ends in the middle of an escape."""
    if len(replies) < 2:
        return False
    first, last = min(replies), max(replies)  # what these have in common, all have
    same = 0
    while first[same : same + 1] == last[same : same + 1] != "":
        same += 1
    return (same - len(first[:same].rstrip("\\"))) % 2 == 1
