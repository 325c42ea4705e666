# virt-install, virt-clone, virt-xml: a machine with a disk and a network, its copy, its changes.
u=qemu:///system
said() { sed -E 's/[0-9.]+ [kKMG]?i?B/SIZE/g; s/[0-9]+(\.[0-9]+)? [kKMGT]B\/s/RATE/g; s/[0-9]+:[0-9]+:[0-9]+/TIME/g; s/ +/ /g; s/\r.*//' ; }
v() { echo "# $*"; virsh -q -c $u "$@" 2>&1; }
virsh -q -c $u net-define /dev/stdin <<XML
<network><name>default</name><bridge name='interop0'/>
<ip address='192.0.2.1' netmask='255.255.255.0'><dhcp><range start='192.0.2.9' end='192.0.2.20'/></dhcp></ip></network>
XML
v net-start default
mkdir pool
v pool-create-as images dir --target "$PWD/pool"
virt-install --connect $u --name new --memory 64 --vcpus 1 --virt-type qemu --osinfo generic --import \
    --disk pool=images,size=0.01,format=qcow2,bus=virtio --network network=default,mac=52:54:00:00:00:01 --graphics none \
    --console pty,target_type=serial --noautoconsole 2>&1 | said
v domstate new
v domblklist new
v domiflist new | awk '{print $2, $3, $4, $5}'
v dumpxml new --inactive | grep -vE 'uuid|machine=|<model>|mac address'
virt-install --connect $u --name new --memory 64 --disk none --osinfo generic --import --noautoconsole 2>&1 | said
virt-install --connect $u --name dry --memory 64 --virt-type qemu --disk size=1 --osinfo linux2022 --pxe --network none \
    --graphics vnc --print-xml 2>&1 | grep -vE 'uuid|emulator|<model|machine='
virt-xml --connect $u new --edit --memory 99,maxmemory=128 --print-diff 2>&1
virt-xml --connect $u new --edit --metadata title=changed --define 2>&1
v desc new --title --config
virt-xml --connect $u new --add-device --disk "$PWD/pool/more.qcow2,size=0.01,format=qcow2,bus=virtio" --update 2>&1 | said
v domblklist new
virt-xml --connect $u new --remove-device --disk 2 --update 2>&1
virt-xml --connect $u new --edit target=vda --disk cache=none --define 2>&1
v snapshot-create-as new before
v snapshot-revert new before
v snapshot-delete new before
v destroy new
virt-clone --connect $u -o new --auto-clone --mac 52:54:00:00:00:02 2>&1 | said
virt-clone --connect $u -o new -n third -f "$PWD/pool/third.qcow2" 2>&1 | said
v list --all --name
v domblklist new-clone
v start new-clone
v domstate new-clone
v destroy new-clone
v undefine new-clone --remove-all-storage
v undefine third --remove-all-storage
v start new
v destroy new
v undefine new --remove-all-storage --snapshots-metadata
ls pool
virt-install --connect $u --name fleeting --memory 32 --virt-type qemu --osinfo generic --import --disk none --network none \
    --graphics none --transient --noautoconsole 2>&1 | said
v list --transient --name
v destroy fleeting
virt-install --connect $u --name cd --memory 32 --virt-type qemu --osinfo generic --cdrom "$PWD/guest-0.qcow2" --disk none \
    --network none --graphics none --noautoconsole --boot cdrom 2>&1 | said
v domblklist cd
v destroy cd
v undefine cd
v pool-destroy images
v net-destroy default
v net-undefine default
v list --all
