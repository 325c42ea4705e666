"""The other side of test_libvirt_python.py: libvirt's own client, run by the system's Python.

For each line on standard input, the name of an operation, one line of JSON: what libvirt-python
returned.  What it sends is drawn from the seed and comes in the same line.
"""

from __future__ import annotations

import json
import random
import sys

import libvirt

libvirt.registerErrorHandler(lambda *_: None, None)
SAMPLE = "abcXYZ019 <>&'\"/-_.\n\u00e4\u4e2d\U0001f600"


def shown(value):
    """JSON of what libvirt-python returns: its objects by what identifies them."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(name): shown(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(each) for each in value]
    if isinstance(value, libvirt.virDomain):
        return [value.name(), value.UUIDString(), value.ID()]
    if isinstance(value, (libvirt.virStoragePool, libvirt.virNetwork, libvirt.virNWFilter)):
        return [value.name(), value.UUIDString()]
    if isinstance(value, libvirt.virSecret):
        return [value.UUIDString(), value.usageType(), value.usageID()]
    if isinstance(value, libvirt.virInterface):
        return [value.name(), value.MACString()]
    if isinstance(value, libvirt.virStorageVol):
        return [value.name(), value.key()]
    return value


class Client:
    def __init__(self, uri, seed):
        self.random = random.Random(seed)
        self.connection = libvirt.open(uri)
        self.domain = self.connection.lookupByName("any")
        self.pool = self.connection.storagePoolLookupByName("any")
        self.network = self.connection.networkLookupByName("any")
        self.secret = self.connection.secretLookupByUUIDString(
            "6695eb01-f6a4-8304-79aa-97f2502e193f"
        )

    def text(self):
        return "".join(self.random.choice(SAMPLE) for _ in range(self.random.randrange(1, 9)))

    def number(self, bits):
        return self.random.choice((0, 1, (1 << bits) - 1, self.random.getrandbits(bits)))

    def run(self, name):
        """(what is given to the call, what it returns)."""
        found = getattr(self, "op_" + name, None)
        if found is not None:
            return found()
        owner, _, method = name.partition(".")
        return [], getattr(getattr(self, owner), method)()

    def op_all_stats(self):
        return [], self.connection.getAllDomainStats()

    def op_block_stats(self):
        path = self.text()
        return [path], self.domain.blockStats(path)

    def op_interface_stats(self):
        path = self.text()
        return [path], self.domain.interfaceStats(path)

    def op_block_info(self):
        path = self.text()
        return [path, 0], self.domain.blockInfo(path)

    def op_block_peek(self):
        path, offset, size = self.text(), self.number(64), 37
        return [path, offset, size, 0], self.domain.blockPeek(path, offset, size)

    def op_cpu_stats(self):
        return [-1, 0], self.connection.getCPUStats(-1)

    def op_node_memory(self):
        return [-1, 0], self.connection.getMemoryStats(-1)

    def op_free_cells(self):
        return [0, 7], self.connection.getCellsFreeMemory(0, 7)

    def op_models(self):
        arch = self.text()
        return [arch, 0], self.connection.getCPUModelNames(arch)

    def op_baseline(self):
        given = [self.text() for _ in range(self.random.randrange(1, 4))]
        return [given, 0], self.connection.baselineCPU(given)

    def op_metadata(self):
        uri = self.text()
        return [2, uri, 0], self.domain.metadata(2, uri)

    def op_set_metadata(self):
        text, key, uri = self.text(), self.text(), self.text()
        return [2, text, key, uri, 0], self.domain.setMetadata(2, text, key, uri)

    def op_send_key(self):
        keys = [self.number(16) for _ in range(self.random.randrange(1, 17))]
        return [0, 50, keys, 0], self.domain.sendKey(0, 50, keys, len(keys))

    def op_set_time(self):
        given = {"seconds": self.random.getrandbits(62), "nseconds": self.number(32)}
        return [given["seconds"], given["nseconds"], 0], self.domain.setTime(given)

    def op_leases(self):
        return [None, 0], self.network.DHCPLeases()

    def op_addresses(self):
        return [1, 0], self.domain.interfaceAddresses(1)

    def op_secret_set(self):
        given = bytes(self.random.randrange(256) for _ in range(self.random.randrange(1, 99)))
        return [given.hex(), 0], self.secret.setValue(given)

    def op_set_memory_parameters(self):
        """Values of all the types that the daemon has said the parameters have."""
        makes = {
            "i": lambda: self.random.getrandbits(31) - (1 << 30),
            "u": lambda: self.number(32),
            "l": lambda: self.random.getrandbits(63) - (1 << 62),
            "L": lambda: self.number(64),
            "d": lambda: self.random.random() * 1e9 - 1e8,
            "b": lambda: self.random.random() < 0.5,
            "s": self.text,
        }
        given = {kind: make() for kind, make in makes.items()}
        return [given, 0], self.domain.setMemoryParameters(given)

    def op_set_block_io_tune(self):
        given = {"total": self.number(63), "group": self.text()}
        return ["vda", given, 0], self.domain.setBlockIoTune("vda", given)


def main():
    client = Client(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        given, returned = client.run(line.strip())
        print(json.dumps([given, shown(returned)]), flush=True)


main()
