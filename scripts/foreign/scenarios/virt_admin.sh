# virt-admin: servers, clients, pools of workers, the log.
a() { echo "# $*"; virt-admin -q -c libvirtd:///system "$@" 2>&1; }
a server-list | awk '{print $2}' | sort
a server-threadpool-info libvirtd | grep -E 'min|max|prio'
a server-threadpool-set libvirtd --min-workers 6 --max-workers 30
a server-threadpool-info libvirtd | grep -E 'min|max'
a server-threadpool-set libvirtd --min-workers 31
a server-threadpool-set libvirtd --min-workers 5 --max-workers 20
a server-clients-info libvirtd
a server-clients-set libvirtd --max-clients 4000
a server-clients-info libvirtd
a server-clients-set libvirtd --max-clients 5000
virsh -q -c qemu:///system event --event lifecycle --timeout 20 >/dev/null 2>&1 &
other=$!
for turn in 1 2 3 4 5 6 7 8 9 10; do
    client=$(virt-admin -q -c libvirtd:///system client-list libvirtd | awk '/unix/ {print $1}' | tail -n 1)
    [ -n "$client" ] && break
    sleep 0.2
done
a client-info libvirtd "$client" | sed "s,$client,N," | grep -vE 'process_id|connection_time|^id|process_name'
a client-disconnect libvirtd "$client" | sed "s/$client/N/"
wait $other
echo "other: $?"
a client-info libvirtd 4711
a client-list nosuch
a daemon-log-filters "3:remote 4:event"
a daemon-log-filters
a daemon-log-outputs 4:stderr
a daemon-log-outputs
a daemon-log-outputs 9:nowhere
a server-update-tls libvirtd
a daemon-timeout --timeout 0 | head -n 1
