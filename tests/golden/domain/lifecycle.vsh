A domain's life: started, paused, renamed, and what is said when it cannot be.

$ vsh destroy test ; start test ; suspend test ; domstate test ; resume test ; reboot test ; shutdown test
error: unexpected data ';'
[1]
$ vsh start test

error: Domain is already active
[1]
$ vsh resume nosuch

error: failed to get domain 'nosuch'
[1]
$ vsh shutdown test --mode acpi,bogus

error: Unknown mode bogus value, expecting 'acpi', 'agent', 'initctl', 'signal', or 'paravirt'
[1]
$ vsh destroy test --graceful
Domain 'test' destroyed

$ vsh destroy test ; domrename test other ; domid other ; domuuid other
error: unexpected data ';'
[1]
$ vsh domid test ; domname 1
error: unexpected data ';'
[1]
$ vsh autostart test ; dominfo test ; autostart test --disable
error: unexpected data ';'
[1]
$ vsh autostart test --once

error: Failed to mark domain 'test' as autostarted on next boot
error: this function is not supported by the connection driver: virDomainSetAutostartOnce
[1]
$ vsh dompmsuspend test mem ; domstate test ; dompmwakeup test
error: unexpected data ';'
[1]
$ vsh dompmsuspend test bed

error: Invalid target
[1]
$ vsh reset test
Domain 'test' was reset

$ vsh -q suspend test
$ vsh --format json suspend test
{
  "message": "Domain 'test' suspended",
  "domain": "test"
}
$ vsh start test --console

error: Domain is already active
[1]
