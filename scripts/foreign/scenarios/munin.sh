# munin: the four plugins, configured and read.
. "${0%/*}/running.sh"
export uri=qemu:///system address=qemu:///system MUNIN_LIBDIR=/usr/share/munin
for plugin in blkstat cputime ifstat mem; do
    echo "# $plugin"
    /usr/share/munin/plugins/libvirt-$plugin autoconf 2>&1
    /usr/share/munin/plugins/libvirt-$plugin config 2>&1
    /usr/share/munin/plugins/libvirt-$plugin 2>&1 | sed -E 's/(cputime|read|write|total|total_pc|rss)(.value) [0-9]+/\1\2 N/'
done
v destroy guest
