# bash completion of vsh.  The program itself says what fits: vsh complete -- WORD...

_vsh() {
    local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} words first=1 about=() cur
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    cur=${words[-1]}

    # Options before the command: those that choose the connection are passed on.
    while ((first < ${#words[@]} - 1)); do
        case ${words[first]} in
        -c | --connect) about+=(-c "${words[first + 1]}") && ((first += 2)) ;;
        -r | --readonly | --connect=*) about+=("${words[first]}") && ((first += 1)) ;;
        -[dekKl] | --debug | --escape | --keepalive-* | --log | --format) ((first += 2)) ;;
        -*) ((first += 1)) ;;
        *) break ;;
        esac
    done
    ((first < ${#words[@]})) || return 0

    local IFS=$'\n'
    COMPREPLY=($(compgen -W "$("$1" "${about[@]}" complete -- "${words[@]:first}" 2>/dev/null)" \
        -- "$cur"))

    # Readline's own word begins after the last ':' or '=': what stands before it stays on the line.
    [[ $word == [:=] ]] && word=''
    COMPREPLY=("${COMPREPLY[@]#"${cur%"$word"}"}")
}

complete -o default -o filenames -F _vsh vsh
