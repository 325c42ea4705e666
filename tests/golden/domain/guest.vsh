The guest's keyboard, processes, file systems and agent.

$ vsh send-key test KEY_LEFTCTRL KEY_LEFTALT KEY_DELETE

$ vsh send-key test --codeset win32 VK_ESCAPE

$ vsh send-key test KEY_BOGUS

error: invalid keycode: 'KEY_BOGUS'
[1]
$ vsh send-key test --codeset morse 1

error: unknown codeset: 'morse'
[1]
$ vsh send-process-signal test 1 SIGTERM

$ vsh send-process-signal test 1 sigbogus

error: malformed signal name: sigbogus
[1]
$ vsh domfsinfo test
 Mountpoint   Name   Type   Target
------------------------------------
 /            vda1   ext4   vda
 /boot        vda2   ext4   vda

$ vsh "domfsfreeze test; domfsthaw test; domfstrim test"
Froze 2 filesystem(s)

Thawed 2 filesystem(s)


$ vsh domhostname test --source rumour

error: Unknown data source 'rumour'
[1]
$ vsh guestvcpus test --cpulist 1

error: One of options --enable or --disable is required by option --cpulist
[1]
$ vsh qemu-agent-command test '{}' --timeout 0

error: timeout must be positive
[1]
$ vsh qemu-agent-command test '{}' --async --block

error: timeout, async and block options are exclusive
[1]
$ vsh "qemu-monitor-command test query-status; qemu-monitor-command test --hmp --pretty info"


error: this function is not supported by the connection driver: virDomainQemuMonitorCommand
error: Options --hmp and --pretty are mutually exclusive
[1]
$ vsh set-user-sshkeys test root

error: Option --file is required
[1]
$ vsh domjobinfo test

error: this function is not supported by the connection driver: virDomainGetJobInfo
[1]
$ vsh migrate test test:///default --timeout 5

error: migrate: Unexpected timeout for offline migration
[1]
$ vsh migrate test test:///default --migrate-disks vda

error: '--migrate-disks' requires one of '--copy-storage-all', '--copy-storage-inc'
[1]
$ vsh migrate test test:///default

error: this function is not supported by the connection driver: virDomainMigrate3
[1]
$ vsh set-lifecycle-action test poweroff explode

error: Invalid lifecycle action 'explode'.
[1]
