"""Print what a host has as JSON: each domain with its state, memory, and disks."""

import json
import sys
from xml.etree import ElementTree

import libvirt

STATES = {
    libvirt.VIR_DOMAIN_NOSTATE: "no state",
    libvirt.VIR_DOMAIN_RUNNING: "running",
    libvirt.VIR_DOMAIN_BLOCKED: "idle",
    libvirt.VIR_DOMAIN_PAUSED: "paused",
    libvirt.VIR_DOMAIN_SHUTDOWN: "in shutdown",
    libvirt.VIR_DOMAIN_SHUTOFF: "shut off",
    libvirt.VIR_DOMAIN_CRASHED: "crashed",
    libvirt.VIR_DOMAIN_PMSUSPENDED: "pmsuspended",
}

connection = libvirt.open(sys.argv[1])
try:
    inventory = []
    for domain in connection.listAllDomains():
        state, _, memory, _, _ = domain.info()
        root = ElementTree.fromstring(domain.XMLDesc())
        disks = [target.get("dev") for target in root.findall("./devices/disk/target")]
        inventory.append(
            {
                "name": domain.name(),
                "state": STATES[state],
                "memory_bytes": memory * 1024,
                "disks": disks,
            }
        )
finally:
    connection.close()
print(json.dumps(inventory, indent=2))
