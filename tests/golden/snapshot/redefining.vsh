The metadata of a tree of snapshots is lost and brought back, parents first.
$ cat > base.xml
<domainsnapshot>
  <name>base</name>
  <state>running</state>
  <creationTime>1600000000</creationTime>
  <domain type='test'>
    <name>test</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
    <memory>8388608</memory>
    <vcpu>2</vcpu>
    <os><type>hvm</type></os>
    <devices>
      <disk type='file'><source file='/guest/diskimage1'/><target dev='vda'/></disk>
    </devices>
  </domain>
</domainsnapshot>
$ cat > update.xml
<domainsnapshot>
  <name>update</name>
  <state>shutoff</state>
  <parent><name>base</name></parent>
  <creationTime>1600000100</creationTime>
  <domain type='test'>
    <name>test</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
    <memory>8388608</memory>
    <vcpu>2</vcpu>
    <os><type>hvm</type></os>
    <devices>
      <disk type='file'><source file='/guest/diskimage1'/><target dev='vda'/></disk>
    </devices>
  </domain>
</domainsnapshot>
$ cat > Work.xml
<domainsnapshot>
  <name>Work</name>
  <state>paused</state>
  <parent><name>update</name></parent>
  <creationTime>1600000200</creationTime>
  <domain type='test'>
    <name>test</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
    <memory>8388608</memory>
    <vcpu>2</vcpu>
    <os><type>hvm</type></os>
    <devices>
      <disk type='file'><source file='/guest/diskimage1'/><target dev='vda'/></disk>
    </devices>
  </domain>
</domainsnapshot>
$ cat > try.xml
<domainsnapshot>
  <name>try</name>
  <state>running</state>
  <parent><name>update</name></parent>
  <creationTime>1600000300</creationTime>
  <domain type='test'>
    <name>test</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
    <memory>8388608</memory>
    <vcpu>2</vcpu>
    <os><type>hvm</type></os>
    <devices>
      <disk type='file'><source file='/guest/diskimage1'/><target dev='vda'/></disk>
    </devices>
  </domain>
</domainsnapshot>
$ vsh "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test; snapshot-list test --tree; snapshot-current test --name; snapshot-dumpxml test Work"
Domain snapshot base created from 'base.xml'
Domain snapshot update created from 'update.xml'
Domain snapshot Work created from 'Work.xml'
Domain snapshot try created from 'try.xml'
 Name     Creation Time               State
-----------------------------------------------
 base     2020-09-13 12:26:40 +0000   running
 try      2020-09-13 12:31:40 +0000   running
 update   2020-09-13 12:28:20 +0000   shutoff
 Work     2020-09-13 12:30:00 +0000   paused

base
  |
  +- update
      |
      +- try
      +- Work
        

try
<domainsnapshot>
  <name>Work</name>
  <state>paused</state>
  <parent>
    <name>update</name>
  </parent>
  <creationTime>1600000200</creationTime>
  <memory snapshot='internal'/>
  <disks>
    <disk name='vda' snapshot='internal'/>
  </disks>
  <domain type='test'>
    <name>test</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
    <memory unit='KiB'>8388608</memory>
    <currentMemory unit='KiB'>8388608</currentMemory>
    <vcpu placement='static'>2</vcpu>
    <os>
      <type arch='i686'>hvm</type>
      <boot dev='hd'/>
    </os>
    <clock offset='utc'/>
    <on_poweroff>destroy</on_poweroff>
    <on_reboot>restart</on_reboot>
    <on_crash>destroy</on_crash>
    <devices>
      <disk type='file' device='disk'>
        <source file='/guest/diskimage1'/>
        <target dev='vda' bus='virtio'/>
      </disk>
    </devices>
  </domain>
</domainsnapshot>

$ vsh "snapshot-create test update.xml --redefine"

error: invalid argument: parent base for moment update not found
[1]
$ vsh --explain "snapshot-create test update.xml --redefine"

error: invalid argument: parent base for moment update not found
update.xml:4: rule 32: invalid argument: parent base for moment update not found
    redefine the parent first, or leave <parent> out to make it a root
Rule 32: the parent exists.
  A snapshot is linked to its parent at once, so parents have to be redefined
  first.
[1]
$ vsh "snapshot-create test base.xml --redefine; snapshot-create test base.xml --redefine"
Domain snapshot base created from 'base.xml'
Domain snapshot base created from 'base.xml'
$ vsh "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-current test base; snapshot-current test --name; snapshot-info test base; snapshot-info test --current"
Domain snapshot base created from 'base.xml'
Domain snapshot update created from 'update.xml'
Domain snapshot Work created from 'Work.xml'
Domain snapshot try created from 'try.xml'
Snapshot base set as current
base
Name:           base
Domain:         test
Current:        yes
State:          running
Location:       internal
Parent:         -
Children:       1
Descendants:    3
Metadata:       yes

Name:           base
Domain:         test
Current:        yes
State:          running
Location:       internal
Parent:         -
Children:       1
Descendants:    3
Metadata:       yes

$ vsh "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-delete test update; snapshot-list test --parent; snapshot-revert test base; domstate test; snapshot-current test --name"
Domain snapshot base created from 'base.xml'
Domain snapshot update created from 'update.xml'
Domain snapshot Work created from 'Work.xml'
Domain snapshot try created from 'try.xml'
Domain snapshot update deleted

 Name   Creation Time               State     Parent
------------------------------------------------------
 base   2020-09-13 12:26:40 +0000   running   
 try    2020-09-13 12:31:40 +0000   running   base
 Work   2020-09-13 12:30:00 +0000   paused    base

Domain snapshot base reverted

running

base
