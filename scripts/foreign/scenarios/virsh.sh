# virsh: two days of a guest, with everything that belongs to it.
v() { echo "# $*"; virsh -q -c qemu:///system "$@" 2>&1; }
v define guest.xml
virsh -q -c qemu:///system event --domain guest --event lifecycle --loop --timeout 100 >events 2>&1 &
listener=$!
v start guest
v domstate guest --reason
v dominfo guest | grep -vE 'CPU time|Security|Messages'
v domblklist guest
v domblkinfo guest vda | grep Capacity
v domblkstat guest vda | cut -d' ' -f1,2
v vcpucount guest
v blkdeviotune guest vda
v suspend guest
v resume guest
v snapshot-create-as guest one --description first
v snapshot-create-as guest two
v snapshot-list guest --tree
v snapshot-info guest one
v snapshot-revert guest one
v snapshot-current guest --name
v snapshot-delete guest one --children
v desc guest --title --live --config a guest
v desc guest --title
v attach-disk guest "$PWD/none.img" vdb
qemu-img create -q -f qcow2 extra.qcow2 1M
v attach-disk guest "$PWD/extra.qcow2" vdb --subdriver qcow2 --live --config
v domblklist guest
v blockresize guest vdb 2M
v domblkinfo guest vdb | grep Capacity
v checkpoint-create-as guest first --diskspec vda --diskspec vdb,checkpoint=no
v checkpoint-list guest --name
v checkpoint-delete guest first
v blockcommit guest vda --active
v snapshot-create-as guest three --disk-only --no-metadata --diskspec vdb,snapshot=no
v domblklist guest | sed 's/\.[0-9]\{10\}$/.T/'
v blockcommit guest vda --active --pivot --wait
v domblklist guest
v detach-disk guest vdb --live --config
v managedsave guest
v list --all --with-managed-save --name
v start guest
v screenshot guest shot | cut -c1-20
v qemu-monitor-command guest --hmp info status
v qemu-monitor-command guest '{"execute":"query-name"}' | cut -c1-9
v send-key guest KEY_A
v dump guest core --memory-only
v domjobinfo guest
v domrename guest other
v autostart guest
v list --autostart --name
v destroy guest
v domrename guest other
v dumpxml other | grep -c '<'
v start other
v reboot other
v destroy other
v undefine other
until [ "$told" = "$(grep -c . events)" ]; do told=$(grep -c . events); sleep 1; done
kill "$listener"
wait "$listener"
cat events

v net-define /dev/stdin <<XML
<network><name>net</name><bridge name='interop0'/><mac address='52:54:00:11:22:33'/>
<ip address='192.0.2.1' netmask='255.255.255.0'><dhcp><range start='192.0.2.9' end='192.0.2.20'/></dhcp></ip></network>
XML
v net-start net
v net-info net
v net-update net add ip-dhcp-host "<host mac='52:54:00:00:00:01' ip='192.0.2.30'/>" --live --config
v net-dumpxml net
v net-dhcp-leases net
v net-autostart net
v net-list
v net-destroy net
v net-undefine net
v pool-define-as pool dir --target "$PWD/pool"
v pool-build pool
v pool-start pool
v vol-create-as pool one 1M --format qcow2
v vol-create-as pool two 1M --format raw
printf 'some bytes' >bytes
v vol-upload two bytes --pool pool
v vol-download two back --pool pool --length 10
cat back; echo
v vol-list pool
v vol-clone one three --pool pool
v vol-resize three 3M --pool pool
v vol-info three --pool pool | grep -v Allocation
v vol-dumpxml three --pool pool | grep -vE 'allocation|mtime|ctime|atime|owner|group|label|physical|compat|features'
v vol-path one --pool pool
v vol-wipe two --pool pool
v vol-delete one --pool pool
v vol-delete two --pool pool
v vol-delete three --pool pool
v pool-info pool | grep -vE 'Capacity|Allocation|Available'
v pool-destroy pool
v pool-delete pool
v pool-undefine pool
v secret-define /dev/stdin <<XML
<secret ephemeral='no' private='no'><uuid>11111111-2222-4333-8444-555555555555</uuid><description>of mine</description></secret>
XML
printf geheim >plain
v secret-set-value 11111111-2222-4333-8444-555555555555 --file plain --plain
v secret-get-value 11111111-2222-4333-8444-555555555555
v secret-list
v secret-undefine 11111111-2222-4333-8444-555555555555
v nwfilter-define /dev/stdin <<XML
<filter name='mine' chain='ipv4'><rule action='drop' direction='in'><tcp dstportstart='22'/></rule></filter>
XML
v nwfilter-list | grep -o mine
v nwfilter-undefine mine
v domcapabilities --virttype qemu | grep -c '<domainCapabilities>'
v domxml-to-native qemu-argv guest.xml 2>&1 | grep -c qemu-system
v list --all
