# virt-manager under Xvfb: its list of guests, a running guest's details; a picture of each.
. "${0%/*}/screen.sh"
export XDG_DATA_HOME=$PWD XDG_CONFIG_HOME=$PWD XDG_CACHE_HOME=$PWD NO_AT_BRIDGE=1 GSETTINGS_BACKEND=memory
window() { # NAME OPTIONS...
    name=$1 title=$2; shift 2
    dbus-run-session -- virt-manager --connect qemu:///system --no-fork --debug "$@" >$name.log 2>&1 & manager=$!
    for turn in $(seq 200); do xwininfo -root -tree 2>/dev/null | grep -q "\"$title" && break; sleep 0.2; done
    for turn in $(seq 100); do grep -q 'changed to state=Active' $name.log && break; sleep 0.2; done
    sleep 4
    xwininfo -root -tree | grep -oE "\"[^\"]*\": \(\"virt-manager\"" | sort -u
    import -window root $name.png && identify -format '%w x %h, %k colours or more\n' $name.png | sed -E 's/[0-9]+ colours/some colours/'
    [ -z "$SHOTS" ] || cp $name.png "$SHOTS/manager-$name-$WHERE.png"
    kill $manager; wait $manager 2>/dev/null
    # of guests: whether it has asked for networks and pools by then depends on how busy the machine is
    grep -oE 'status=(Running|Paused|Shutoff|Crashed)|conn=qemu:///system changed to state=[A-Za-z]+|(Traceback|[A-Za-z]+Error: .*)' $name.log | sort -u
}
window list 'Virtual Machine Manager'
window details 'guest on QEMU' --show-domain-editor guest
window console 'guest on QEMU' --show-domain-console guest
v destroy guest
