Storage pools, as they are in the default world, and descriptions made from options.
$ vsh "pool-list; pool-list --details; pool-list --uuid --name; pool-info default-pool; pool-info default-pool --bytes"
 Name           State    Autostart
------------------------------------
 default-pool   active   no

 Name           State     Autostart   Persistent   Capacity     Allocation   Available
-----------------------------------------------------------------------------------------
 default-pool   running   no          yes          100.00 GiB   0.00 B       100.00 GiB

dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566 default-pool

Name:           default-pool
UUID:           dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566
State:          running
Persistent:     yes
Autostart:      no
Capacity:       100.00 GiB
Allocation:     0.00 B
Available:      100.00 GiB

Name:           default-pool
UUID:           dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566
State:          running
Persistent:     yes
Autostart:      no
Capacity:       107374182400
Allocation:     0
Available:      107374182400

$ vsh "pool-list --type dir; pool-list --type fs,nothing; pool-uuid default-pool; pool-name default-pool; pool-list --details --name"
 Name           State    Autostart
------------------------------------
 default-pool   active   no


dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566



error: Invalid pool type 'nothing'
error: failed to get pool 'default-pool'
error: Options --details and --name are mutually exclusive
[1]
$ vsh pool-define-as p netfs --print-xml --source-host h --source-path /e --target /m --source-protocol-ver 4.1
<pool type='netfs'>
  <name>p</name>
  <source>
    <host name='h'/>
    <dir path='/e'/>
    <protocol ver='4.1'/>
  </source>
  <target>
    <path>/m</path>
  </target>
</pool>

$ vsh pool-create-as p iscsi h --print-xml --source-dev iqn --auth-type chap --auth-username u --secret-usage s --target /d
<pool type='iscsi'>
  <name>p</name>
  <source>
    <host name='h'/>
    <device path='iqn'/>
    <auth type='chap' username='u'>
      <secret usage='s'/>
    </auth>
  </source>
  <target>
    <path>/d</path>
  </target>
</pool>

$ vsh pool-define-as p scsi --print-xml --adapter-wwnn 1 --adapter-wwpn 2 --adapter-parent-fabric-wwn 3 --target /d
<pool type='scsi'>
  <name>p</name>
  <source>
    <adapter type='fc_host' parent_fabric_wwn='3' wwnn='1' wwpn='2'/>
  </source>
  <target>
    <path>/d</path>
  </target>
</pool>

$ vsh pool-define-as p rbd --secret-usage s --secret-uuid u

error: Options --secret-usage and --secret-uuid are mutually exclusive
[1]
$ vsh pool-create missing.xml --overwrite --no-overwrite

error: Options --overwrite and --no-overwrite are mutually exclusive
[1]
$ vsh --format json pool-list --details
[
  {
    "name": "default-pool",
    "state": "running",
    "autostart": false,
    "persistent": true,
    "capacity_bytes": 107374182400,
    "allocation_bytes": 0,
    "available_bytes": 107374182400,
    "uuid": "dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566",
    "active": true
  }
]
