# collectd: its plugin virt reads a running guest, with all its extra statistics.
. "${0%/*}/running.sh"
cat >collectd.conf <<CONF
BaseDir "$PWD"
PIDFile "$PWD/collectd.pid"
Hostname here
Interval 1
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File "$PWD/collectd.log"
  Timestamp false
</Plugin>
LoadPlugin csv
<Plugin csv>
  DataDir "$PWD/csv"
</Plugin>
LoadPlugin virt
<Plugin virt>
  Connection "qemu:///system"
  RefreshInterval 1
  HostnameFormat name
  ExtraStats "cpu_util disk disk_err domain_state job_stats_background vcpu vcpupin disk_physical disk_allocation disk_capacity memory"
  PersistentNotification false
</Plugin>
CONF
collectd -f -C collectd.conf >/dev/null 2>&1 & daemon=$!
for turn in $(seq 100); do
    [ "$(find csv -type f 2>/dev/null | wc -l)" -ge 20 ] && break
    sleep 0.2
done
v suspend guest
v resume guest
v destroy guest
sleep 2
kill $daemon
wait $daemon
find csv -type f | sed 's/-20[0-9-]*$//' | sort -u
cat csv/*/*/memory-total* | tail -n 1 | cut -d, -f2
cut -d' ' -f1 collectd.log | sort -u
grep -iE 'error|fail|unable' collectd.log || echo 'nothing amiss'
