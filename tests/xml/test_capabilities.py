"""What hosts, hypervisors and storage can do: documents that libvirt only writes."""

from __future__ import annotations

from vsh.xml.engine.problem import Unknown
from vsh.xml.engine.reader import read
from vsh.xml.host.capabilities import Capabilities
from vsh.xml.host.domain_capabilities import DomainCapabilities
from vsh.xml.storage.pool_capabilities import PoolCapabilities

HOST = """<capabilities>

  <host>
    <uuid>7b55704c-29f4-11b2-a85c-9dc6ff50623f</uuid>
    <cpu>
      <arch>x86_64</arch>
      <model>Skylake-Client-IBRS</model>
      <vendor>Intel</vendor>
      <microcode version='236'/>
      <signature family='6' model='142' stepping='12'/>
      <counter name='tsc' frequency='2304000000' scaling='no'/>
      <topology sockets='1' dies='1' clusters='1' cores='4' threads='2'/>
      <maxphysaddr mode='emulate' bits='39'/>
      <feature name='ds'/>
      <features>
        <pae/>
        <nonpae/>
        <vmx/>
        <svm/>
      </features>
      <pages unit='KiB' size='4'/>
    </cpu>
    <power_management>
      <suspend_mem/>
      <suspend_disk/>
      <suspend_hybrid/>
    </power_management>
    <iommu support='yes'/>
    <migration_features>
      <live/>
      <uri_transports>
        <uri_transport>tcp</uri_transport>
      </uri_transports>
    </migration_features>
    <topology>
      <cells num='1'>
        <cell id='0'>
          <memory unit='KiB'>16063216</memory>
          <pages unit='KiB' size='4'>4015804</pages>
          <distances>
            <sibling id='0' value='10'/>
          </distances>
          <cache level='1' associativity='direct' policy='writeback'>
            <size value='10' unit='KiB'/>
            <line value='8' unit='B'/>
          </cache>
          <cpus num='1'>
            <cpu id='0' socket_id='0' die_id='0' cluster_id='0' core_id='0' siblings='0,4'/>
          </cpus>
        </cell>
      </cells>
      <interconnects>
        <latency initiator='0' target='0' type='read' value='5'/>
        <bandwidth initiator='0' target='0' cache='1' type='access' value='200' unit='KiB'/>
      </interconnects>
    </topology>
    <cache>
      <bank id='0' level='3' type='both' size='8' unit='MiB' cpus='0-7'>
        <control granularity='768' min='1536' unit='KiB' type='code' maxAllocs='8'/>
      </bank>
      <monitor level='3' reuseThreshold='270336' maxMonitors='176'>
        <feature name='llc_occupancy'/>
      </monitor>
    </cache>
    <memory_bandwidth>
      <node id='0' cpus='0-5'>
        <control granularity='10' min='10' maxAllocs='4'/>
      </node>
      <monitor maxMonitors='176'>
        <feature name='mbm_total_bytes'/>
      </monitor>
    </memory_bandwidth>
    <secmodel>
      <model>dac</model>
      <doi>0</doi>
      <baselabel type='kvm'>+0:+0</baselabel>
    </secmodel>
  </host>

  <guest>
    <os_type>hvm</os_type>
    <arch name='x86_64'>
      <wordsize>64</wordsize>
      <emulator>/usr/bin/qemu</emulator>
      <loader>/usr/lib/loader</loader>
      <machine canonical='pc-i440fx-7.0' maxCpus='255' deprecated='yes'>pc</machine>
      <domain type='kvm'>
        <emulator>/usr/bin/qemu-kvm</emulator>
        <machine>q35</machine>
      </domain>
    </arch>
    <features>
      <pae/>
      <nonpae/>
      <ia64_be/>
      <acpi default='on' toggle='yes'/>
      <apic default='on' toggle='no'/>
      <cpuselection/>
      <deviceboot/>
      <disksnapshot default='on' toggle='no'/>
      <hap default='off' toggle='yes'/>
      <externalSnapshot/>
    </features>
  </guest>

</capabilities>
"""
DOMAIN = """<domainCapabilities>
  <path>/usr/bin/qemu</path>
  <domain>kvm</domain>
  <machine>pc-q35-7.0</machine>
  <arch>x86_64</arch>
  <vcpu max='255'/>
  <iothreads supported='yes'/>
  <os supported='yes'>
    <enum name='firmware'>
      <value>efi</value>
    </enum>
    <firmwareFeatures supported='yes'>
      <enum name='secureBoot'/>
    </firmwareFeatures>
    <loader supported='yes'>
      <value>/usr/share/OVMF.fd</value>
      <enum name='type'>
        <value>rom</value>
        <value>pflash</value>
      </enum>
    </loader>
    <varstore supported='no'/>
  </os>
  <cpu>
    <mode name='host-passthrough' supported='yes'>
      <enum name='hostPassthroughMigratable'>
        <value>on</value>
      </enum>
    </mode>
    <mode name='host-model' supported='yes'>
      <model fallback='forbid'>Skylake</model>
      <vendor>Intel</vendor>
      <maxphysaddr mode='passthrough' limit='39'/>
      <feature policy='require' name='ss'/>
    </mode>
    <mode name='custom' supported='yes'>
      <model usable='no' deprecated='yes' vendor='AMD' canonical='EPYC-v1'>EPYC</model>
      <blockers model='EPYC'>
        <feature name='svm'/>
      </blockers>
    </mode>
  </cpu>
  <memoryBacking supported='no'/>
  <devices>
    <disk supported='yes'>
      <enum name='bus'>
        <value>ide</value>
        <value>virtio</value>
      </enum>
    </disk>
    <video supported='no'/>
  </devices>
  <features>
    <sev supported='yes'>
      <cbitpos>47</cbitpos>
      <reducedPhysBits>1</reducedPhysBits>
      <maxGuests>59</maxGuests>
      <maxESGuests>450</maxESGuests>
      <cpu0Id>x</cpu0Id>
    </sev>
    <sgx supported='yes'>
      <flc>yes</flc>
      <sgx1>yes</sgx1>
      <sgx2>no</sgx2>
      <section_size unit='KiB'>2</section_size>
      <sections>
        <section node='0' size='1' unit='KiB'/>
      </sections>
    </sgx>
    <hyperv supported='yes'>
      <defaults>
        <spinlocks>4095</spinlocks>
        <stimer_direct>on</stimer_direct>
        <tlbflush_direct>on</tlbflush_direct>
        <tlbflush_extended>off</tlbflush_extended>
        <vendor_id>Linux KVM Hv</vendor_id>
      </defaults>
    </hyperv>
  </features>
</domainCapabilities>
"""
POOLS = """<storagepoolCapabilities>
  <pool type='fs' supported='yes'>
    <poolOptions>
      <defaultFormat type='auto'/>
      <enum name='sourceFormatType'>
        <value>ext4</value>
      </enum>
    </poolOptions>
    <volOptions>
      <defaultFormat type='raw'/>
      <enum name='targetFormatType'>
      </enum>
    </volOptions>
  </pool>
  <pool type='zfs' supported='no'>
  </pool>
</storagepoolCapabilities>
"""


def test_a_host_uses_every_field(round_trip, unused):
    model = round_trip(HOST, Capabilities)
    assert unused(model) == {}
    assert model.host.cells[0].cpus[0].siblings == "0,4"
    assert model.guests[0].machines[0].name == "pc"


def test_a_hypervisor_uses_every_field(round_trip, unused):
    model = round_trip(DOMAIN, DomainCapabilities)
    assert unused(model) == {}
    assert model.devices.offer("disk").allowed("bus") == ["ide", "virtio"]
    assert model.devices.offer("video").supported is False
    assert model.devices.offer("tpm") is None


def test_storage_uses_every_field(round_trip, unused):
    model = round_trip(POOLS, PoolCapabilities)
    assert unused(model) == {}
    assert [(pool.type, pool.supported) for pool in model.pools] == [("fs", True), ("zfs", False)]


def test_what_is_not_known_is_told():
    unknown: list[Unknown] = []
    read(HOST.replace("<iommu support", "<iommu suport"), Capabilities, unknown=unknown)
    assert [(part.name, part.nearest) for part in unknown] == [("@suport", "support")]
