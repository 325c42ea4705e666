What a domain uses, in numbers.
$ vsh "domstats test; domstats --state --list-active; domstats nothing"
Domain: 'test'
  state.state=1
  state.reason=0

Domain: 'test'
  state.state=1
  state.reason=0


error: failed to get domain 'nothing'
[1]
$ vsh "dommemstat test; dommemstat test --period -1; domcontrol test; domtime test --pretty"
actual 2097152
swap_in 0
swap_out 0
major_fault 0
minor_fault 0
unused 1048576
available 2097152
usable 1048576
last_update 627319920
disk_caches 262144
hugetlb_pgalloc 0
hugetlb_pgfail 0
rss 1048576


ok

Time: 1989-11-17 15:32:00
error: Invalid collection period value '-1'
$ vsh "destroy test; dommemstat test; domcontrol test"
Domain 'test' destroyed



error: Failed to get memory statistics for domain test
error: Requested operation is not valid: domain is not running
error: Requested operation is not valid: domain is not running
[1]
$ vsh --format json domstats --state
[
  {
    "name": "test",
    "uuid": "6695eb01-f6a4-8304-79aa-97f2502e193f",
    "state": "running",
    "reason": "unknown"
  }
]
$ vsh domtime test --now --sync

error: Options --now and --sync are mutually exclusive
[1]
