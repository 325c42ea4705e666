A domain's life: started, paused, renamed, and what is said when it cannot be.

$ vsh "destroy test; start test; suspend test; domstate test; resume test; reboot test; shutdown test"
Domain 'test' destroyed

Domain 'test' started

Domain 'test' suspended

paused

Domain 'test' resumed

Domain 'test' is being rebooted

Domain 'test' is being shutdown

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

$ vsh "destroy test; domrename test other; domid other; domuuid other"
Domain 'test' destroyed

Domain successfully renamed

-

6695eb01-f6a4-8304-79aa-97f2502e193f

$ vsh "domid test; domname 1"
1

test

$ vsh "autostart test; autostart test --disable"
Domain 'test' marked as autostarted

Domain 'test' unmarked as autostarted

$ vsh autostart test --once

error: Failed to mark domain 'test' as autostarted on next boot
error: this function is not supported by the connection driver: virDomainSetAutostartOnce
[1]
$ vsh "dompmsuspend test mem; domstate test; dompmwakeup test"

running


error: Domain 'test' could not be suspended
error: this function is not supported by the connection driver: virDomainPMSuspendForDuration
error: Domain 'test' could not be woken up
error: this function is not supported by the connection driver: virDomainPMWakeup
[1]
$ vsh dompmsuspend test bed

error: Invalid target
[1]
$ vsh reset test
Domain 'test' was reset

$ vsh -q suspend test
$ vsh --format json suspend test
{
  "done": true,
  "message": "Domain 'test' suspended",
  "domain": "test"
}
$ vsh start test --console

error: Domain is already active
[1]
