Forgetting domains: what is refused, and what goes with them.

$ vsh "undefine test; list --all"
Domain 'test' has been undefined

 Id   Name   State
----------------------
 1    test   running

$ vsh "destroy test; undefine test --wipe-storage"
Domain 'test' destroyed


error: '--wipe-storage' requires '--storage <string>' or '--remove-all-storage'
[1]
$ vsh "snapshot-create-as test one; destroy test; undefine test; undefine test --snapshots-metadata"
Domain snapshot one created
Domain 'test' destroyed


Domain 'test' has been undefined

error: Failed to undefine domain 'test'
error: Requested operation is not valid: cannot delete inactive domain with 1 snapshots
$ vsh "destroy test; undefine test --storage vda; list --all"
Domain 'test' destroyed

Domain 'test' has been undefined

 Id   Name   State
--------------------

error: Storage volume 'vda'(/guest/diskimage1) is not managed by libvirt. Remove it manually.
$ vsh "destroy test; undefine test --nvram --keep-nvram"
Domain 'test' destroyed


error: Options --nvram and --keep-nvram are mutually exclusive
[1]
$ vsh "destroy test; undefine test --keep-tpm"
Domain 'test' destroyed


error: Failed to undefine domain 'test'
error: unsupported flags (0x40) in function testDomainUndefineFlags
[1]
$ virsh -c test:///default "destroy test; undefine test --keep-tpm"
Domain 'test' destroyed

Domain 'test' has been undefined

