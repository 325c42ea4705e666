"""The command lines that print something: on the test driver, all of them in every format."""

from __future__ import annotations

SNAPSHOTS = (
    "snapshot-create-as test a --description first; snapshot-create-as test b; "
    "snapshot-create-as test c"
)
VOLUME = "vol-create-as default-pool v1 10M --allocation 1M"

LINES = """
attach-disk test /a.img vdb --print-xml
attach-interface test network default --print-xml
blkdeviotune test vda
blkdeviotune test vda --config
blkiotune test
blkiotune test --config
capabilities
capabilities --xpath //arch
capabilities --xpath //arch --wrap
change-media test vda --eject --print-xml
complete -- do
completion bash
cpu-baseline {cpu}
cpu-compare {cpu}
cpu-models x86_64
cpu-models riscv64
cpu-stats test
cpu-stats test --total
cpu-stats test --start 0 --count 2
desc test
desc test --title
detach-disk test vda --print-xml
detach-interface test network --print-xml
domblkerror test
domblkinfo test vda
domblkinfo test vda --human
domblkinfo test --all
domblklist test
domblklist test --details
domblklist test --inactive
domblkstat test vda
domblkstat test vda --human
domblkstat test
domcapabilities
domcapabilities --xpath //os
domcontrol test
domdisplay test
domdisplay test --all
domfsinfo test
domhostname test
domid test
domif-getlink test testnet0
domif-setlink test testnet0 up --print-xml
domifaddr test
domifaddr test --full
domiflist test
domiflist test --inactive
domifstat test testnet0
domiftune test testnet0
dominfo test
domjobinfo test
domlaunchsecinfo test
dommemstat test
domname test
domstate test
domstate test --reason
domstats
domstats --raw
domstats test --state --vcpu --balloon
domthrottlegroupinfo test g
domthrottlegrouplist test
domtime test
domtime test --pretty
domuuid test
domxml-from-native qemu-argv {argv}
domxml-to-native qemu-argv test
dumpxml test
dumpxml test --inactive
dumpxml test --xpath //mac
dumpxml test --xpath //mac/@address
dumpxml test --xpath //disk --wrap
echo one two
emulatorpin test
event --list
find-storage-pool-sources-as netfs
find-storage-pool-sources logical
freecell
freecell 0
freecell --all
freepages --all
freepages 0 4
get-user-sshkeys test root
guestinfo test
guestvcpus test
help
help start
help domain
help formats
history
hostname
hypervisor-cpu-baseline {cpu}
hypervisor-cpu-compare {cpu}
hypervisor-cpu-models
hypervisor-cpu-models --all
iface-dumpxml eth1
iface-dumpxml eth1 --xpath //mac
iface-list
iface-list --all
iface-mac eth1
iface-name aa:bb:cc:dd:ee:ff
iothreadadd test 2; iothreadinfo test
iothreadinfo test
list
list --all
list --all --title
list --all --uuid
list --id
list --inactive
list --managed-save --all
list --name
list --name --uuid
managedsave test; managedsave-dumpxml test
maxvcpus
memtune test
metadata test urn:none
migrate-compcache test
migrate-getmaxdowntime test
migrate-getspeed test
net-desc default
net-desc default --title
net-dhcp-leases default
net-dumpxml default
net-dumpxml default --xpath //ip
net-event --list
net-info default
net-list
net-list --all --title
net-list --name
net-list --uuid
net-metadata default urn:none
net-name dd8fe884-6c02-601e-7551-cca97df1c5df
net-port-list default
net-port-list default --uuid
net-uuid default
node-memory-tune
nodecpumap
nodecpumap --pretty
nodecpustats
nodecpustats 0
nodecpustats --percent
nodedev-dumpxml scsi_host1
nodedev-dumpxml scsi_host1 --xpath //host
nodedev-event --list
nodedev-info computer
nodedev-list
nodedev-list --all
nodedev-list --tree
nodeinfo
nodememstats
nodesevinfo
numatune test
nwfilter-binding-list
nwfilter-list
perf test
pool-capabilities
pool-create-as p2 dir --target /p2 --print-xml
pool-define-as p2 dir --target /p2 --print-xml
pool-dumpxml default-pool
pool-dumpxml default-pool --xpath //path
pool-event --list
pool-info default-pool
pool-info default-pool --bytes
pool-list
pool-list --all
pool-list --details
pool-list --name
pool-list --uuid
pool-list --name --uuid
pool-name dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566
pool-uuid default-pool
pwd
qemu-agent-command test {}
qemu-monitor-command test info
save test {state}; save-image-dumpxml {state}
schedinfo test
screenshot test {picture}
secret-event --list
secret-list
self-test
set
set format
snapshot-create-as test x --print-xml
sysinfo
ttyconsole test
uri
vcpucount test
vcpucount test --live --maximum
vcpuinfo test
vcpuinfo test --pretty
vcpupin test
vcpupin test 0
version
version --daemon
vncdisplay test
""".strip().splitlines()

