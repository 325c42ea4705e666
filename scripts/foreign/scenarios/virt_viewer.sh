# virt-viewer: waits for a guest, connects to its screen by libvirt and VNC, and ends with it.
. "${0%/*}/screen.sh"
v domdisplay guest
: >viewer.log
dbus-run-session -- virt-viewer --connect qemu:///system --debug --kiosk --kiosk-quit=on-disconnect guest >>viewer.log 2>&1 & viewer=$!
for turn in $(seq 150); do grep -q 'Display has been initialized\|display 0 enabled\|VncDisplay.*initialized\|Setting display 0' viewer.log && break; sleep 0.2; done
for turn in $(seq 50); do xwininfo -root -tree 2>/dev/null | grep -q '"guest' && break; sleep 0.2; done
xwininfo -root -tree | grep -oE '"guest[^"]*"' | sort -u
import -window root "$PWD/viewer.png" && identify -format '%w x %h, %k colours or more\n' viewer.png | sed -E 's/[0-9]+ colours/some colours/'
[ -z "$SHOTS" ] || cp viewer.png "$SHOTS/viewer-$WHERE.png"
grep -oE 'Opening direct TCP|Guest guest is running[^"]*|connection to .*qemu:///system' viewer.log | sort -u
v destroy guest
wait $viewer
echo "ended: $?"
