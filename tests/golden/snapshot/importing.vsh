A whole tree of metadata is checked, brought back, exported and brought back again.
$ cat > 3.xml
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
$ cat > 1.xml
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
$ cat > 4.xml
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
$ cat > 2.xml
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
$ cat > orphan.xml
<domainsnapshot>
  <name>orphan</name>
  <state>asleep</state>
  <parent><name>nowhere</name></parent>
  <creationTime>1600000400</creationTime>
  <domain type='test'>
    <name>test</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
    <memory>8388608</memory>
    <os><type>hvm</type></os>
  </domain>
</domainsnapshot>
$ vsh "snapshot-import test 1.xml 2.xml 3.xml 4.xml --dry-run; snapshot-list test --name"
 Name     Action   Parent   File
-----------------------------------
 base     add               3.xml
 update   add      base     1.xml
 Work     add      update   4.xml
 try      add      update   2.xml


$ vsh "snapshot-import test 1.xml 2.xml 3.xml 4.xml --current Work; snapshot-list test --tree; snapshot-current test --name; snapshot-import test 1.xml 2.xml 3.xml 4.xml --dry-run"
Snapshots of domain test: 4 added

base
  |
  +- update
      |
      +- try
      +- Work
        

Work
 Name     Action      Parent   File
--------------------------------------
 base     unchanged            3.xml
 update   unchanged   base     1.xml
 Work     unchanged   update   4.xml
 try      unchanged   update   2.xml

$ vsh "snapshot-import test 1.xml 2.xml 3.xml 4.xml --current Work; snapshot-export test saved; snapshot-delete test base --children; snapshot-import test saved; snapshot-list test --parent; snapshot-current test --name"
Snapshots of domain test: 4 added

4 snapshots of domain test exported to 'saved'

Domain snapshot base deleted

Snapshots of domain test: 4 added

 Name     Creation Time               State     Parent
--------------------------------------------------------
 base     2020-09-13 12:26:40 +0000   running   
 try      2020-09-13 12:31:40 +0000   running   update
 update   2020-09-13 12:28:20 +0000   shutoff   base
 Work     2020-09-13 12:30:00 +0000   paused    update

Work
$ vsh "snapshot-import test 1.xml 2.xml 3.xml 4.xml; snapshot-import test 2.xml --reparent try=Work --dry-run --explain"
Snapshots of domain test: 4 added

 Name   Action     Parent   File
-----------------------------------
 try    reparent   Work     2.xml

--- now
+++ 2.xml
@@ -3,5 +3,5 @@
   <state>running</state>
   <parent>
-    <name>update</name>
+    <name>Work</name>
   </parent>
   <creationTime>1600000300</creationTime>
@@ -14,9 +14,7 @@
     <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
     <memory unit='KiB'>8388608</memory>
-    <currentMemory unit='KiB'>8388608</currentMemory>
     <vcpu placement='static'>2</vcpu>
     <os>
-      <type arch='i686'>hvm</type>
-      <boot dev='hd'/>
+      <type>hvm</type>
     </os>
     <clock offset='utc'/>
@@ -27,5 +25,5 @@
       <disk type='file' device='disk'>
         <source file='/guest/diskimage1'/>
-        <target dev='vda' bus='virtio'/>
+        <target dev='vda'/>
       </disk>
     </devices>

$ vsh "snapshot-import test orphan.xml 1.xml"

error: 3 problems in 2 documents: nothing was changed
error: unsupported configuration: Invalid state 'asleep' in domain snapshot XML
orphan.xml:3: rule 15: unsupported configuration: Invalid state 'asleep' in domain snapshot XML
    add <state> with one of these words
orphan.xml:4: rule 32: invalid argument: parent nowhere for moment orphan not found
    redefine the parent first, or leave <parent> out to make it a root
1.xml:4: rule 32: invalid argument: parent base for moment update not found
    redefine the parent first, or leave <parent> out to make it a root
[1]
$ vsh "snapshot-import test orphan.xml 1.xml --orphans skip"
Snapshots of domain test: 2 skipped

$ vsh --format json "snapshot-import test 3.xml 1.xml --dry-run"
[
  {
    "name": "base",
    "action": "add",
    "parent": null,
    "file": "3.xml",
    "current": false,
    "diff": null
  },
  {
    "name": "update",
    "action": "add",
    "parent": "base",
    "file": "1.xml",
    "current": false,
    "diff": null
  }
]
$ vsh snapshot-import test

error: <file> is required
[1]
$ vsh snapshot-import test --resume

error: no import of snapshots into domain 'test' was cut off
[1]
$ virsh snapshot-import test 1.xml
error: unknown command: 'snapshot-import'
[1]
