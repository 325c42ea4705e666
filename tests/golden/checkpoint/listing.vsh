Ways to look at checkpoints, and to drop them.
$ cat > one.xml
<domaincheckpoint>
  <name>one</name>
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
</domaincheckpoint>
$ cat > two.xml
<domaincheckpoint>
  <name>two</name>
  <parent><name>one</name></parent>
  <creationTime>1600000100</creationTime>
  <disks><disk name='vda' checkpoint='bitmap' bitmap='dirty'/></disks>
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
</domaincheckpoint>
$ cat > three.xml
<domaincheckpoint>
  <name>three</name>
  <parent><name>one</name></parent>
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
</domaincheckpoint>
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test "
 one     2020-09-13 12:26:40 +0000
 three   2020-09-13 12:30:00 +0000
 two     2020-09-13 12:28:20 +0000
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --parent"
 one     2020-09-13 12:26:40 +0000   
 three   2020-09-13 12:30:00 +0000   one
 two     2020-09-13 12:28:20 +0000   one
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --name"
one
three
two
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --name --parent"
one
three	one
two	one
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --roots"
 one   2020-09-13 12:26:40 +0000
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --leaves --name"
three
two
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --no-leaves --name"
one
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --topological --name"
one
three
two
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --from one --name"
three
two
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test one --descendants --name"
three
two
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --from one --tree"
one
  |
  +- three
  +- two
    
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --tree"
one
  |
  +- three
  +- two
    
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --tree --no-leaves"
error: --no-leaves and --tree are mutually exclusive
[1]
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --descendants"
error: --descendants requires --from
[1]
$ vsh --format json -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --parent"
[
  {
    "done": true,
    "message": "Domain checkpoint one created from 'one.xml'",
    "checkpoint": "one",
    "file": "one.xml",
    "domain": "test"
  },
  {
    "done": true,
    "message": "Domain checkpoint two created from 'two.xml'",
    "checkpoint": "two",
    "file": "two.xml",
    "domain": "test"
  },
  {
    "done": true,
    "message": "Domain checkpoint three created from 'three.xml'",
    "checkpoint": "three",
    "file": "three.xml",
    "domain": "test"
  },
  [
    {
      "name": "one",
      "created": "2020-09-13T12:26:40Z",
      "parent": null,
      "description": null,
      "domain": "test"
    },
    {
      "name": "three",
      "created": "2020-09-13T12:30:00Z",
      "parent": "one",
      "description": null,
      "domain": "test"
    },
    {
      "name": "two",
      "created": "2020-09-13T12:28:20Z",
      "parent": "one",
      "description": null,
      "domain": "test"
    }
  ]
]
$ vsh "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-delete test one --children-only; checkpoint-list test"
Domain checkpoint one created from 'one.xml'
Domain checkpoint two created from 'two.xml'
Domain checkpoint three created from 'three.xml'
Domain checkpoint one children deleted

 Name   Creation Time
-----------------------------------
 one    2020-09-13 12:26:40 +0000

$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-delete test one --metadata; checkpoint-list test --parent"
 three   2020-09-13 12:30:00 +0000   
 two     2020-09-13 12:28:20 +0000   
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-delete test one --children --children-only"
error: Failed to delete checkpoint one
error: Flags 'VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN' and 'VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY' are mutually exclusive
[1]
$ vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-parent test one; checkpoint-info test nosuch"
error: checkpoint 'one' has no parent
error: Domain checkpoint not found: no domain checkpoint with matching name 'nosuch'
[1]
