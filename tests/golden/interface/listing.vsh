The interfaces of the host.
$ vsh "iface-list; iface-list --inactive; iface-list --all --inactive; iface-mac eth1; iface-name aa:bb:cc:dd:ee:ff"
 Name   State    MAC Address
------------------------------------
 eth1   active   aa:bb:cc:dd:ee:ff

 Name   State   MAC Address
-----------------------------


aa:bb:cc:dd:ee:ff

eth1

error: Options --all and --inactive are mutually exclusive
$ vsh "iface-mac aa:bb:cc:dd:ee:ff; iface-name eth1; iface-dumpxml nothing; iface-bridge eth1 eth1"




error: failed to get interface 'aa:bb:cc:dd:ee:ff'
error: failed to get interface 'eth1'
error: failed to get interface 'nothing'
error: Interface not found: no interface with matching name 'nothing'
error: Network device eth1 already exists
[1]
$ vsh iface-dumpxml eth1 --xpath //route
<route gateway="192.168.0.1"/>

