CPU definitions come from files: bare ones, or inside domains and capabilities.
$ cat > none.xml
<network/>
$ cat > one.xml
<?xml version='1.0'?>
<domain><cpu><model>Penryn</model></cpu></domain>
$ vsh "cpu-compare none.xml; cpu-compare missing.xml; cpu-compare one.xml"



error: File 'none.xml' does not contain any <cpu> element or valid domain XML, host capabilities XML, or domain capabilities XML
error: Failed to open file 'missing.xml': No such file or directory
error: Failed to compare host CPU with one.xml
error: this function is not supported by the connection driver: virConnectCompareCPU
[1]
$ vsh "hypervisor-cpu-baseline; hypervisor-cpu-baseline --file one.xml --model Penryn; hypervisor-cpu-baseline --model Penryn"



error: Either --file or --model must be provided
error: Options --file and --model are mutually exclusive
error: this function is not supported by the connection driver: virConnectBaselineHypervisorCPU
[1]
$ vsh cpu-models s390x
all CPU models are accepted

