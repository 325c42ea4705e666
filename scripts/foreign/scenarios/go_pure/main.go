// DigitalOcean's Go client, which speaks libvirt's wire itself: no C library.
package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"sort"
	"time"

	"github.com/digitalocean/go-libvirt"
)

func must(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func main() {
	socket, err := net.DialTimeout("unix", "/run/libvirt/libvirt-sock", 5*time.Second)
	must(err)
	l := libvirt.New(socket)
	must(l.Connect())
	kind, err := l.ConnectGetType()
	must(err)
	uri, err := l.ConnectGetUri()
	must(err)
	fmt.Println(kind, uri)
	context, cancel := context.WithCancel(context.Background())
	told, err := l.LifecycleEvents(context)
	must(err)
	xml, err := os.ReadFile("guest.xml")
	must(err)
	d, err := l.DomainDefineXMLFlags(string(xml), 0)
	must(err)
	must(l.DomainCreate(d))
	state, maxMem, _, cpus, _, err := l.DomainGetInfo(d)
	must(err)
	fmt.Println(d.Name, state, maxMem, cpus)
	domains, n, err := l.ConnectListAllDomains(1, libvirt.ConnectListDomainsActive)
	must(err)
	fmt.Println(n, len(domains), domains[0].Name)
	must(l.DomainSuspend(d))
	now, reason, err := l.DomainGetState(d, 0)
	must(err)
	fmt.Println(now, reason)
	must(l.DomainResume(d))
	s, err := l.DomainSnapshotCreateXML(d, "<domainsnapshot><name>one</name></domainsnapshot>", 0)
	must(err)
	names, err := l.DomainSnapshotListNames(d, 10, 0)
	must(err)
	fmt.Println(names)
	must(l.DomainRevertToSnapshot(s, 0))
	must(l.DomainSnapshotDelete(s, 0))
	d, err = l.DomainLookupByName("guest")
	must(err)
	stats, err := l.ConnectGetAllDomainStats([]libvirt.Domain{d}, uint32(libvirt.DomainStatsState|libvirt.DomainStatsVCPU), 0)
	must(err)
	keys := []string{}
	for _, each := range stats[0].Params {
		if each.Field == "state.state" || each.Field == "vcpu.current" || each.Field == "vcpu.maximum" {
			keys = append(keys, fmt.Sprint(each.Field, "=", each.Value.I))
		}
	}
	fmt.Println(keys)
	allocation, capacity, _, err := l.DomainGetBlockInfo(d, "vda", 0)
	must(err)
	fmt.Println(allocation > 0, capacity)

	folder, _ := os.Getwd()
	p, err := l.StoragePoolCreateXML("<pool type='dir'><name>pool</name><target><path>"+folder+"</path></target></pool>", 0)
	must(err)
	v, err := l.StorageVolCreateXML(p, "<volume><name>v</name><capacity>10000000</capacity></volume>", 0)
	must(err)
	data := bytes.Repeat([]byte("0123456789"), 1000000)
	must(l.StorageVolUpload(v, bytes.NewReader(data), 0, uint64(len(data)), 0))
	var back bytes.Buffer
	must(l.StorageVolDownload(v, &back, 0, uint64(len(data)), 0))
	fmt.Println("volume", bytes.Equal(back.Bytes(), data))
	must(l.StorageVolDelete(v, 0))
	must(l.StoragePoolDestroy(p))

	net, err := l.NetworkDefineXML("<network><name>net</name><bridge name='interop0'/><ip address='192.0.2.1' netmask='255.255.255.0'/></network>")
	must(err)
	must(l.NetworkCreate(net))
	bridge, err := l.NetworkGetBridgeName(net)
	must(err)
	fmt.Println(bridge)
	must(l.NetworkDestroy(net))
	must(l.NetworkUndefine(net))
	x, err := l.SecretDefineXML("<secret private='no'><usage type='volume'><volume>/v</volume></usage></secret>", 0)
	must(err)
	must(l.SecretSetValue(x, []byte("geheim"), 0))
	value, err := l.SecretGetValue(x, 0)
	must(err)
	fmt.Println(string(value))
	must(l.SecretUndefine(x))
	_, err = l.DomainLookupByName("none")
	fmt.Println(err, libvirt.IsNotFound(err))
	_, err = l.QEMUDomainMonitorCommand(d, `{"execute":"query-status"}`, 0)
	fmt.Println("monitor", err)

	must(l.DomainDestroy(d))
	seen := map[string]bool{}
	for end := time.After(30 * time.Second); !seen["5/1"]; {
		select {
		case event := <-told:
			seen[fmt.Sprintf("%d/%d", event.Event, event.Detail)] = true
		case <-end:
			fmt.Println("no end of the guest was told")
			os.Exit(1)
		}
	}
	events := []string{}
	for each := range seen {
		events = append(events, each)
	}
	sort.Strings(events)
	fmt.Println(events)
	// While a subscription is being ended this client cannot take an event: the guest goes first.
	must(l.DomainUndefine(d))
	cancel()
	must(l.Disconnect())
}
