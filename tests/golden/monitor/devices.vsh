What a domain's disks and network interfaces are, and what they have done.
$ vsh "domblklist test; domblklist test --details; domblkinfo test vda --human; domblkinfo test --all"
 Target   Source
-----------------------------
 vda      /guest/diskimage1

 Type   Device   Target   Source
---------------------------------------------
 file   disk     vda      /guest/diskimage1

Capacity:       1023.995 GiB
Allocation:     1.000 TiB
Physical:       1.000 TiB

 Target   Capacity        Allocation      Physical
---------------------------------------------------------
 vda      1099506450432   1099511627776   1099511627776

$ vsh "domiflist test; domif-getlink test AA:BB:CC:DD:EE:FF; domif-getlink test testnet0; domifaddr test"
 Interface   Type      Source    Model   MAC
------------------------------------------------------------
 testnet0    network   default   -       aa:bb:cc:dd:ee:ff

AA:BB:CC:DD:EE:FF up
testnet0 up
 Name       MAC address         Protocol   Address
-------------------------------------------------------------
 testnet0   aa:bb:cc:dd:ee:ff   ipv4       192.168.122.3/24

$ vsh "domif-getlink test nothing; domblkinfo test; domblkinfo test nothing"



error: Interface (dev: nothing) not found.
error: command 'domblkinfo' requires <device> option
error: invalid argument: invalid path nothing not assigned to domain
[1]
$ vsh "domblkerror test; destroy test; domblkerror test"
vda: unspecified error

Domain 'test' destroyed


error: Requested operation is not valid: domain is not running
[1]
$ vsh domifaddr test --source dice

error: Unknown data source 'dice'
[1]
$ vsh --format json domblklist test
[
  {
    "target": "vda",
    "source": "/guest/diskimage1",
    "type": "file",
    "device": "disk"
  }
]
$ vsh --format json domifaddr test
[
  {
    "interface": "testnet0",
    "mac": "aa:bb:cc:dd:ee:ff",
    "protocol": "ipv4",
    "address": "192.168.122.3/24"
  }
]
