What needs an agent in the guest; the default world has part of one.
$ vsh "domfsinfo test; domfsfreeze test; domfsfreeze test; domfsthaw test; domfsthaw test; domfstrim test"
 Mountpoint   Name   Type   Target
------------------------------------
 /            vda1   ext4   vda
 /boot        vda2   ext4   vda

Froze 2 filesystem(s)

Froze 0 filesystem(s)

Thawed 2 filesystem(s)

Thawed 0 filesystem(s)


$ vsh "domfsfreeze test /; domfsthaw test /nowhere; domfstrim test --mountpoint /nowhere"
Froze 1 filesystem(s)



error: Unable to thaw filesystems
error: Requested operation is not valid: mount point not found: /nowhere
error: Unable to invoke fstrim
error: Requested operation is not valid: mount point not found: /nowhere
[1]
$ vsh "destroy test; domfsinfo test; domfsfreeze test; domfsthaw test; domfstrim test; domhostname test"
Domain 'test' destroyed






error: Unable to get filesystem information
error: Requested operation is not valid: domain is not running
error: Unable to freeze filesystems
error: Requested operation is not valid: domain is not running
error: Unable to thaw filesystems
error: Requested operation is not valid: domain is not running
error: Unable to invoke fstrim
error: Requested operation is not valid: domain is not running
error: failed to get hostname
error: Requested operation is not valid: domain is not running
[1]
$ vsh "domhostname test; domhostname test --source nobody; guestinfo test; guestinfo test --user --os; guest-agent-timeout test --timeout x"
testhost





error: Unknown data source 'nobody'
error: this function is not supported by the connection driver: virDomainGetGuestInfo
error: this function is not supported by the connection driver: virDomainGetGuestInfo
error: Numeric value 'x' for <timeout> option is malformed or out of range
[1]
$ vsh "get-user-sshkeys test root; set-user-sshkeys test root; set-user-sshkeys test root --remove; set-user-sshkeys test root keys; set-user-sshkeys test root --reset"





error: this function is not supported by the connection driver: virDomainAuthorizedSSHKeysGet
error: Option --file is required
error: Option --file is required by option --remove
error: Failed to open file 'keys': No such file or directory
error: this function is not supported by the connection driver: virDomainAuthorizedSSHKeysSet
[1]
$ vsh "set-user-password test root secret; send-process-signal test 1 SIGKILL; send-process-signal test 1 paint; send-process-signal test x 9"
Password set successfully for root in test



error: malformed signal name: paint
error: Numeric value 'x' for <pid> option is malformed or out of range
[1]
$ vsh --format json domfsinfo test
[
  {
    "mountpoint": "/",
    "name": "vda1",
    "type": "ext4",
    "targets": [
      "vda"
    ]
  },
  {
    "mountpoint": "/boot",
    "name": "vda2",
    "type": "ext4",
    "targets": [
      "vda"
    ]
  }
]
