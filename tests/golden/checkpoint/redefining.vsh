The metadata of checkpoints is brought back; the same rules, and the schema always.
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
$ cat > bare.xml
<domaincheckpoint>
  <name>bare</name>
  <creationTime>1600000300</creationTime>
</domaincheckpoint>
$ cat > bad.xml
<domaincheckpoint>
  <name>a/b</name>
  <disks>
    <disk name='vdq' checkpoint='some'/>
  </disks>
</domaincheckpoint>
$ vsh "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-list test --tree; checkpoint-dumpxml test two --no-domain; checkpoint-info test one; checkpoint-parent test two"
Domain checkpoint one created from 'one.xml'
Domain checkpoint two created from 'two.xml'
Domain checkpoint three created from 'three.xml'
one
  |
  +- three
  +- two
    

<domaincheckpoint>
  <name>two</name>
  <parent>
    <name>one</name>
  </parent>
  <creationTime>1600000100</creationTime>
  <disks>
    <disk name='vda' checkpoint='bitmap' bitmap='dirty'/>
  </disks>
</domaincheckpoint>

Name:           one
Domain:         test
Parent:         -
Children:       2
Descendants:    2

one
$ vsh "checkpoint-create test two.xml --redefine"

error: invalid argument: parent one for moment two not found
[1]
$ vsh "checkpoint-create test bare.xml --redefine"

error: unsupported configuration: checkpoint bare has no <domain> (it is what --no-domain dumps, for looking only): what the domain was then would be lost
[1]
$ vsh "checkpoint-create test bare.xml --redefine --lenient; checkpoint-dumpxml test bare"
Domain checkpoint bare created from 'bare.xml'
<domaincheckpoint>
  <name>bare</name>
  <creationTime>1600000300</creationTime>
</domaincheckpoint>

warning: bare.xml:1: unsupported configuration: checkpoint bare has no <domain> (it is what --no-domain dumps, for looking only): what the domain was then would be lost (use the whole document that checkpoint-dumpxml --security-info gives)
$ vsh "checkpoint-create test bad.xml --redefine --explain"

error: XML document failed to validate against schema: Unable to validate doc against /usr/share/libvirt/schemas/domaincheckpoint.rng
Extra element name in interleave
Element domaincheckpoint failed to validate content

bad.xml:2: rule 47: XML document failed to validate against schema: Unable to validate doc against /usr/share/libvirt/schemas/domaincheckpoint.rng
Extra element name in interleave
Element domaincheckpoint failed to validate content
    correct what the message names
bad.xml:1: rule 48: internal error: missing creationTime from existing checkpoint
    use the document that checkpoint-dumpxml gave
bad.xml:4: rule 47: XML error: Invalid value for attribute 'checkpoint' in element 'disk': 'some'.
    correct what the message names
Rule 47: a checkpoint is always checked against its schema.
  Names with a / or with a . at the start, and words that are not known, are
  refused.
Rule 48: a redefined checkpoint has a name and a time.
  Neither can be found out afterwards. <domain> may be left out since 7.0.0.
[1]
$ vsh "checkpoint-create test bare.xml --redefine --quiesce"

error: Flags 'VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE' and 'VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE' are mutually exclusive
[1]
$ vsh "checkpoint-create test bare.xml --redefine --redefine-validate"

error: unsupported flags (0x4) in function testDomainCheckpointCreateXML
[1]
$ vsh "checkpoint-create test bare.xml --redefine-validate"

error: Option --redefine is required by option --redefine-validate
[1]
$ vsh "snapshot-create-as test s; checkpoint-create test bare.xml --redefine"
Domain snapshot s created

error: Operation not supported: cannot create checkpoint while snapshot exists
[1]
$ EDITOR="sed -i s/1600000100/1600000150/" vsh "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-edit test two; checkpoint-list test"
Domain checkpoint one created from 'one.xml'
Domain checkpoint two created from 'two.xml'
Domain checkpoint three created from 'three.xml'
Checkpoint two edited.

 Name    Creation Time
------------------------------------
 one     2020-09-13 12:26:40 +0000
 three   2020-09-13 12:30:00 +0000
 two     2020-09-13 12:29:10 +0000

$ EDITOR="sed -i s,\<name\>two\<,\<name\>zwei\<," vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-edit test two"
error: Cannot rename checkpoint two to zwei
error: Failed to update two
[1]
$ EDITOR=true vsh -q "checkpoint-create test one.xml --redefine; checkpoint-create test two.xml --redefine; checkpoint-create test three.xml --redefine; checkpoint-edit test two"
