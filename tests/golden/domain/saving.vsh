Guests saved to files, and saved where the hypervisor finds them.

$ vsh "save test there.img; list --all; restore there.img; domstate test --reason"

Domain 'test' saved to there.img

 Id   Name   State
-----------------------
 -    test   shut off

Domain restored from there.img

running (restored)

$ vsh "save test there.img; save-image-dumpxml there.img --xpath /domain/name"

Domain 'test' saved to there.img

<name>test</name>

$ vsh "managedsave test; list --all --managed-save; managedsave-remove test; managedsave-remove test"

Domain 'test' state saved by libvirt

 Id   Name   State
--------------------
 -    test   saved

Removed managedsave image for domain 'test'
Domain 'test' has no manage save image; removal skipped
$ vsh "managedsave test; start test --force-boot"

Domain 'test' state saved by libvirt

Domain 'test' started

$ vsh dump test core --format elf

error: --format only works with --memory-only
[1]
$ vsh dump test core --memory-only --format tar

error: format 'tar' is not supported, expecting 'kdump-zlib', 'kdump-lzo', 'kdump-snappy', 'win-dmp' or 'elf'
[1]
$ vsh "dump test core; domstate test"

Domain 'test' dumped to core

running

$ vsh screenshot test shot.png
Screenshot saved to shot.png, with type of image/png
