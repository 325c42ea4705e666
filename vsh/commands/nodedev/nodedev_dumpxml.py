"""nodedev-dumpxml: the document of a device of the host."""

from __future__ import annotations

from vsh.cli.devices import NODE_DEVICE
from vsh.commands._xpath import dumpxml_command
from vsh.words.node_device import NodeDeviceXML

nodedev_dumpxml = dumpxml_command(
    __name__,
    NODE_DEVICE,
    "device",
    "a device of the host",
    "With --inactive, its definition rather than what it is now.",
    "computer  # what is known of it",
    NodeDeviceXML.INACTIVE,
    "what the device starts with next",
)
