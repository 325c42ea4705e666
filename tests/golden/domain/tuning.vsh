Limits and shares: printed without a value, set with one.

$ vsh memtune test ; memtune test --hard-limit 1GiB --soft-limit -1 ; memtune test
error: option --hard-limit already seen
[1]
$ vsh memtune test --hard-limit 5x

error: Unable to parse integer parameter hard-limit
error: invalid argument: unknown suffix 'x'
[1]
$ vsh blkiotune test --weight 500 ; blkiotune test --format json
error: command 'blkiotune' doesn't support option --format
[1]
$ vsh --format json blkiotune test
{
  "weight": 0,
  "device_weight": "",
  "device_read_iops_sec": "",
  "device_write_iops_sec": "",
  "device_read_bytes_sec": "",
  "device_write_bytes_sec": ""
}
$ vsh blkiotune test --weight 0

error: Invalid value of 0 for I/O weight
[1]
$ vsh blkdeviotune test vda --total-bytes-sec 10MiB --total_iops_sec 100 ; blkdeviotune test vda
error: unexpected data ';'
[1]
$ vsh blkdeviotune test vdz

error: Unable to get block I/O throttle parameters
error: invalid argument: disk 'vdz' was not found in the domain config
[1]
$ vsh numatune test --mode strict --nodeset 0 ; numatune test
error: unexpected data ';'
[1]
$ vsh numatune test --mode sometimes

error: Invalid mode: sometimes
[1]
$ vsh domiftune test testnet0 --inbound 1,2,3 --outbound 4 ; domiftune test testnet0
error: unexpected data ';'
[1]
$ vsh domiftune test testnet0 --outbound 1,2,3,4

error: outbound floor is unsupported yet
[1]
$ vsh schedinfo test ; schedinfo test --set weight=5 ; schedinfo test --set bogus=5
Scheduler      : fair

error: Invalid syntax for --set, expecting name=value
[1]
$ vsh schedinfo test --live --config
Scheduler      : fair

error: unsupported flags (0x4) in function testDomainGetSchedulerParametersFlags
[1]
$ vsh perf test --enable cmt,mbmt ; perf test --disable cmt
error: unexpected data 'perf'
[1]
$ vsh setmem test 1GiB ; dominfo test
error: unexpected data ';'
[1]
$ vsh setmaxmem test 4GiB

error: Unable to change MaxMemorySize
error: Requested operation is not valid: cannot resize the maximum memory on an active domain
[1]
$ vsh domthrottlegrouplist test
 Name
-------

