#compdef vsh
# zsh completion of vsh, made by `vsh completion zsh`.
# To have it in every shell:  vsh completion zsh > "${fpath[1]}/_vsh"
# or, after compinit in ~/.zshrc:  source <(vsh completion zsh)

_vsh() {
    local last=$PREFIX kind answer
    local -a answers found shown
    # Quotes are taken off, nothing is expanded.
    [[ $compstate[quote] == "'" ]] || last=${(Q)PREFIX}
    answer=$(VSH_FORMAT=plain command "${(Q)words[1]}" -q complete --shell zsh -- "$COLUMNS" \
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
