"""fish: it quotes what it puts in by itself, and shows what stands behind a tab beside it."""

from __future__ import annotations

from vsh.cli.completions._line import line_offers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session

SCRIPT = """\
# fish completion of vsh, made by `vsh completion fish`.
# To have it in every shell:  vsh completion fish > ~/.config/fish/completions/vsh.fish

function __vsh_complete
    set -l words (commandline -opc)
    # VARIABLE=value before the program is no word of its line.
    while string match -qr '^\\\\w+=' -- $words[1]
        set -e words[1]
    end
    set -l program $words[1]
    type -q -- $program; or set program vsh
    set -e words[1]
    set -l answers (VSH_FORMAT=plain command $program -q complete --shell fish -- $words \\
        (commandline -ct | string collect) </dev/null 2>/dev/null)
    set -l kind $answers[1]
    set -e answers[1]
    switch "$kind"
        case files
            __fish_complete_path (commandline -ct)
        case folders
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\\n' $answers
    end
end

complete -c vsh -f -k -a '(__vsh_complete)'
"""


def answer(session: Session, given: list[str]) -> str:
    """The kind of the answer on the first line, then a line for each: the word, a tab, what it is.

    given  the words after the program's name, and the one that is being typed, in its quotes
    Kinds: words, files, folders (fish completes those itself).  Left out is what a line cannot
    hold, and a name that begins with a tilde: fish puts that in without quotes.
    """
    *words, raw = given or [""]
    offers = line_offers(session, words, unquoted(raw))
    if offers.files and not offers.found:
        return f"{offers.files}\n"
    lines = [
        f"{word}\t{about}" for word, about in offers.found if word.isprintable() and word[:1] != "~"
    ]
    return "".join(f"{line}\n" for line in ["words", *lines])


def unquoted(raw: str) -> str:
    """A word of fish's, finished or not, without its quotes."""
    text: list[str] = []
    quote = ""
    position = 0
    while position < len(raw):
        char = raw[position]
        following = raw[position + 1 : position + 2]
        if char == "\\" and (not quote or following in (quote, "\\", "$"[: quote == '"'])):
            text.append(following)
            position += 1
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
        else:
            text.append(char)
        position += 1
    return "".join(text)
