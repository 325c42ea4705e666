Limits and shares: printed without a value, set with one.

$ vsh "memtune test; memtune test --hard-limit 1GiB --soft-limit -1; memtune test"
hard_limit     : unlimited
soft_limit     : unlimited
swap_hard_limit: unlimited


hard_limit     : 1048576
soft_limit     : unlimited
swap_hard_limit: unlimited

$ vsh memtune test --hard-limit 5x

error: Unable to parse integer parameter hard-limit
error: invalid argument: unknown suffix 'x'
[1]
$ vsh "blkiotune test --weight 500; blkiotune test"

weight         : 500
device_weight  : 
device_read_iops_sec: 
device_write_iops_sec: 
device_read_bytes_sec: 
device_write_bytes_sec: 

$ vsh --format json blkiotune test
{
  "weight": 0,
  "device_weight": [],
  "device_read_iops_sec": [],
  "device_write_iops_sec": [],
  "device_read_bytes_sec": [],
  "device_write_bytes_sec": []
}
$ vsh blkiotune test --weight 0

error: Invalid value of 0 for I/O weight
[1]
$ vsh "blkdeviotune test vda --total-bytes-sec 10MiB --total_iops_sec 100; blkdeviotune test vda"

total_bytes_sec: 0
read_bytes_sec : 0
write_bytes_sec: 0
total_iops_sec : 0
read_iops_sec  : 0
write_iops_sec : 0
total_bytes_sec_max: 0
read_bytes_sec_max: 0
write_bytes_sec_max: 0
total_iops_sec_max: 0
read_iops_sec_max: 0
write_iops_sec_max: 0
size_iops_sec  : 0
group_name     : 
total_bytes_sec_max_length: 0
read_bytes_sec_max_length: 0
write_bytes_sec_max_length: 0
total_iops_sec_max_length: 0
read_iops_sec_max_length: 0
write_iops_sec_max_length: 0

error: Unable to change block I/O throttle
error: invalid argument: total_bytes_sec cannot be set higher than total_bytes_sec_max
$ vsh blkdeviotune test vdz

error: Unable to get block I/O throttle parameters
error: invalid argument: disk 'vdz' was not found in the domain config
[1]
$ vsh "numatune test --mode strict --nodeset 0; numatune test"

numa_mode      : strict
numa_nodeset   : 0

$ vsh numatune test --mode sometimes

error: Invalid mode: sometimes
[1]
$ vsh "domiftune test testnet0 --inbound 1,2,3 --outbound 4; domiftune test testnet0"

inbound.average: 1
inbound.peak   : 2
inbound.burst  : 3
inbound.floor  : 0
outbound.average: 4
outbound.peak  : 0
outbound.burst : 0

$ vsh domiftune test testnet0 --outbound 1,2,3,4

error: outbound floor is unsupported yet
[1]
$ vsh "schedinfo test; schedinfo test --set weight=5; schedinfo test --set bogus=5"
Scheduler      : fair
weight         : 50

Scheduler      : fair
weight         : 50

Scheduler      : fair

error: invalid scheduler option: bogus
[1]
$ vsh schedinfo test --live --config
Scheduler      : fair

error: unsupported flags (0x4) in function testDomainGetSchedulerParametersFlags
[1]
$ vsh "perf test --enable cmt,mbmt; perf test --disable cmt"
cmt            : enabled
mbmt           : enabled

cmt            : disabled

$ vsh "setmem test 1GiB; vcpucount test"

maximum      config         2
maximum      live           2
current      config         2
current      live           2

$ vsh setmaxmem test 4GiB

error: Unable to change MaxMemorySize
error: Requested operation is not valid: cannot resize the maximum memory on an active domain
[1]
$ vsh domthrottlegrouplist test
 Name
-------

