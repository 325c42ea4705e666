Ways to look at the snapshots of a domain.
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
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --parent"
 base     2020-09-13 12:26:40 +0000   running   
 try      2020-09-13 12:31:40 +0000   running   update
 update   2020-09-13 12:28:20 +0000   shutoff   base
 Work     2020-09-13 12:30:00 +0000   paused    update
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --name"
base
try
update
Work
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --name --parent"
base
try	update
update	base
Work	update
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --roots"
 base   2020-09-13 12:26:40 +0000   running
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --leaves --name"
try
Work
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --no-leaves --name"
base
update
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --inactive --name"
update
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --active --name"
base
try
Work
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --internal --name"
base
try
update
Work
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --external"
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --metadata --name"
base
try
update
Work
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --no-metadata --name"
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --topological --name"
base
update
try
Work
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --from base --name"
update
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test base --descendants --name"
try
update
Work
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --current"
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --from update --tree"
update
  |
  +- try
  +- Work
    
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --tree"
base
  |
  +- update
      |
      +- try
      +- Work
        
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --tree --leaves"
error: --leaves and --tree are mutually exclusive
[1]
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --descendants"
error: --descendants requires either --from or --current
[1]
$ vsh --format json -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --parent"
[
  {
    "done": true,
    "message": "Domain snapshot base created from 'base.xml'",
    "snapshot": "base",
    "file": "base.xml",
    "domain": "test"
  },
  {
    "done": true,
    "message": "Domain snapshot update created from 'update.xml'",
    "snapshot": "update",
    "file": "update.xml",
    "domain": "test"
  },
  {
    "done": true,
    "message": "Domain snapshot Work created from 'Work.xml'",
    "snapshot": "Work",
    "file": "Work.xml",
    "domain": "test"
  },
  {
    "done": true,
    "message": "Domain snapshot try created from 'try.xml'",
    "snapshot": "try",
    "file": "try.xml",
    "domain": "test"
  },
  [
    {
      "name": "base",
      "created": "2020-09-13T12:26:40Z",
      "state": "running",
      "parent": null,
      "current": false,
      "location": "internal",
      "description": null,
      "domain": "test"
    },
    {
      "name": "try",
      "created": "2020-09-13T12:31:40Z",
      "state": "running",
      "parent": "update",
      "current": true,
      "location": "internal",
      "description": null,
      "domain": "test"
    },
    {
      "name": "update",
      "created": "2020-09-13T12:28:20Z",
      "state": "shut off",
      "parent": "base",
      "current": false,
      "location": "internal",
      "description": null,
      "domain": "test"
    },
    {
      "name": "Work",
      "created": "2020-09-13T12:30:00Z",
      "state": "paused",
      "parent": "update",
      "current": false,
      "location": "internal",
      "description": null,
      "domain": "test"
    }
  ]
]
$ vsh --format json -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-info test update"
[
  {
    "done": true,
    "message": "Domain snapshot base created from 'base.xml'",
    "snapshot": "base",
    "file": "base.xml",
    "domain": "test"
  },
  {
    "done": true,
    "message": "Domain snapshot update created from 'update.xml'",
    "snapshot": "update",
    "file": "update.xml",
    "domain": "test"
  },
  {
    "done": true,
    "message": "Domain snapshot Work created from 'Work.xml'",
    "snapshot": "Work",
    "file": "Work.xml",
    "domain": "test"
  },
  {
    "done": true,
    "message": "Domain snapshot try created from 'try.xml'",
    "snapshot": "try",
    "file": "try.xml",
    "domain": "test"
  },
  {
    "name": "update",
    "domain": "test",
    "current": false,
    "state": "shut off",
    "location": "internal",
    "parent": "base",
    "children": 2,
    "descendants": 2,
    "metadata": true
  }
]
$ vsh --format yaml -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test --tree"
---
done: true
message: Domain snapshot base created from 'base.xml'
snapshot: base
file: base.xml
domain: test
---
done: true
message: Domain snapshot update created from 'update.xml'
snapshot: update
file: update.xml
domain: test
---
done: true
message: Domain snapshot Work created from 'Work.xml'
snapshot: Work
file: Work.xml
domain: test
---
done: true
message: Domain snapshot try created from 'try.xml'
snapshot: try
file: try.xml
domain: test
---
- name: base
  created: '2020-09-13T12:26:40Z'
  state: running
  parent: null
  current: false
  location: internal
  description: null
  domain: test
- name: update
  created: '2020-09-13T12:28:20Z'
  state: shut off
  parent: base
  current: false
  location: internal
  description: null
  domain: test
- name: try
  created: '2020-09-13T12:31:40Z'
  state: running
  parent: update
  current: true
  location: internal
  description: null
  domain: test
- name: Work
  created: '2020-09-13T12:30:00Z'
  state: paused
  parent: update
  current: false
  location: internal
  description: null
  domain: test
$ vsh --format csv -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test"
done,message,snapshot,file,domain
true,Domain snapshot base created from 'base.xml',base,base.xml,test
done,message,snapshot,file,domain
true,Domain snapshot update created from 'update.xml',update,update.xml,test
done,message,snapshot,file,domain
true,Domain snapshot Work created from 'Work.xml',Work,Work.xml,test
done,message,snapshot,file,domain
true,Domain snapshot try created from 'try.xml',try,try.xml,test
name,created,state,parent,current,location,description,domain
base,2020-09-13T12:26:40Z,running,,false,internal,,test
try,2020-09-13T12:31:40Z,running,update,true,internal,,test
update,2020-09-13T12:28:20Z,shut off,base,false,internal,,test
Work,2020-09-13T12:30:00Z,paused,update,false,internal,,test
$ vsh --sort creation_time --columns name,state -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-list test"
error: --sort: no column 'creation_time' in this listing: did you mean 'created'?
[1]
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-parent test Work; snapshot-parent test base"
updateerror: snapshot 'base' has no parent
[1]
$ vsh -q "snapshot-create test base.xml --redefine; snapshot-create test update.xml --redefine; snapshot-create test Work.xml --redefine; snapshot-create test try.xml --redefine --current; snapshot-dumpxml test update --xpath /domainsnapshot/disks; snapshot-dumpxml test update --xpath //uuid --wrap"
<disks>
  <disk name="vda" snapshot="internal"/>
</disks>
<nodes>
  <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
</nodes>
