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
$ vsh define small.xml ; list --all ; dumpxml small
error: unexpected data ';'
[1]
$ virsh define small.xml
Domain 'small' defined from small.xml

$ vsh define nosuch.xml

error: Failed to open file 'nosuch.xml': No such file or directory
[1]
$ vsh create small.xml ; list
error: unexpected data 'list'
[1]
$ vsh dumpxml test --xpath //disk/target
<target dev="vda" bus="virtio"/>

$ vsh dumpxml test --xpath //target/@dev --wrap
<nodes dev="testnet0"/>

$ vsh dumpxml test --xpath //bogus[

error: Invalid XPath expression '//bogus[': Invalid expression
[1]
$ EDITOR='sed -i s/67108/67109/' vsh edit test
Domain 'test' XML configuration not changed.

$ vsh desc test ; desc test A machine of ours ; desc test
Domain description updated successfully
$ vsh desc test --title Web ; list --title
error: option --title already seen
[1]
$ vsh metadata test http://example.org/x --key x --set "<a b='c'/>" ; metadata test http://example.org/x
error: unexpected data ';'
[1]
$ vsh metadata test http://example.org/x --set "<a/>"

error: namespace key is required when modifying metadata
[1]
$ vsh domxml-to-native qemu-argv

error: need either domain or domain XML
[1]
