Elements of devices made of options, and devices that come and go.
$ vsh "attach-disk --print-xml test /x.img vdb; attach-disk --print-xml test /x.iso hdc --type cdrom --mode readonly --targetbus ide --serial '<1>'"
<disk type='file'>
  <source file='/x.img'/>
  <target dev='vdb'/>
</disk>

<disk type='file' device='cdrom'>
  <source file='/x.iso'/>
  <target dev='hdc' bus='ide'/>
  <readonly/>
  <serial><1></serial>
</disk>

$ vsh "attach-disk --print-xml test /x vdb --driver qemu --subdriver qcow2 --cache none --io native --iothread 1 --rawio --alias ua-x --throttle-groups a,b"
<disk type='file' rawio='yes'>
  <driver name='qemu' type='qcow2' iothread='1' cache='none' io='native'/>
  <source file='/x'/>
  <target dev='vdb'/>
  <throttlefilters>
    <throttlefilter group='a'/>
    <throttlefilter group='b'/>
  </throttlefilters>
  <alias name='ua-x'/>
</disk>

$ vsh "attach-disk --print-xml test n vdb --source-protocol nbd --source-host-name h:10809; attach-disk --print-xml test n vdb --source-protocol nbd --source-host-transport unix --source-host-socket /s"
<disk type='network'>
  <source protocol='nbd' name='n'>
    <host name='h' port='10809'/>
  </source>
  <target dev='vdb'/>
</disk>

<disk type='network'>
  <source protocol='nbd' name='n'>
    <host transport='unix' socket='/s'/>
  </source>
  <target dev='vdb'/>
</disk>

$ vsh "attach-disk --print-xml test /x vdb --address pci:0000.00.0a.0 --multifunction; attach-disk --print-xml test /x sda --address scsi:0.0.1; attach-disk --print-xml test /x sda --address usb:1.2; attach-disk --print-xml test /x vdb --address ccw:fe.0.0001; attach-disk --print-xml test /x hda --address ide:0.1.0"
<disk type='file'>
  <source file='/x'/>
  <target dev='vdb'/>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x0a' function='0x0' multifunction='on'/>
</disk>

<disk type='file'>
  <source file='/x'/>
  <target dev='sda'/>
  <address type='drive' controller='0' bus='0' unit='1'/>
</disk>

<disk type='file'>
  <source file='/x'/>
  <target dev='sda'/>
  <address type='usb' bus='1' port='2'/>
</disk>

<disk type='file'>
  <source file='/x'/>
  <target dev='vdb'/>
  <address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0001'/>
</disk>

<disk type='file'>
  <source file='/x'/>
  <target dev='hda'/>
  <address type='drive' controller='0' bus='1' unit='0'/>
</disk>

$ vsh "attach-disk test /x vdb --address ide:0.0.0; attach-disk test /x sda --address pci:0.0.0.0; attach-disk test /x hda --address x; attach-disk test /x vdb --sourcetype x; attach-disk test /x vdb --sourcetype network; attach-disk test /x vdb --mode x; attach-disk test /x vdb --source-host-name h"







error: expecting a pci:0000.00.00.00 or ccw:00.0.0000 address.
error: expecting a scsi:00.00.00 or usb:00.00 or sata:00.00.00 address.
error: Invalid address.
error: Unknown source type: 'x'
error: --source-protocol option requires --sourcetype network
error: No support for x in command 'attach-disk'
error: Option --source-protocol is required by option --source-host-name
[1]
$ vsh "attach-interface --print-xml test network default --inbound 100,200,300 --outbound 10; attach-interface --print-xml test hostdev 0000:00:1f.2 --managed; attach-interface --print-xml test direct eth0; attach-interface --print-xml test vhostuser /s --source-mode client"
<interface type='network'>
  <source network='default'/>
  <bandwidth>
    <inbound average='100' peak='200' burst='300'/>
    <outbound average='10'/>
  </bandwidth>
</interface>

<interface type='hostdev' managed='yes'>
  <source>
    <address type='pci' domain='0x0000' bus='0x00' slot='0x1f' function='0x2'/>
  </source>
</interface>

<interface type='direct'>
  <source dev='eth0'/>
</interface>

<interface type='vhostuser'>
  <source type='unix' path='/s' mode='client'/>
</interface>

$ vsh "attach-interface test vhostuser /s; attach-interface test direct eth0 --source-mode x; attach-interface test paint x; attach-interface test hostdev x; attach-interface test network default --inbound 0; attach-interface test network default --outbound 1,2,3,4; attach-interface test network default --outbound 1,2,3,4,5"







error: source-mode is mandatory
error: Invalid source mode: x
error: No support for paint in command 'attach-interface'
error: cannot parse pci address 'x' for network interface
error: either inbound average or floor is mandatory
error: outbound floor is unsupported yet
error: Rate string '1,2,3,4,5' has too many fields
[1]
$ vsh "attach-disk test /x vdb; domblklist test; attach-disk test /y vdb; detach-disk test vdb --print-xml; detach-disk test vdz; change-media test vdb /y"
Disk attached successfully

 Target   Source
-----------------------------
 vda      /guest/diskimage1
 vdb      /x


<disk type="file" device="disk">
      <source file="/x"/>
      <target dev="vdb" bus="virtio"/>
      <alias name="virtio-disk1"/>
    </disk>


error: Failed to attach disk
error: XML error: target 'vdb' duplicated for disk sources '/x' and '/y'
error: No disk found whose source path or target is vdz
error: No disk found whose source path or target is vdb
[1]
$ vsh "attach-interface test network default --mac 52:54:00:00:00:01; domiflist test; detach-interface test network; detach-interface test network --mac 52:54:00:00:00:02; detach-interface test bridge"

 Interface   Type      Source    Model   MAC
------------------------------------------------------------
 testnet0    network   default   -       aa:bb:cc:dd:ee:ff




error: Failed to attach interface
error: Operation not supported: hotplug of interface type of network is not implemented yet
error: Failed to detach interface
error: this function is not supported by the connection driver: virDomainDetachDevice
error: No interface with MAC address 52:54:00:00:00:02 was found
error: Failed to detach interface
error: No interface found whose type is bridge
error: Failed to detach interface
[1]
$ vsh "attach-device test nosuch; detach-device test nosuch; update-device test nosuch; detach-device-alias test x; update-memory-device test; update-memory-device test --node 0 --alias x"






error: Failed to open file 'nosuch': No such file or directory
error: Failed to open file 'nosuch': No such file or directory
error: Failed to open file 'nosuch': No such file or directory
error: Failed to detach device with alias x
error: internal error: no device found with alias x
error: no memory device found
error: Options --node and --alias are mutually exclusive
[1]
$ vsh "domif-setlink test aa:bb:cc:dd:ee:ff sideways; domif-setlink test aa:bb:cc:dd:ee:f0 up; domif-setlink test aa:bb:cc:dd:ee:ff down --print-xml"


<interface type="network">
      <mac address="aa:bb:cc:dd:ee:ff"/>
      <source network="default"/>
      <target dev="testnet0"/>
      <address type="pci" domain="0x0000" bus="0x00" slot="0x01" function="0x0"/>
    <link state="down"/></interface>
error: invalid link state 'sideways'
error: interface 'aa:bb:cc:dd:ee:f0' not found
$ vsh "attach-disk --print-xml test /x sda --wwn 0x5000c500155b4a1b; attach-disk --print-xml test /x sda --wwn 0x5"
<disk type='file'>
  <source file='/x'/>
  <target dev='sda'/>
  <wwn>0x5000c500155b4a1b</wwn>
</disk>


error: internal error: Malformed wwn: 0x5
[1]
