# virtnbdbackup: full, incremental and differential backups of a running guest, and the disk brought back from them.
. "${0%/*}/running.sh"
said() { sed -E 's/^\[?[0-9-]+ [0-9:,]+\]? *//; s/[0-9]{4}-[0-9-]+T?[ 0-9:.,]+//g; s/[0-9.]+ ?[kKMG]?i?B/SIZE/g; s/[0-9]+ bytes/N bytes/g; s/\.[0-9]{10}\b/.T/g; s/(dataSize.:) [0-9]+/\1 N/; s/\[[0-9]+\]/[N]/g; s/virtnbdbackup\.[0-9]+/virtnbdbackup.N/g; s/backup\.[0-9]+/backup.N/g' | grep -vE 'it/s|%\||Version|Arguments|^ *$'; }
b() { echo "# $*"; virtnbdbackup -U qemu:///system -d guest -n -S "$PWD" "$@" 2>&1 | said; }
b -l full -o backup
v checkpoint-list guest --name
# as the guest writes: by its device
io() { virsh -q -c qemu:///system qemu-monitor-command guest --hmp "qemu-io -d /machine/peripheral/virtio-disk0/virtio-backend \"$1\"" 2>&1 | grep .; }
io 'write -P 0xab 128k 64k'
b -l inc -o backup
io 'write -P 0xcd 512k 128k'
io 'write -P 0xef 128k 4k'
b -l inc -o backup
v checkpoint-list guest --name
b -l diff -o backup
# the guest's disk is written to while it is read: what comes too late is in the next one
(while [ ! -e enough ]; do io "write -P 0x$((10 + i % 80)) $((i % 15 * 64))k 64k" > /dev/null; i=$((i + 1)); touch begun; done) &
while [ ! -e begun ]; do sleep 0.05; done
b -l inc -o backup | grep -v extents
touch enough
wait
b -l inc -o backup | grep -v extents
b -l copy -o copy
v checkpoint-list guest --tree
v domjobinfo guest
virtnbdrestore -i backup -o dump -n 2>&1 | said | grep -vE 'checkpointName|date|dataSize|parent|diskSize|version|streamVersion|imestamp'
mkdir back
virtnbdrestore -i backup -o back -n 2>&1 | said
qemu-img convert -O raw back/vda* restored 2>/dev/null || qemu-img convert -O raw "$(ls back/*.qcow2 | head -n 1)" restored
v destroy guest
qemu-img convert -O raw guest-0.qcow2 expected
cmp restored expected && echo same
