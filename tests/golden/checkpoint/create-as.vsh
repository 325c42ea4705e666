Documents made of options.
$ vsh "checkpoint-create-as test --print-xml "
<domaincheckpoint>
</domaincheckpoint>


$ vsh "checkpoint-create-as test --print-xml c"
<domaincheckpoint>
  <name>c</name>
</domaincheckpoint>


$ vsh "checkpoint-create-as test --print-xml c 'a <text>'"
<domaincheckpoint>
  <name>c</name>
  <description>a &lt;text&gt;</description>
</domaincheckpoint>


$ vsh "checkpoint-create-as test --print-xml c d vda vdb"
<domaincheckpoint>
  <name>c</name>
  <description>d</description>
  <disks>
    <disk name='vda'/>
    <disk name='vdb'/>
  </disks>
</domaincheckpoint>


$ vsh "checkpoint-create-as test --print-xml --diskspec vda,checkpoint=bitmap,bitmap=b1"
<domaincheckpoint>
  <disks>
    <disk name='vda' checkpoint='bitmap' bitmap='b1'/>
  </disks>
</domaincheckpoint>


$ vsh "checkpoint-create-as test --print-xml --diskspec vda,bogus=1"

error: unable to parse diskspec: vda,bogus=1
[1]
$ vsh "checkpoint-create-as test c; checkpoint-create-as test c; checkpoint-create-as test a/b; checkpoint-create-as test d --quiesce; checkpoint-list test --tree"
Domain checkpoint c created


Domain checkpoint d created
c
  |
  +- d
    

error: operation failed: domain moment c already exists
error: XML document failed to validate against schema: Unable to validate doc against /usr/share/libvirt/schemas/domaincheckpoint.rng
Extra element name in interleave
Element domaincheckpoint failed to validate content

