"""Histograms of a disk's latencies, as QEMU is asked to keep them (a list stands for QEMU)."""

from __future__ import annotations

from vsh.drivers.qemu.blocks.throttle import set_histograms
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.engine.reader import read

_DISK = """<disk type='file'><driver name='qemu' type='raw'><statistics>
<latency-histogram><bin start='0'/><bin start='1000'/></latency-histogram>
<latency-histogram type='zone'><bin start='0'/><bin start='7'/><bin start='9'/></latency-histogram>
</statistics></driver><source file='/a'/><target dev='sda' bus='scsi'/></disk>"""


def test_set() -> None:
    disk, asked = read(_DISK, Disk), []
    disk.alias = "scsi0-0-0-0"
    set_histograms(disk, lambda *words: asked.append(words))
    assert asked == [
        ("block-latency-histogram-set", {"id": "scsi0-0-0-0", "boundaries": [1000]}),
        ("block-latency-histogram-set", {"id": "scsi0-0-0-0", "boundaries-zap": [7, 9]}),
    ]
