# libvirt-dbus on a bus of its own: objects, properties, calls, signals.
cat >bus.conf <<XML
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=$PWD/bus</listen><policy context="default"><allow own="*"/><allow send_destination="*"/><allow eavesdrop="true"/><allow user="*"/></policy></busconfig>
XML
dbus-daemon --config-file=bus.conf --nofork --nopidfile 2>bus.log & bus=$!
trap 'kill $bridge $monitor $bus 2>/dev/null' EXIT
while [ ! -S bus ]; do sleep 0.1; done
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$PWD/bus
libvirt-dbus --system & bridge=$!
c() { # OBJECT INTERFACE.METHOD VALUE...
    object=$1 method=$2; shift 2
    gdbus call --system --timeout 30 --dest org.libvirt --object-path "$object" --method "org.libvirt.$method" "$@" 2>&1
}
gdbus wait --system --timeout 20 org.libvirt
q=/org/libvirt/QEMU
gdbus introspect --system --dest org.libvirt --object-path $q --only-properties | grep -cE 'readonly|readwrite'
gdbus introspect --system --dest org.libvirt --object-path $q | grep -c 'method\|(in'
gdbus monitor --system --dest org.libvirt >signals & monitor=$!
sleep 1
p() { gdbus call --system --dest org.libvirt --object-path "$1" --method org.freedesktop.DBus.Properties.Get "org.libvirt.$2" "$3" 2>&1; }
c $q Connect.ListDomains 0
domain=$(c $q Connect.DomainDefineXML "$(cat guest.xml)" | cut -d"'" -f2)
p $domain Domain Name
p $domain Domain Persistent
c $domain Domain.Create 0
p $domain Domain Active
c $domain Domain.GetState 0
c $domain Domain.Suspend
c $domain Domain.GetState 0
c $domain Domain.Resume
c $domain Domain.SnapshotCreateXML "<domainsnapshot><name>one</name></domainsnapshot>" 0 | sed 's/_[0-9a-f_]*/_ID/'
c $domain Domain.ListDomainSnapshots 0 | sed 's/_[0-9a-f_]*/_ID/'
c $domain Domain.GetXMLDesc 0 | grep -c "<name>guest"
c $domain Domain.GetStats 1 0
c $domain Domain.GetVcpus 0
c $domain Domain.GetBlockInfo vda 0 | cut -d, -f2
c $domain Domain.GetMetadata 1 '' 0
c $q Connect.DomainLookupByName none
c $q Connect.DomainLookupByName guest | sed 's/_[0-9a-f_]*/_ID/'
network=$(c $q Connect.NetworkDefineXML "<network><name>net</name><bridge name='interop0'/></network>" | cut -d"'" -f2)
p $network Network BridgeName
c $network Network.Create
p $network Network Active
c $network Network.Destroy
c $network Network.Undefine
pool=$(c $q Connect.StoragePoolCreateXML "<pool type='dir'><name>pool</name><target><path>$PWD</path></target></pool>" 0 | cut -d"'" -f2)
p $pool StoragePool Name
c $pool StoragePool.StorageVolCreateXML "<volume><name>v</name><capacity>65536</capacity></volume>" 0 | cut -d_ -f1
c $pool StoragePool.ListStorageVolumes 0 | grep -o Vol | wc -l
c $pool StoragePool.Destroy
secret=$(c $q Connect.SecretDefineXML "<secret private='no'><usage type='volume'><volume>/v</volume></usage></secret>" 0 | cut -d"'" -f2)
c $secret Secret.SetValue "[byte 0x61, 0x62]" 0
c $secret Secret.GetValue 0
c $secret Secret.Undefine
c $domain Domain.Destroy 0
c $domain Domain.Undefine 4294967295
c $domain Domain.Undefine 2
sleep 1
grep -oE 'org.libvirt.[A-Za-z]+.[A-Za-z]+ .*' signals | sed -E 's/_[0-9a-f_]{30,}/_ID/g; s/(owned by :1\.)[0-9]+/\1N/; s/(SnapshotEvent).*/\1/' | sort | uniq -c | sed 's/^ *//'
