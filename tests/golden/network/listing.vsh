Networks, as they are in the default world.
$ vsh "net-list; net-list --inactive; net-list --name; net-list --uuid; net-info default; net-uuid default"
 Name      State    Autostart   Persistent
--------------------------------------------
 default   active   no          yes

 Name   State   Autostart   Persistent
----------------------------------------

default

dd8fe884-6c02-601e-7551-cca97df1c5df

Name:           default
UUID:           dd8fe884-6c02-601e-7551-cca97df1c5df
Active:         yes
Persistent:     yes
Autostart:      no
Bridge:         virbr0

dd8fe884-6c02-601e-7551-cca97df1c5df

$ vsh "net-name dd8fe884-6c02-601e-7551-cca97df1c5df; net-name default; net-dumpxml default --xpath //dhcp/range"
default


<range start="192.168.122.2" end="192.168.122.254"/>

error: failed to get network 'default'
$ vsh "net-list --name --uuid; net-info nothing; net-update default paint ip x; net-update default add paint x"




error: Only one argument from --table, --name and --uuid may be specified.
error: failed to get network 'nothing'
error: Network not found: no network with matching name 'nothing'
error: unrecognized command name 'paint'
error: unrecognized section name 'paint'
[1]
$ vsh "net-port-list default; net-port-list default --table --uuid; net-dhcp-leases default"



error: this function is not supported by the connection driver: virNetworkListAllPorts
error: Only one argument from --table and --uuid may be specified.
error: Failed to get leases info for default
error: this function is not supported by the connection driver: virNetworkGetDHCPLeases
[1]
$ vsh --format json net-list
[
  {
    "name": "default",
    "active": true,
    "autostart": false,
    "persistent": true,
    "uuid": "dd8fe884-6c02-601e-7551-cca97df1c5df",
    "title": null
  }
]
