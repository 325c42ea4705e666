Guests saved to files, and saved where the hypervisor finds them.

$ vsh save test there.img ; list --all ; restore there.img ; domstate test --reason
error: unexpected data 'list'
[1]
$ vsh save test there.img ; save-image-dumpxml there.img --xpath /domain/name
error: unexpected data 'save-image-dumpxml'
[1]
$ vsh save test nowhere/there.img

error: Failed to save domain 'test' to nowhere/there.img
error: saving domain 'test' to '/tmp/pytest-of-root/pytest-86/test_story_domain_saving_0/nowhere/there.img': open failed: No such file or directory
[1]
$ vsh restore nothing.img

error: Failed to restore domain from nothing.img
error: cannot read domain image '/tmp/pytest-of-root/pytest-86/test_story_domain_saving_0/nothing.img': No such file or directory
[1]
$ vsh managedsave test ; list --all --managed-save ; managedsave-remove test ; managedsave-remove test
error: unexpected data ';'
[1]
$ vsh managedsave test ; start test --force-boot
error: unexpected data ';'
[1]
$ vsh dump test core --format elf

error: --format only works with --memory-only
[1]
$ vsh dump test core --memory-only --format tar

error: format 'tar' is not supported, expecting 'kdump-zlib', 'kdump-lzo', 'kdump-snappy', 'win-dmp' or 'elf'
[1]
$ vsh dump test core ; domstate test
error: unexpected data 'domstate'
[1]
$ vsh screenshot test shot.png
Screenshot saved to shot.png, with type of image/png
