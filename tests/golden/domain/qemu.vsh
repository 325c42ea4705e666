QEMU's monitor and agent, where there is no QEMU.
$ vsh "qemu-monitor-command test query-status; qemu-monitor-command test --hmp info; qemu-monitor-command test --hmp --pretty a; qemu-monitor-command test a --pass-fds x"




error: this function is not supported by the connection driver: virDomainQemuMonitorCommand
error: this function is not supported by the connection driver: virDomainQemuMonitorCommand
error: Options --hmp and --pretty are mutually exclusive
error: Unable to parse FD number 'x'
[1]
$ vsh "qemu-agent-command test --timeout 0 x; qemu-agent-command test --async --block x; qemu-agent-command test x; qemu-attach 1; qemu-attach x"





error: timeout must be positive
error: timeout, async and block options are exclusive
error: this function is not supported by the connection driver: virDomainQemuAgentCommand
error: Failed to attach to pid 1
error: this function is not supported by the connection driver: virDomainQemuAttach
error: Numeric value 'x' for <pid> option is malformed or out of range
[1]
$ vsh "qemu-monitor-event --timeout 1; qemu-monitor-event --domain nothing; lxc-enter-namespace test /bin/true; dom-fd-associate test n x; dom-fd-associate test n 3"





error: this function is not supported by the connection driver: virConnectDomainQemuMonitorEventRegister
error: failed to get domain 'nothing'
error: this function is not supported by the connection driver: virDomainLxcOpenNamespace
error: Unable to parse FD number 'x'
error: this function is not supported by the connection driver: virDomainFDAssociate
[1]
