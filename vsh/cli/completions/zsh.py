"""zsh: compadd quotes what it puts in by itself; the answer says which part of the word is new."""

from __future__ import annotations

from vsh.cli.completions._line import described, line_offers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session

SCRIPT = """\
#compdef vsh
# zsh completion of vsh, made by `vsh completion zsh`.
# To have it in every shell:  vsh completion zsh > "${fpath[1]}/_vsh"
# or, after compinit in ~/.zshrc:  source <(vsh completion zsh)

_vsh() {
    local last=$PREFIX kind answer
    local -a answers found shown
    # Quotes are taken off, nothing is expanded.
    [[ $compstate[quote] == "'" ]] || last=${(Q)PREFIX}
    answer=$(VSH_FORMAT=plain command "${(Q)words[1]}" -q complete --shell zsh -- "$COLUMNS" \\
        "${(@Q)words[2,CURRENT-1]}" "$last" </dev/null 2>/dev/null)
    answers=("${(@0)answer}")
    kind=$answers[1]
    case $kind in
    files) _files; return ;;
    folders) _files -/; return ;;
    esac
    # The first half is what to put in, the second what to show for it; both begin with the number
    # of characters that stay on the line as they are.
    compset -p "${answers[2]:-0}" 2>/dev/null
    integer count=$(( ($#answers - 2) / 2 ))
    ((count)) || return 1
    found=("${(@)answers[3,2+count]}")
    shown=("${(@)answers[3+count,2+2*count]}")
    case $kind in
    open) compadd -S '' -l -V vsh -d shown -a found ;;
    described) compadd -l -V vsh -d shown -a found ;;
    *) compadd -V vsh -d shown -a found ;;
    esac
}

if [[ $funcstack[1] == _vsh ]]; then _vsh "$@"; else compdef _vsh vsh; fi
"""


def answer(session: Session, given: list[str]) -> str:
    """Fields that end in a null character: the kind, how many characters of the word stay, what can
    stand there, and how each of those is shown.

    given  the width of the terminal, the words after the program's name, and the word that is being
           typed
    Kinds: words, described (one on each line), open (no blank goes after it), files, folders.
    """
    columns, *words = given
    *words, last = words or [""]
    offers = line_offers(session, words, last)
    if offers.files and not offers.found:
        return f"{offers.files}\0"
    stays = _stays(last, [word for word, _ in offers.found])
    found = [word[stays:] for word, _ in offers.found]
    width = int(columns) if columns.isdecimal() and len(columns) < 6 else 80
    wide = max(map(len, found), default=0)
    abouts = [about for _, about in offers.found]
    shown = [
        described(word, about, wide, width - 1) for word, about in zip(found, abouts, strict=True)
    ]
    chain = not words and " " in last
    kind = "open" if chain or (found[:1] and found[0].endswith("/")) else "words"
    if kind == "words" and any(abouts):
        kind = "described"
    return "".join(f"{field}\0" for field in [kind, str(stays), *found, *shown])


def _stays(last: str, found: list[str]) -> int:
    """How much of the word stays as it is: in a chain, all up to the word of vsh's own."""
    blank = max(last.rfind(char) for char in " ;\n")
    return blank + 1 if all(word.startswith(last) for word in found) else 0
