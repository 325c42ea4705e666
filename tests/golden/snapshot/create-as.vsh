Documents made of options.
$ vsh "snapshot-create-as test --print-xml "
<domainsnapshot>
</domainsnapshot>


$ vsh "snapshot-create-as test --print-xml name"
<domainsnapshot>
  <name>name</name>
</domainsnapshot>


$ vsh "snapshot-create-as test --print-xml name 'a <text>'"
<domainsnapshot>
  <name>name</name>
  <description>a &lt;text&gt;</description>
</domainsnapshot>


$ vsh "snapshot-create-as test --print-xml n d vda vdb"
<domainsnapshot>
  <name>n</name>
  <description>d</description>
  <disks>
    <disk name='vda'/>
    <disk name='vdb'/>
  </disks>
</domainsnapshot>


$ vsh "snapshot-create-as test --print-xml --memspec /m"
<domainsnapshot>
  <memory file='/m'/>
</domainsnapshot>


$ vsh "snapshot-create-as test --print-xml --memspec file=/m,,n,snapshot=external"
<domainsnapshot>
  <memory snapshot='external' file='/m,n'/>
</domainsnapshot>


$ vsh "snapshot-create-as test --print-xml --memspec bogus"

error: unable to parse memspec: bogus
[1]
$ vsh "snapshot-create-as test --print-xml --diskspec vda,snapshot=external,driver=qcow2,file=/a&b"
<domainsnapshot>
  <disks>
    <disk name='vda' snapshot='external'>
      <driver type='qcow2'/>
      <source file='/a&amp;b'/>
    </disk>
  </disks>
</domainsnapshot>


$ vsh "snapshot-create-as test --print-xml --diskspec vda,stype=block,file=/dev/x"
<domainsnapshot>
  <disks>
    <disk name='vda' type='block'>
      <source dev='/dev/x'/>
    </disk>
  </disks>
</domainsnapshot>


$ vsh "snapshot-create-as test --print-xml --diskspec vda,stype=net"

error: Unknown storage type: 'net'
error: unable to parse diskspec: vda,stype=net
[1]
$ vsh "snapshot-create-as test --print-xml --diskspec vda,bogus=1"

error: unable to parse diskspec: vda,bogus=1
[1]
$ vsh "snapshot-create-as test --print-xml --name n --diskspec vda,snapshot=no --diskspec vdb,file=/a,,b"
<domainsnapshot>
  <name>n</name>
  <disks>
    <disk name='vda' snapshot='no'/>
    <disk name='vdb'>
      <source file='/a,b'/>
    </disk>
  </disks>
</domainsnapshot>


$ vsh "snapshot-create-as test s --disk-only"

error: unsupported flags (0x10) in function testDomainSnapshotCreateXML
[1]
$ vsh -q "snapshot-create-as test s; snapshot-create-as test s"
error: operation failed: domain moment s already exists
[1]
$ vsh "snapshot-create-as test s --validate; snapshot-delete test s; snapshot-list test"
Domain snapshot s created
Domain snapshot s deleted

 Name   Creation Time   State
-------------------------------

