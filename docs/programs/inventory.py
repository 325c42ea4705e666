"""Print what a host has as JSON: each domain with its state, memory, and disks."""

import json
import sys

import vsh

with vsh.connect(sys.argv[1]) as connection:
    inventory = [
        {
            "name": domain.name,
            "state": domain.state.word,
            "memory_bytes": domain.info.memory,
            "disks": [disk.target for disk in domain.xml.disks],
        }
        for domain in connection.domains
    ]
print(json.dumps(inventory, indent=2))
