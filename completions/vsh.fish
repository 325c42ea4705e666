# fish completion of vsh.  The program itself says what fits: vsh complete -- WORD...

function __vsh_complete
    set -l about
    set -l words (commandline -opc)
    set -e words[1]

    # Options before the command: those that choose the connection are passed on.
    while set -q words[1]
        switch $words[1]
            case -c --connect
                set -a about -c $words[2]
                set -e words[1..2]
            case -r --readonly '--connect=*'
                set -a about $words[1]
                set -e words[1]
            case -d -e -k -K -l --debug --escape '--keepalive-*' --log --format
                set -e words[1..2]
            case '-*'
                set -e words[1]
            case '*'
                break
        end
    end
    vsh $about complete -- $words (commandline -ct) 2>/dev/null | string match -v ''
end

complete -c vsh -a '(__vsh_complete)'
