Devices: the XML that is made of options, and what drivers say to it.

$ vsh attach-disk test /images/a.qcow2 vdb --driver qemu --subdriver qcow2 --cache none --print-xml
<disk type='file'>
  <driver name='qemu' type='qcow2' cache='none'/>
  <source file='/images/a.qcow2'/>
  <target dev='vdb'/>
</disk>

$ vsh attach-disk nosuch volume vdc --source-protocol rbd --source-host-name mon:6789 --print-xml
<disk type='network'>
  <source protocol='rbd' name='volume'>
    <host name='mon' port='6789'/>
  </source>
  <target dev='vdc'/>
</disk>

$ vsh attach-disk test x sdb --address pci:0000.00.07.0 --print-xml

error: expecting a scsi:00.00.00 or usb:00.00 or sata:00.00.00 address.
[1]
$ vsh attach-disk test x vdb --address pci:0000.00.07.0 --multifunction --print-xml
<disk type='file'>
  <source file='x'/>
  <target dev='vdb'/>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x07' function='0x0' multifunction='on'/>
</disk>

$ vsh attach-disk test x vdb --wwn 12

error: internal error: Malformed wwn: 12
[1]
$ vsh attach-disk test x vdb --mode bogus

error: No support for bogus in command 'attach-disk'
[1]
$ vsh attach-interface test network default --model virtio --mac 52:54:00:00:00:01 --inbound 100,200 --print-xml
<interface type='network'>
  <source network='default'/>
  <mac address='52:54:00:00:00:01'/>
  <model type='virtio'/>
  <bandwidth>
    <inbound average='100' peak='200'/>
  </bandwidth>
</interface>

$ vsh attach-interface test hostdev 0000:07:00.1 --managed --print-xml
<interface type='hostdev' managed='yes'>
  <source>
    <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
  </source>
</interface>

$ vsh attach-interface test bogus x

error: No support for bogus in command 'attach-interface'
[1]
$ vsh detach-disk test vda --print-xml
<disk type="file" device="disk">
      <source file="/guest/diskimage1"/>
      <target dev="vda" bus="virtio"/>
      <address type="pci" domain="0x0000" bus="0x01" slot="0x00" function="0x0"/>
    </disk>
$ vsh detach-interface test network --mac aa:bb:cc:dd:ee:00

error: No interface with MAC address aa:bb:cc:dd:ee:00 was found
error: Failed to detach interface
[1]
$ vsh domif-setlink test testnet0 down --print-xml
<interface type="network">
      <mac address="aa:bb:cc:dd:ee:ff"/>
      <source network="default"/>
      <target dev="testnet0"/>
      <address type="pci" domain="0x0000" bus="0x00" slot="0x01" function="0x0"/>
    <link state="down"/></interface>
$ vsh domif-setlink test testnet0 sideways

error: invalid link state 'sideways'
[1]
$ vsh change-media test vda --eject

error: No disk found whose source path or target is vda
[1]
$ vsh update-memory-device test --requested-size 1GiB

error: no memory device found
[1]
$ vsh blockcopy test vda --dest /x --format qcow2 --print-xml
<disk type='file'>
  <source file='/x'/>
  <driver type='qcow2'/>
</disk>

$ vsh blockcopy test vda

error: need either --dest or --xml
[1]
$ vsh blockcommit test vda --verbose

error: --verbose requires at least one of --timeout, --wait, --pivot, or --keep-overlay
[1]
$ vsh blockresize test vda

error: Either --size or --capacity must be provided
[1]
$ vsh blockjob test vda --raw --abort

error: Options --raw and --abort are mutually exclusive
[1]
$ vsh domdisplay test

error: No graphical display found
[1]
$ vsh ttyconsole test

[1]
