Metadata in an editor: changed, renamed, cloned, or left alone.
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
$ EDITOR="sed -i s/1600000100/1600000150/" vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-edit test update; snapshot-list test"
 base     2020-09-13 12:26:40 +0000   running
 try      2020-09-13 12:31:40 +0000   running
 update   2020-09-13 12:29:10 +0000   shutoff
 Work     2020-09-13 12:30:00 +0000   paused
$ EDITOR=true vsh "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-edit test update"
Domain snapshot base created from 'base.xml'
Domain snapshot update created from 'update.xml'
Domain snapshot Work created from 'Work.xml'
Domain snapshot try created from 'try.xml'
Snapshot update XML configuration not changed.

$ EDITOR="sed -i s,\<name\>update\<,\<name\>patch\<," vsh "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-edit test update; snapshot-list test --tree"
Domain snapshot base created from 'base.xml'
Domain snapshot update created from 'update.xml'
Domain snapshot Work created from 'Work.xml'
Domain snapshot try created from 'try.xml'

base
  |
  +- update
      |
      +- try
      +- Work
        

error: Must use --rename or --clone to change update to patch
error: Failed to update update
$ EDITOR="sed -i s,\<name\>update\<,\<name\>patch\<," vsh "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-edit test update --rename; snapshot-list test --tree; snapshot-current test --name"
Domain snapshot base created from 'base.xml'
Domain snapshot update created from 'update.xml'
Domain snapshot Work created from 'Work.xml'
Domain snapshot try created from 'try.xml'

base
  |
  +- patch
      |
      +- try
      +- Work
        

try
$ EDITOR="sed -i s,\<name\>update\<,\<name\>patch\<," vsh "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-edit test update --clone; snapshot-list test --parent"
Domain snapshot base created from 'base.xml'
Domain snapshot update created from 'update.xml'
Domain snapshot Work created from 'Work.xml'
Domain snapshot try created from 'try.xml'
Snapshot update cloned to patch.

 Name     Creation Time               State     Parent
--------------------------------------------------------
 base     2020-09-13 12:26:40 +0000   running   
 patch    2020-09-13 12:28:20 +0000   shutoff   base
 try      2020-09-13 12:31:40 +0000   running   update
 update   2020-09-13 12:28:20 +0000   shutoff   base
 Work     2020-09-13 12:30:00 +0000   paused    update

$ EDITOR="sed -i s,shutoff,running," vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-edit test update"
error: invalid argument: cannot change between online and offline snapshot state in snapshot update
error: Failed to update update
[1]
$ EDITOR="sed -i s,shutoff,running," vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-edit test update --explain"
error: invalid argument: cannot change between online and offline snapshot state in snapshot update
error: Failed to update update
edited update:3: rule 36a: invalid argument: cannot change between online and offline snapshot state in snapshot update
    keep the state, or delete the old metadata first
Rule 36a: online stays online.
  A replaced snapshot of a running or paused domain has memory; one of another
  state has none.
[1]
$ EDITOR="sed -i 1d" vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-edit test update"
error: at line 2: Extra content at the end of the document
  <state>shutoff</state>
--^
error: Failed to update update
[1]
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-edit test update --rename --clone; snapshot-edit test; snapshot-edit test nosuch"
error: Options --rename and --clone are mutually exclusive
error: --snapshotname or --current is required
error: Domain snapshot not found: no domain snapshot with matching name 'nosuch'
[1]
