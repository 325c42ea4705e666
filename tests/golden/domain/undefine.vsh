Forgetting domains: what is refused, and what goes with them.

$ vsh undefine test ; list --all
error: unexpected data 'list'
[1]
$ vsh destroy test ; undefine test --wipe-storage
error: unexpected data ';'
[1]
$ vsh snapshot-create-as test one ; destroy test ; undefine test ; undefine test --snapshots-metadata
error: command 'snapshot-create-as' doesn't support option --snapshots-metadata
[1]
$ vsh destroy test ; undefine test --storage vda ; list --all
error: unexpected data ';'
[1]
$ vsh destroy test ; undefine test --nvram --keep-nvram
error: unexpected data ';'
[1]
$ vsh destroy test ; undefine test --keep-tpm
error: unexpected data ';'
[1]
$ virsh -c test:///default destroy test ; undefine test --keep-tpm
error: unexpected data ';'
[1]
