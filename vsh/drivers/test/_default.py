"""The default world of ``test:///default``: what is known at once, and the documents for the rest.

What a listing or a ``domstate`` asks for stands here as data, so that no document has to be read for it.
"""

from __future__ import annotations

DOMAIN_NAME = "test"
DOMAIN_UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"
DOMAIN = """<domain type='test'>
  <name>test</name>
  <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
  <memory>8388608</memory>
  <currentMemory>2097152</currentMemory>
  <vcpu>2</vcpu>
  <os><type>hvm</type></os>
  <devices>
    <disk type='file' device='disk'>
      <source file='/guest/diskimage1'/>
      <target dev='vda' bus='virtio'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </disk>
    <interface type='network'>
      <mac address='aa:bb:cc:dd:ee:ff'/>
      <source network='default' bridge='virbr0'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x1' function='0x0'/>
    </interface>
    <memballoon model='virtio'>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x2' function='0x0'/>
    </memballoon>
  </devices>
</domain>"""

NETWORK_NAME = "default"
NETWORK_UUID = "dd8fe884-6c02-601e-7551-cca97df1c5df"

INTERFACE_NAME = "eth1"
INTERFACE_MAC = "aa:bb:cc:dd:ee:ff"

POOL_NAME = "default-pool"
POOL_UUID = "dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566"
