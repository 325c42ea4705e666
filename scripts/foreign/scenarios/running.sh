# What several scenarios begin with: a running guest with a disk, and a running network card.
v() { echo "# $*"; virsh -q -c qemu:///system "$@" 2>&1; }
v define guest.xml
v start guest
