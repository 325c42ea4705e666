# libvirt-guests: the script that stops guests with the host, and starts them with it.
. "${0%/*}/running.sh"
script=/usr/lib/libvirt/libvirt-guests.sh
[ -e $script ] || script=/usr/libexec/libvirt-guests.sh
sed "s#^URIS=.*#URIS=qemu:///system#; s#^ON_BOOT=.*#ON_BOOT=start#; s#^\(ON_SHUTDOWN=\).*#\1\${HOW:-suspend}#; s#^SHUTDOWN_TIMEOUT=.*#SHUTDOWN_TIMEOUT=20#
     s#^LISTFILE=.*#LISTFILE=$PWD/list#; s#^VAR_SUBSYS.*#VAR_SUBSYS_LIBVIRT_GUESTS=$PWD/lock#; /^test -f/,+1d" $script >guests.sh
g() { echo "# $*"; sh guests.sh "$@" 2>&1 | tr '\r' '\n' | sed -E 's/[0-9.]+ [KMG]iB/SIZE/g; s/, [0-9]+ seconds left/, N left/' | uniq; }
g status
g stop
v domstate guest
v list --all --with-managed-save --name
g start
v domstate guest
HOW=shutdown g stop
v domstate guest --reason
g start
v domstate guest
g gueststatus
v destroy guest
