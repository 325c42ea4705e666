"""The devices of this host that a network may use: those it names, or a card's virtual functions.

What a card has (SR-IOV) is looked up in the kernel's tree when the network is started and whenever
a port is made; ``root`` is what stands before /sys.
"""

from __future__ import annotations

import os

from vsh.errors import InternalError
from vsh.xml.network.forward import ForwardInterface, ForwardPlace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.network import Network as Definition


def check(definition: Definition, root: str) -> None:
    """Whether a network that is to use a card's virtual functions finds any.

    Raises InternalError.
    """
    forward = definition.forward
    if forward is None or not forward.functions:
        return
    find = places if definition.mode == "hostdev" else links
    if not find(definition, root):
        raise InternalError(f"No usable Vf's present on SRIOV PF {forward.functions[0].dev}")


def shown(definition: Definition, root: str) -> None:
    """Write into what an active network is which devices it has found for itself."""
    forward = definition.forward
    if forward is None or not forward.functions:
        return
    if definition.mode == "hostdev":
        forward.places = places(definition, root)
    else:
        forward.interfaces = [ForwardInterface(dev=name) for name in links(definition, root)]


def links(definition: Definition, root: str) -> list[str]:
    """The links that a network may use; a function that no network driver has, has none."""
    forward = definition.forward
    if forward is None:
        return []
    if forward.interfaces:
        return [str(each.dev) for each in forward.interfaces]
    found = []
    for each in forward.functions:
        for path in _functions(str(each.dev), root):
            folder = f"{path}/net"
            found += sorted(os.listdir(folder))[:1] if os.path.isdir(folder) else []
    return found


def places(definition: Definition, root: str) -> list[ForwardPlace]:
    """The PCI devices that a network may use."""
    forward = definition.forward
    if forward is None:
        return []
    found = list[ForwardPlace](forward.places)
    for each in forward.functions:
        for path in _functions(str(each.dev), root):
            domain, bus, rest = os.path.basename(os.path.realpath(path)).split(":")
            slot, function = (int(word, 16) for word in rest.split("."))
            found.append(
                ForwardPlace(
                    type="pci",
                    domain=int(domain, 16),
                    bus=int(bus, 16),
                    slot=slot,
                    function=function,
                )
            )
    return found


def _functions(name: str, root: str) -> list[str]:
    """The virtual functions of a network card of the host, in the kernel's order."""
    folder = f"{root}/sys/class/net/{name}/device"
    found: list[str] = []
    while os.path.exists(path := f"{folder}/virtfn{len(found)}"):
        found.append(path)
    return found
