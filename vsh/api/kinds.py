"""The kinds of objects, by the name of their class; each is imported when it is first needed."""

from __future__ import annotations

from vsh.lookup import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api._call import Object

KINDS = {
    "Checkpoint": "vsh.api.checkpoint",
    "Connection": "vsh.api.connection",
    "Domain": "vsh.api.domain",
    "Interface": "vsh.api.interface",
    "Network": "vsh.api.network",
    "NetworkPort": "vsh.api.network_port",
    "NodeDevice": "vsh.api.node_device",
    "Nwfilter": "vsh.api.nwfilter",
    "NwfilterBinding": "vsh.api.nwfilter_binding",
    "Pool": "vsh.api.pool",
    "Secret": "vsh.api.secret",
    "Snapshot": "vsh.api.snapshot",
    "Stream": "vsh.api.stream",
    "Volume": "vsh.api.volume",
}
"""Class name: module."""


def kind(name: str) -> type[Object]:
    """The class of that name.  Raises KeyError if there is no such kind."""
    found: type[Object] = getattr(load(KINDS[name]), name)
    return found
