# What programs with windows begin with: an X server of their own, and a guest that has a screen.
Xvfb -displayfd 3 -screen 0 1100x800x24 -nolisten tcp 3>display >xvfb.log 2>&1 & x=$!
trap 'kill $x; wait $x' EXIT
for turn in $(seq 100); do [ -s display ] && break; sleep 0.1; done
export DISPLAY=:$(cat display)
sed -i "s#<controller type='usb'#<graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/><video><model type='vga'/></video>&#" guest.xml
. "${0%/*}/running.sh"
