#compdef vsh
# zsh completion of vsh.  The program itself says what fits: vsh complete -- WORD...

local -a about found
local -i first=2

# Options before the command: those that choose the connection are passed on.
while ((first < CURRENT)); do
    case $words[first] in
    -c | --connect) about+=(-c "$words[first+1]") && ((first += 2)) ;;
    -r | --readonly | --connect=*) about+=("$words[first]") && ((first += 1)) ;;
    -[dekKl] | --debug | --escape | --keepalive-* | --log | --format) ((first += 2)) ;;
    -*) ((first += 1)) ;;
    *) break ;;
    esac
done
((first <= CURRENT)) || return 1

found=(${(f)"$(_call_program words $words[1] ${(q)about} complete -- ${(q)words[first,CURRENT]} 2>/dev/null)"})
compadd -a found || _files
