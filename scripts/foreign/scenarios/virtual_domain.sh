# Pacemaker's VirtualDomain: the resource agent's whole life.
export OCF_ROOT=/usr/lib/ocf OCF_FUNCTIONS_DIR=/usr/lib/ocf/lib/heartbeat OCF_RESOURCE_INSTANCE=ha OCF_RESOURCE_TYPE=VirtualDomain
export OCF_RA_VERSION_MAJOR=1 OCF_RA_VERSION_MINOR=0 OCF_RESKEY_config=$PWD/guest.xml OCF_RESKEY_hypervisor=qemu:///system
export OCF_RESKEY_force_stop=true OCF_RESKEY_CRM_meta_timeout=60000 HA_RSCTMP=$PWD HA_LOGFACILITY=none HA_LOGFILE=$PWD/log
agent() { /usr/lib/ocf/resource.d/heartbeat/VirtualDomain "$@" >/dev/null 2>&1; echo "$1: $?"; }
v() { echo "# $*"; virsh -q -c qemu:///system "$@" 2>&1; }
agent validate-all
agent monitor
agent start
v list --all --name
agent monitor
agent status
agent start
v suspend guest
agent monitor
v resume guest
agent stop
agent monitor
v list --all --name
agent stop
grep -oE '(ERROR|WARNING): .*' log | sort -u
