# bash completion of vsh, made by `vsh completion bash`.
# To have it in every shell:  echo 'source <(vsh completion bash)' >> ~/.bashrc

_vsh() {
    local answer kind="" program=$1
    COMPREPLY=()
    type -P -- "$program" >/dev/null || program=vsh
    # The program cuts the line and answers with what is to stand there: nothing is expanded here.
    while IFS= read -r answer; do
        if [[ -z $kind ]]; then kind=$answer; else COMPREPLY+=("$answer"); fi
    done < <(VSH_FORMAT=plain "$program" -q complete --shell bash -- "${COMP_LINE:0:COMP_POINT}" \
        "$COMP_WORDBREAKS" "${COMP_TYPE:-9}" "${COLUMNS:-80}" </dev/null 2>/dev/null)
    case $kind in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    open) compopt -o nospace ;;
    esac 2>/dev/null
    return 0
}

complete -o nosort -F _vsh vsh
