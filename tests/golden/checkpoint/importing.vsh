A chain of checkpoints is exported, lost and brought back.
$ vsh "checkpoint-create-as test one; checkpoint-create-as test two; checkpoint-export test --file all.xml; checkpoint-delete test one --children --metadata; checkpoint-import test all.xml --dry-run; checkpoint-import test all.xml; checkpoint-list test --parent --name; checkpoint-import test all.xml"
Domain checkpoint one created
Domain checkpoint two created
2 checkpoints of domain test exported to 'all.xml'

Domain checkpoint one deleted

 Name   Action   Parent   File
-----------------------------------
 one    add               all.xml
 two    add      one      all.xml

Checkpoints of domain test: 2 added

one
two	one

Checkpoints of domain test: 2 unchanged

$ vsh checkpoint-import test all.xml --validate

error: 1 problem in 2 documents: nothing was changed
error: unsupported flags (0x4) in function testDomainCheckpointCreateXML
rule 46: unsupported flags (0x4) in function testDomainCheckpointCreateXML
    start the domain
[1]
$ vsh checkpoint-import test all.xml --validate --no-validate

error: Options --validate and --no-validate are mutually exclusive
[1]
$ virsh checkpoint-export test out
error: unknown command: 'checkpoint-export'
[1]
