What is wrong with a document is said at once: the first in virsh's words, the rest where it is asked for.
$ cat > bad.xml
<domainsnapshot>
  <name>x</name>
  <state>zz</state>
  <creationtime>1600000000</creationtime>
  <memory snapshot='internal' file='rel'/>
  <disks>
    <disk/>
    <disk name='vdq' snapshot='some'/>
  </disks>
</domainsnapshot>
$ cat > odd.xml
<domainsnapshot>
  <name>.odd</name>
  <state>disk-snapshot</state>
  <creationTime>1600000000</creationTime>
  <active>1</active>
  <disks>
    <disk name='vda'><source file='/odd.img'/></disk>
  </disks>
  <revertDisks>
    <disk name='vdq' snapshot='no'/>
  </revertDisks>
  <memroy snapshot='no'/>
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
$ vsh "snapshot-create test bad.xml --redefine"

error: internal error: missing creationTime from existing snapshot
[1]
$ vsh "snapshot-create test bad.xml --redefine --explain"

error: internal error: missing creationTime from existing snapshot
bad.xml:1: rule 13: internal error: missing creationTime from existing snapshot
    add <creationTime>, or use the whole document that snapshot-dumpxml --security-info gave
bad.xml:3: rule 15: unsupported configuration: Invalid state 'zz' in domain snapshot XML
    add <state> with one of these words
bad.xml:5: rule 19: XML error: memory filename 'rel' requires external snapshot
    use snapshot='external', or leave the file out
bad.xml:5: rule 22: XML error: memory snapshot file path (rel) must be absolute
    start the path with /
bad.xml:7: rule 23: internal error: missing name from disk snapshot element
    correct the <disk>
bad.xml:8: rule 23: XML error: Invalid value for attribute 'snapshot' in element 'disk': 'some'.
    correct the <disk>
bad.xml:1: rule 37: internal error: missing domain in snapshot
    use the whole document that snapshot-dumpxml --security-info gave
bad.xml:4: warning rule E2: libvirt does not know <creationtime> in domainsnapshot and drops it
    did you mean 'creationTime'?
Rule 13: creationTime is there and is a number.
  When the snapshot was taken cannot be known any more: seconds since 1970.
Rule 15: the state at that moment.
  It decides what a revert does. One of running, blocked, paused, shutdown,
  shutoff, crashed, pmsuspended, disk-snapshot.
Rule 19: only external memory has a file.
  A file says that the memory is outside; another word contradicts it.
Rule 22: the memory file's path is absolute.
  The hypervisor has another working directory than you.
Rule 23: each disk of the snapshot can be understood.
  name, location (no, internal, external, manual), type, format and an
  absolute path.
Rule 37: disks fit the domain.
  The disks of the snapshot are matched with those of its <domain>: the new
  one, or the one that is stored already. A new snapshot therefore needs a
  full <domain type=...>.
Rule E2: what libvirt drops without a word.
  Elements and attributes that libvirt does not know are not kept. Often they
  are misspelt.
[1]
$ vsh --format json "snapshot-create test bad.xml --redefine"
{"error": {"code": 1, "name": "INTERNAL_ERROR", "origin": null, "message": "internal error: missing creationTime from existing snapshot", "hint": "add <creationTime>, or use the whole document that snapshot-dumpxml --security-info gave", "causes": [], "problems": [{"rule": "13", "title": "creationTime is there and is a number", "file": "bad.xml", "line": 1, "code": 1, "message": "internal error: missing creationTime from existing snapshot", "hint": "add <creationTime>, or use the whole document that snapshot-dumpxml --security-info gave", "mild": false}, {"rule": "15", "title": "the state at that moment", "file": "bad.xml", "line": 3, "code": 67, "message": "unsupported configuration: Invalid state 'zz' in domain snapshot XML", "hint": "add <state> with one of these words", "mild": false}, {"rule": "19", "title": "only external memory has a file", "file": "bad.xml", "line": 5, "code": 27, "message": "XML error: memory filename 'rel' requires external snapshot", "hint": "use snapshot='external', or leave the file out", "mild": false}, {"rule": "22", "title": "the memory file's path is absolute", "file": "bad.xml", "line": 5, "code": 27, "message": "XML error: memory snapshot file path (rel) must be absolute", "hint": "start the path with /", "mild": false}, {"rule": "23", "title": "each disk of the snapshot can be understood", "file": "bad.xml", "line": 7, "code": 1, "message": "internal error: missing name from disk snapshot element", "hint": "correct the <disk>", "mild": false}, {"rule": "23", "title": "each disk of the snapshot can be understood", "file": "bad.xml", "line": 8, "code": 27, "message": "XML error: Invalid value for attribute 'snapshot' in element 'disk': 'some'.", "hint": "correct the <disk>", "mild": false}, {"rule": "37", "title": "disks fit the domain", "file": "bad.xml", "line": 1, "code": 1, "message": "internal error: missing domain in snapshot", "hint": "use the whole document that snapshot-dumpxml --security-info gave", "mild": false}, {"rule": "E2", "title": "what libvirt drops without a word", "file": "bad.xml", "line": 4, "code": 27, "message": "libvirt does not know <creationtime> in domainsnapshot and drops it", "hint": "did you mean 'creationTime'?", "mild": true}]}}
[1]
$ vsh "snapshot-create test odd.xml --redefine"

