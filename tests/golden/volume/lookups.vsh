Volumes are found by name in a pool, by key and by path.
$ vsh "vol-list default-pool; vol-list default-pool --details; vol-info nothing; vol-info nothing default-pool; vol-name nothing"
 Name   Path
--------------

 Name   Path   Type   Capacity   Allocation
---------------------------------------------




error: failed to get vol 'nothing', specifying --pool might help
error: Storage volume not found: no storage vol with matching path 'nothing'
error: failed to get vol 'nothing'
error: Storage volume not found: no storage vol with matching path 'nothing'
error: failed to get vol 'nothing'
error: Storage volume not found: no storage vol with matching path 'nothing'
[1]
$ vsh "vol-info v nothing; vol-create nothing v.xml; vol-create default-pool missing.xml"



error: failed to get pool 'nothing'
error: Storage pool not found: no storage pool with matching name 'nothing'
error: failed to get pool 'nothing'
error: Storage pool not found: no storage pool with matching name 'nothing'
error: Failed to open file 'missing.xml': No such file or directory
[1]
$ vsh "vol-create-as default-pool v 1.5G; vol-create-as default-pool v -1; vol-create-as default-pool v 99999999999999999999"



error: Malformed size 1.5G
error: invalid argument: unknown suffix '.5G'
error: Malformed size -1
error: Malformed size 99999999999999999999
[1]
$ vsh vol-create-as default-pool v 1G 512M qcow2 --print-xml
<volume>
  <name>v</name>
  <capacity>1073741824</capacity>
  <allocation>536870912</allocation>
  <target>
    <format type='qcow2'/>
  </target>
</volume>