AFTER = [
    f"{SNAPSHOTS}; {line}"
    for line in (
        "snapshot-current test",
        "snapshot-current test --name",
        "snapshot-dumpxml test a",
        "snapshot-dumpxml test a --xpath //name",
        "snapshot-info test b",
        "snapshot-list test",
        "snapshot-list test --tree",
        "snapshot-list test --name",
        "snapshot-list test --parent",
        "snapshot-list test --parent --name",
        "snapshot-list test --roots",
        "snapshot-parent test b",
    )
] + [
    f"{VOLUME}; {line}"
    for line in (
        "vol-dumpxml v1 default-pool",
        "vol-dumpxml v1 default-pool --xpath //format",
        "vol-info v1 default-pool",
        "vol-info v1 default-pool --bytes",
        "vol-info v1 default-pool --physical",
        "vol-key v1 default-pool",
        "vol-list default-pool",
        "vol-list default-pool --details",
        "vol-name /default-pool/v1",
        "vol-path v1 default-pool",
        "vol-pool /default-pool/v1",
        "vol-pool /default-pool/v1 --uuid",
        "vol-create-as default-pool v2 1M --print-xml",
        "vol-clone v1 v2 default-pool --print-xml",
    )
]

ACTS = (
    """
allocpages 4 1
attach-device test {device}
attach-disk test /a.img vdb
autostart test
backup-begin test
blockresize test vda 1G
checkpoint-create-as test one
checkpoint-create-as test one; checkpoint-info test one
checkpoint-create-as test one; checkpoint-list test
checkpoint-create-as test one; checkpoint-list test --tree
checkpoint-create-as test one; checkpoint-list test --name
checkpoint-create-as test one; checkpoint-dumpxml test one
checkpoint-create-as test one; checkpoint-delete test one
cd /
connect test:///default
create {domain}
define {domain}
desc test new
destroy test
detach-disk test vda
detach-interface test network
domfsfreeze test
domfsthaw test
domfstrim test
domif-setlink test testnet0 down
dommemstat test --period 5
domtime test --now
dompmsuspend test mem
dump test {state}
edit test
emulatorpin test 0
inject-nmi test
iface-begin
iface-destroy eth1
iothreadadd test 3
iothreaddel test 2
managedsave test
managedsave test; managedsave-remove test
memtune test --soft-limit 1000
metadata test urn:x --set <a/> --key k
migrate-setmaxdowntime test 3
net-autostart default
net-define {network}
net-destroy default
net-destroy default; net-undefine default
net-update default add ip-dhcp-host "<host mac='00:16:3e:77:e2:ed' ip='192.168.122.5'/>" --live
nodedev-destroy scsi_host1
perf test --enable cmt
pool-autostart default-pool
pool-build default-pool
pool-define-as p2 dir --target /p2
pool-destroy default-pool
pool-refresh default-pool
qemu-monitor-event test --timeout 1
reboot test
reset test
resume test
save test {state}
save test {state}; restore {state}
save-image-define {state} {domain}
schedinfo test --set weight=3
send-key test KEY_A
send-process-signal test 1 sigterm
set pager off
set-lifecycle-action test poweroff destroy
set-user-password test root x
setmaxmem test 3000000 --config
setmem test 2000000
setvcpu test 1 --enable
setvcpus test 2
shutdown test
snapshot-create test
snapshot-create-as test x
snapshot-create-as test x; snapshot-current test x
snapshot-create-as test x; snapshot-delete test x
snapshot-create-as test x; snapshot-export test {folder}
snapshot-create-as test x; snapshot-revert test x
snapshot-create-as test x; snapshot-edit test x
suspend test
suspend test; resume test
destroy test; start test
destroy test; domrename test other
destroy test; undefine test
destroy test; undefine test --remove-all-storage
ttyconsole test
update-device test {device}
vcpupin test 0 1
""".strip().splitlines()
    + [
        f"{VOLUME}; {line}"
        for line in (
            "vol-clone v1 v2 default-pool",
            "vol-delete v1 default-pool",
            "vol-delete /default-pool/v1",
            "vol-resize v1 20M default-pool",
            "vol-wipe v1 default-pool",
            "vol-upload v1 {device} default-pool",
            "vol-download v1 {picture} default-pool",
            "vol-create default-pool {volume}",
        )
    ]
)

FILES = {
    "cpu": "<cpu><model>qemu64</model></cpu>",
    "argv": "/usr/bin/qemu-system-x86_64 -m 512 -name a",
    "domain": (
        "<domain type='test'><name>new</name><memory>65536</memory><os><type>hvm</type></os>"
        "</domain>"
    ),
    "network": "<network><name>n2</name></network>",
    "volume": "<volume><name>v9</name><capacity>1000</capacity></volume>",
    "device": ("<disk type='file'><source file='/x'/><target dev='vdz' bus='virtio'/></disk>"),
}
