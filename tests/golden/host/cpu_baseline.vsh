What several hosts have in common is worked out from what is known of CPU models.
$ cat > hosts.xml
<cpu><arch>x86_64</arch><model>Westmere</model><vendor>Intel</vendor><feature name='vmx'/></cpu>
<capabilities><host><cpu><arch>x86_64</arch><model>Penryn</model><vendor>Intel</vendor><feature name='vmx'/><feature name='invtsc'/></cpu></host></capabilities>
$ cat > old.xml
<cpu><arch>i686</arch><model>486</model><feature name='vmx'/></cpu>
$ cat > strange.xml
<cpu><arch>x86_64</arch><model>Z80</model></cpu>
$ cat > vendors.xml
<cpu><arch>x86_64</arch><model>486</model><vendor>Intel</vendor></cpu>
<cpu><arch>x86_64</arch><model>486</model><vendor>AMD</vendor></cpu>
$ cat > guest.xml
<domain><cpu><model>Penryn</model></cpu></domain>
$ cat > powers.xml
<cpu><arch>ppc64</arch><model>POWER8</model></cpu>
<cpu><arch>ppc64</arch><model>POWER9</model></cpu>
$ vsh cpu-baseline hosts.xml
<cpu mode='custom' match='exact'>
  <model fallback='allow'>Penryn</model>
  <vendor>Intel</vendor>
  <feature policy='require' name='vmx'/>
</cpu>

$ vsh cpu-baseline old.xml --features
<cpu mode='custom' match='exact'>
  <model fallback='forbid'>486</model>
  <feature policy='require' name='fpu'/>
  <feature policy='require' name='pse'/>
  <feature policy='require' name='vme'/>
  <feature policy='require' name='vmx'/>
</cpu>

$ vsh "cpu-baseline strange.xml; cpu-baseline vendors.xml; cpu-baseline guest.xml; cpu-baseline powers.xml; cpu-baseline old.xml --migratable"





error: internal error: Unknown CPU model Z80
error: operation failed: CPU vendors do not match
error: XML error: Missing CPU architecture
error: operation failed: CPUs are incompatible
error: unsupported flags (0x2) in function testConnectBaselineCPU
[1]
$ vsh cpu-models ppc64
POWER6
POWER7
POWER8
POWER9
POWER10
POWERPC_e5500
POWERPC_e6500

