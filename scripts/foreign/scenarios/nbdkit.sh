# nbdkit's plugin libvirt: a running guest's disk, read over NBD by virDomainBlockPeek.
qemu-img convert -O raw guest-0.qcow2 guest-0.raw
sed -i "s/type='qcow2'/type='raw'/; s/guest-0.qcow2/guest-0.raw/" guest.xml
. "${0%/*}/running.sh"
nbdkit --exit-with-parent -f -U "$PWD/nbd" libvirt connect=qemu:///system domain=guest disk=vda & server=$!
for turn in $(seq 50); do [ -S nbd ] && break; sleep 0.1; done
qemu-img info --output=json "nbd+unix:///?socket=$PWD/nbd" | grep virtual-size
qemu-img convert -f raw -O raw "nbd+unix:///?socket=$PWD/nbd" whole
kill $server
wait $server
v destroy guest
cmp whole guest-0.raw && echo same
nbdkit -U - libvirt connect=qemu:///system domain=none disk=vda --run 'qemu-img info "$uri"' 2>&1 | grep -o 'Domain not found.*' | head -n 1
