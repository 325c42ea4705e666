The devices of the host.
$ vsh "nodedev-list; nodedev-list --tree; nodedev-list --cap scsi_host; nodedev-info scsi_host11"
computer
scsi_host1
scsi_host11
scsi_host2

computer
  |
  +- scsi_host1
  |   |
  |   +- scsi_host11
  |     
  +- scsi_host2
    

scsi_host1
scsi_host11
scsi_host2

Name:           scsi_host11
Parent:         scsi_host1
Active:         yes
Persistent:     yes
Autostart:      unknown

$ vsh "nodedev-list --cap nothing; nodedev-list --all --inactive; nodedev-list --tree --cap scsi; nodedev-list --transient --persistent"




error: Invalid capability type
error: Option --all is incompatible with --inactive
error: Option --tree is incompatible with --cap, --inactive, --persistent and --transient
error: Option --transient is incompatible with --persistent and --inactive
[1]
$ vsh "nodedev-dumpxml 1,2,3; nodedev-dumpxml 1,2; nodedev-dumpxml nothing; nodedev-dettach scsi_host1"




error: Malformed device value '1,2,3'
error: internal error: Malformed wwn: 1
error: Could not find matching device 'nothing'
error: Node device not found: no node device with matching name 'nothing'
error: Failed to detach device scsi_host1
error: this function is not supported by the connection driver: virNodeDeviceDettach
[1]
$ vsh --format json nodedev-list --tree
[
  {
    "name": "computer",
    "parent": null
  },
  {
    "name": "scsi_host1",
    "parent": "computer"
  },
  {
    "name": "scsi_host11",
    "parent": "scsi_host1"
  },
  {
    "name": "scsi_host2",
    "parent": "computer"
  }
]