error: invalid snapshot name '.odd': name can't start with '.'
[1]
$ vsh --explain "snapshot-create test odd.xml --redefine"

error: invalid snapshot name '.odd': name can't start with '.'
odd.xml:2: rule E6-name: invalid snapshot name '.odd': name can't start with '.'
    choose another name
odd.xml:10: rule E6-revert: unsupported configuration: no disk named 'vdq' to revert to
    use the name in <target dev=>
odd.xml:5: rule E6-active: invalid argument: <active> of snapshot .odd says current, --current is not given
    add or leave out --current, or remove <active>; an import has --drop-current
odd.xml:12: warning rule E2: libvirt does not know <memroy> in domainsnapshot and drops it
    did you mean 'memory'?
Rule E6-name: a name that every driver takes.
  Some drivers keep snapshots in files of their name: no / in it, no . at its
  start.
Rule E6-revert: disks to revert to are the domain's.
  libvirt does not match <revertDisks> with the domain at all.
Rule E6-active: active says the same as --current.
  <active> is dropped, so the snapshot would not be what the document says.
Rule E2: what libvirt drops without a word.
  Elements and attributes that libvirt does not know are not kept. Often they
  are misspelt.
[1]
$ vsh "snapshot-create test odd.xml --redefine --lenient; snapshot-list test"
Domain snapshot .odd created from 'odd.xml'
 Name   Creation Time               State
---------------------------------------------------
 .odd   2020-09-13 12:26:40 +0000   disk-snapshot

warning: odd.xml:2: invalid snapshot name '.odd': name can't start with '.' (choose another name)
warning: odd.xml:10: unsupported configuration: no disk named 'vdq' to revert to (use the name in <target dev=>)
warning: odd.xml:5: invalid argument: <active> of snapshot .odd says current, --current is not given (add or leave out --current, or remove <active>; an import has --drop-current)
warning: odd.xml:12: libvirt does not know <memroy> in domainsnapshot and drops it (did you mean 'memory'?)
$ virsh "snapshot-create test odd.xml --redefine; snapshot-list test --name"
Domain snapshot .odd created from 'odd.xml'
.odd

$ vsh "snapshot-create test odd.xml --redefine --halt"

error: Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and 'VIR_DOMAIN_SNAPSHOT_CREATE_HALT' are mutually exclusive
[1]
$ vsh "snapshot-create test odd.xml --redefine --atomic"

error: Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC' and 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' are mutually exclusive
[1]
$ vsh "snapshot-create test --redefine"

error: XML error: a redefined snapshot must have a name
[1]
$ vsh "snapshot-create test --current"

error: Flag 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' is required by flag 'VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT'
[1]
$ vsh "snapshot-create test nowhere.xml --redefine"

error: Failed to open file 'nowhere.xml': No such file or directory
[1]
$ vsh "snapshot-create test bad.xml --redefine --validate"

error: XML document failed to validate against schema: Unable to validate doc against /usr/share/libvirt/schemas/domainsnapshot.rng
Extra element state in interleave
Element domainsnapshot failed to validate content

[1]
