Documents in and out: define, create, dumpxml, edit, description, title and metadata.

$ cat > small.xml
<domain type='test'>
  <name>small</name>
  <uuid>00000000-0000-4000-8000-000000000001</uuid>
  <memory unit='MiB'>64</memory>
  <os><type>hvm</type></os>
  <devices>
    <bogus colour='red'/>
  </devices>
</domain>
$ vsh "define small.xml; list --all; dumpxml small"
Domain 'small' defined from small.xml

 Id   Name    State
------------------------
 1    test    running
 -    small   shut off

<domain type='test'>
  <name>small</name>
  <uuid>00000000-0000-4000-8000-000000000001</uuid>
  <memory unit='KiB'>65536</memory>
  <currentMemory unit='KiB'>65536</currentMemory>
  <vcpu placement='static'>1</vcpu>
  <os>
    <type arch='i686'>hvm</type>
    <boot dev='hd'/>
  </os>
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
  </devices>
</domain>

warning: small.xml:7: unknown element <bogus>: it was dropped
$ vsh define small.xml --validate

error: Failed to define domain from small.xml
error: small.xml:7: unknown element <bogus>
[1]
$ virsh define small.xml
Domain 'small' defined from small.xml

$ vsh define nosuch.xml

error: Failed to open file 'nosuch.xml': No such file or directory
[1]
$ vsh "create small.xml; list"
Domain 'small' created from small.xml

 Id   Name    State
-----------------------
 1    test    running
 2    small   running

warning: small.xml:7: unknown element <bogus>: it was dropped
$ vsh dumpxml test --xpath //disk/target
<target dev="vda" bus="virtio"/>

$ vsh dumpxml test --xpath //target/@dev --wrap
<nodes dev="testnet0"/>

$ vsh dumpxml test --xpath //bogus[

error: Invalid XPath expression '//bogus[': Invalid expression
[1]
$ EDITOR="sed -i s,8388608,8388607," vsh "edit test; dumpxml test --inactive --xpath /domain/memory"
Domain 'test' XML configuration edited.

<memory unit="KiB">8388607</memory>

$ vsh "desc test; desc test A machine of ours; desc test"
No description for domain: test
Domain description updated successfully
A machine of ours
$ vsh "desc test --title Web; list --title"
Domain title updated successfully
 Id   Name   State     Title
------------------------------
 1    test   running   Web

$ vsh 'metadata test http://example.org/x --key x --set "<a/>"; metadata test http://example.org/x'
Metadata modified

<a/>

$ vsh metadata test http://example.org/x --set "<a/>"

error: namespace key is required when modifying metadata
[1]
$ vsh domxml-to-native qemu-argv

error: need either domain or domain XML
[1]
