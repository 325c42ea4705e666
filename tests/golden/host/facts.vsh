The host that the test hypervisor pretends to run on.
$ vsh "nodeinfo; nodecpumap; nodecpumap --pretty; maxvcpus; maxvcpus kvm; uri; version --daemon"
CPU model:           i686
CPU(s):              16
CPU frequency:       1400 MHz
CPU socket(s):       2
Core(s) per socket:  2
Thread(s) per core:  2
NUMA cell(s):        2
Memory size:         3145728 KiB

CPUs present:   8
CPUs online:    3
CPU map:        y-y-y---

CPUs present:   8
CPUs online:    3
CPU map:        0,2,4

32

32

test:///default

Compiled against library: libvirt 12.8.0
Using library: libvirt 12.8.0
Using API: TEST 12.8.0
Running hypervisor: TEST 0.0.2
Running against daemon: 12.8.0

$ vsh "freecell; freecell --all; freecell 1; freecell 9; freepages --all; freepages 0 4; freepages 0; freepages"
Total: 3072 KiB

    0:       2048 KiB
    1:       4096 KiB
--------------------
Total:       6144 KiB

1: 4096 KiB


Node 0:
4KiB: 7
8KiB: 21
2048KiB: 49
1048576KiB: 105

Node 1:
4KiB: 19
8KiB: 45
2048KiB: 97
1048576KiB: 201


4KiB: 7



error: invalid argument: Range exceeds available cells
error: missing pagesize argument
error: missing cellno argument
[1]
$ vsh "nodecpustats; nodecpustats --cpu 1"
user:                     9797400000
system:               34678723400000
idle:                    87264900000
iowait:                    763600000
guest:                    1797400000

user:                     9797400000
system:               34678723400000
idle:                    87264900000
iowait:                    763600000
guest:                    1797400000

$ vsh "capabilities --xpath //cells/cell/memory; capabilities --wrap --xpath //secmodel/model; domcapabilities --xpath //arch"
<memory unit="KiB">2097152</memory>
<memory unit="KiB">4194304</memory>

<nodes>
  <model>testSecurity</model>
</nodes>

<arch>i686</arch>

$ vsh capabilities --xpath 'count(//cell)'

error: internal error: Incorrect xpath 'count(//cell)'
[1]
$ vsh capabilities --xpath '//['

error: Invalid XPath expression '//[': Invalid expression
[1]
$ vsh "nodesuspend mem 60; nodesuspend nap 60; nodememstats; node-memory-tune; nodesevinfo; allocpages 4 10"






error: The host was not suspended
error: this function is not supported by the connection driver: virNodeSuspendForDuration
error: Invalid target
error: Unable to get number of memory stats
error: this function is not supported by the connection driver: virNodeGetMemoryStats
error: Unable to get number of memory parameters
error: this function is not supported by the connection driver: virNodeGetMemoryParameters
error: Unable to get host SEV information
error: this function is not supported by the connection driver: virNodeGetSEVInfo
error: this function is not supported by the connection driver: virNodeAllocPages
[1]
$ vsh -q freecell --all
    0:       2048 KiB
    1:       4096 KiB
$ vsh --format json nodeinfo
{
  "model": "i686",
  "cpu_count": 16,
  "mhz": 1400,
  "sockets": 2,
  "cores": 2,
  "threads": 2,
  "numa_nodes": 2,
  "memory_bytes": 3221225472
}
