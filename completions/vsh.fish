# fish completion of vsh, made by `vsh completion fish`.
# To have it in every shell:  vsh completion fish > ~/.config/fish/completions/vsh.fish

function __vsh_complete
    set -l words (commandline -opc)
    # VARIABLE=value before the program is no word of its line.
    while string match -qr '^\\w+=' -- $words[1]
        set -e words[1]
    end
    set -l program $words[1]
    type -q -- $program; or set program vsh
    set -e words[1]
    set -l answers (VSH_FORMAT=plain command $program -q complete --shell fish -- $words \
        (commandline -ct | string collect) </dev/null 2>/dev/null)
    set -l kind $answers[1]
    set -e answers[1]
    switch "$kind"
        case files
            __fish_complete_path (commandline -ct)
        case folders
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\n' $answers
    end
end

complete -c vsh -f -k -a '(__vsh_complete)'
