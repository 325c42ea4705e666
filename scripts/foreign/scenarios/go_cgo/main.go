// libvirt's own Go binding (cgo): a guest's life, snapshots, events, a volume through a stream.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sort"
	"time"

	libvirt "github.com/libvirt/libvirt-go"
)

func must(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func main() {
	must(libvirt.EventRegisterDefaultImpl())
	go func() {
		for {
			libvirt.EventRunDefaultImpl()
		}
	}()
	c, err := libvirt.NewConnect("qemu:///system")
	must(err)
	told := make(chan libvirt.DomainEventLifecycle, 100)
	_, err = c.DomainEventLifecycleRegister(nil, func(_ *libvirt.Connect, _ *libvirt.Domain, event *libvirt.DomainEventLifecycle) {
		told <- *event
	})
	must(err)
	kind, _ := c.GetType()
	alive, _ := c.IsAlive()
	fmt.Println(kind, alive)
	xml, err := os.ReadFile("guest.xml")
	must(err)
	d, err := c.DomainDefineXML(string(xml))
	must(err)
	must(d.Create())
	name, _ := d.GetName()
	info, err := d.GetInfo()
	must(err)
	fmt.Println(name, info.State, info.MaxMem, info.NrVirtCpu)
	all, err := c.ListAllDomains(libvirt.CONNECT_LIST_DOMAINS_ACTIVE)
	must(err)
	fmt.Println(len(all))
	must(d.Suspend())
	state, reason, err := d.GetState()
	must(err)
	fmt.Println(state, reason)
	must(d.Resume())
	s, err := d.CreateSnapshotXML("<domainsnapshot><name>one</name></domainsnapshot>", 0)
	must(err)
	names, err := d.SnapshotListNames(0)
	must(err)
	fmt.Println(names)
	must(s.RevertToSnapshot(0))
	must(s.Delete(0))
	stats, err := c.GetAllDomainStats([]*libvirt.Domain{d}, libvirt.DOMAIN_STATS_STATE|libvirt.DOMAIN_STATS_BLOCK|libvirt.DOMAIN_STATS_VCPU, 0)
	must(err)
	fmt.Println(len(stats), stats[0].State.State, len(stats[0].Block), stats[0].Block[0].Name, stats[0].Block[0].Capacity, len(stats[0].Vcpu))
	block, err := d.BlockStats("vda")
	must(err)
	fmt.Println(block.RdBytesSet, block.WrReqSet)

	folder, _ := os.Getwd()
	p, err := c.StoragePoolCreateXML("<pool type='dir'><name>pool</name><target><path>"+folder+"</path></target></pool>", 0)
	must(err)
	v, err := p.StorageVolCreateXML("<volume><name>v</name><capacity>65536</capacity></volume>", 0)
	must(err)
	data := bytes.Repeat([]byte("go"), 32768)
	up, err := c.NewStream(0)
	must(err)
	must(v.Upload(up, 0, 65536, 0))
	for at := 0; at < len(data); {
		n, err := up.Send(data[at:])
		must(err)
		at += n
	}
	must(up.Finish())
	down, err := c.NewStream(0)
	must(err)
	must(v.Download(down, 0, 65536, 0))
	back, part := []byte{}, make([]byte, 10000)
	for {
		n, err := down.Recv(part)
		if err == io.EOF {
			break
		}
		must(err)
		back = append(back, part[:n]...)
	}
	must(down.Finish())
	fmt.Println("volume", bytes.Equal(back, data))
	must(v.Delete(0))
	must(p.Destroy())

	n, err := c.NetworkDefineXML("<network><name>net</name><bridge name='interop0'/><ip address='192.0.2.1' netmask='255.255.255.0'/></network>")
	must(err)
	must(n.Create())
	bridge, err := n.GetBridgeName()
	must(err)
	fmt.Println(bridge)
	must(n.Destroy())
	must(n.Undefine())
	x, err := c.SecretDefineXML("<secret private='no'><usage type='volume'><volume>/v</volume></usage></secret>", 0)
	must(err)
	must(x.SetValue([]byte("geheim"), 0))
	value, err := x.GetValue(0)
	must(err)
	fmt.Println(string(value))
	must(x.Undefine())

	_, err = c.LookupDomainByName("none")
	wrong := err.(libvirt.Error)
	fmt.Println(wrong.Code, wrong.Domain, wrong.Message)
	must(d.Destroy())
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
	must(d.Undefine())
}
