Jobs on disks: what is checked before they are started, and what a driver without them says.
$ vsh "blockcopy test vda; blockcopy test vda /x --verbose; blockcopy test vda /x --async; blockcopy test vda --xml x --dest /x"




error: need either --dest or --xml
error: --verbose requires at least one of --timeout, --wait, --pivot, or --finish
error: --async requires at least one of --timeout, --wait, --pivot, or --finish
error: Options --dest and --xml are mutually exclusive
[1]
$ vsh "blockcopy test vda '/a b&c' --print-xml; blockcopy test vda /dev/x --print-xml --blockdev --format qcow2"
<disk type='file'>
  <source file='/a b&amp;c'/>
</disk>

<disk type='block'>
  <source dev='/dev/x'/>
  <driver type='qcow2'/>
</disk>

$ vsh "blockcopy test vda /x; blockcopy test vda /x --raw; blockcopy test vda /x --granularity 65536; blockcopy test vda /x --bandwidth 99999999999999 --granularity 4"




error: this function is not supported by the connection driver: virDomainBlockRebase
error: this function is not supported by the connection driver: virDomainBlockRebase
error: this function is not supported by the connection driver: virDomainBlockCopy
error: bandwidth must be less than 17592186044415
[1]
$ vsh "blockcommit test vda --verbose; blockcommit test vda --async; blockcommit test vda --pivot --keep-overlay; blockcommit test vda; blockcommit test vda --wait"





error: --verbose requires at least one of --timeout, --wait, --pivot, or --keep-overlay
error: --async requires at least one of --timeout, --wait, --pivot, or --keep-overlay
error: Options --pivot and --keep-overlay are mutually exclusive
error: this function is not supported by the connection driver: virDomainBlockCommit
error: this function is not supported by the connection driver: virDomainBlockCommit
[1]
$ vsh "blockpull test vda --verbose; blockpull test vda; blockpull test vda --base x; blockpull test vda --bandwidth 10M --timeout 0"




error: Option --wait is required by option --verbose
error: this function is not supported by the connection driver: virDomainBlockPull
error: this function is not supported by the connection driver: virDomainBlockRebase
error: Numeric value '0' for <timeout> option is malformed or out of range
[1]
$ vsh "blockjob test vda --raw --abort; blockjob test vda; blockjob test vda --abort; blockjob test vda 5"




error: Options --raw and --abort are mutually exclusive
error: this function is not supported by the connection driver: virDomainGetBlockJobInfo
error: this function is not supported by the connection driver: virDomainBlockJobAbort
error: this function is not supported by the connection driver: virDomainBlockJobSetSpeed
[1]
$ vsh "blockresize test vda; blockresize test vda 1G --capacity; blockresize test vda 1G; domblkthreshold test vda 10M"




error: Either --size or --capacity must be provided
error: Options --size and --capacity are mutually exclusive
error: Failed to resize block device 'vda'
error: this function is not supported by the connection driver: virDomainBlockResize
error: this function is not supported by the connection driver: virDomainSetBlockThreshold
[1]
