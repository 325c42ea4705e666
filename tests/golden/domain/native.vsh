Configurations of other programs, which the test driver does not convert: vsh does, virsh does not.

$ cat > guest.vmx
config.version = "8"
virtualHW.version = "8"
displayName = "guest"
uuid.bios = "56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 10 35 15"
memsize = "512"
ide0:0.present = "true"
ide0:0.fileName = "guest.vmdk"
$ cat > bad.vmx
config.version = "8"
$ cat > guest.xml
<domain type='vmware'>
  <name>guest</name>
  <uuid>564d9bef-acd9-b4e0-c8f0-aea8b9103515</uuid>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64'>hvm</type></os>
</domain>
$ vsh domxml-from-native vmware-vmx guest.vmx
<domain type='vmware'>
  <name>guest</name>
  <uuid>564d9bef-acd9-b4e0-c8f0-aea8b9103515</uuid>
  <hwuuid>564d9bef-acd9-b4e0-c8f0-aea8b9103515</hwuuid>
  <memory unit='KiB'>524288</memory>
  <currentMemory unit='KiB'>524288</currentMemory>
  <vcpu placement='static'>1</vcpu>
  <os>
    <type arch='i686'>hvm</type>
    <boot dev='hd'/>
  </os>
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type='file' device='disk'>
      <source file='guest.vmdk'/>
      <target dev='hda' bus='ide'/>
      <address type='drive' controller='0' bus='0' target='0' unit='0'/>
    </disk>
    <controller type='ide' index='0'/>
    <video>
      <model type='vmvga' vram='4096' primary='yes'/>
    </video>
  </devices>
</domain>

$ vsh domxml-from-native vmware-vmx bad.vmx

error: internal error: Missing essential config entry 'virtualHW.version'
[1]
$ vsh domxml-to-native vmware-vmx --xml guest.xml
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "7"
guestOS = "other-64"
uuid.bios = "56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 10 35 15"
displayName = "guest"
memsize = "64"
numvcpus = "1"
floppy0.present = "false"
floppy1.present = "false"
vmci0.present = "true"

$ vsh domxml-to-native vmware-vmx --domain test

error: internal error: Expecting virt type to be 'vmware' but found 'test'
[1]
$ vsh domxml-to-native lxc-tools --xml guest.xml

error: this function is not supported by the connection driver: virConnectDomainXMLToNative
[1]
$ vsh domxml-from-native qemu-argv guest.vmx

error: this function is not supported by the connection driver: virConnectDomainXMLFromNative
[1]
$ virsh domxml-from-native vmware-vmx guest.vmx

error: this function is not supported by the connection driver: virConnectDomainXMLFromNative
[1]
$ virsh domxml-to-native vmware-vmx --xml guest.xml

error: this function is not supported by the connection driver: virConnectDomainXMLToNative
[1]
