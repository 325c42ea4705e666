"""The test driver: a hypervisor in memory, with the same world, states and errors as libvirt's.

``test:///default`` is one world for all connections of the process; ``test:///path/to/file.xml``
gives each connection its own, read from a ``<node>`` document.  Each kind of call is answered by its
own part, one file each.
"""

from __future__ import annotations

from vsh.drivers.test import world as worlds
from vsh.drivers.test.checkpoint import Checkpoints
from vsh.drivers.test.domain_lifecycle import DomainLifecycle
from vsh.drivers.test.domain_listing import DomainListing
from vsh.drivers.test.domain_state import DomainState
from vsh.drivers.test.domain_xml import DomainXml
from vsh.drivers.test.snapshot import Snapshots
from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.test.world import World

_default: World | None = None


class Test(DomainListing, DomainState, DomainXml, DomainLifecycle, Snapshots, Checkpoints):
    """One connection to a test hypervisor."""

    error_domain = 12  # VIR_FROM_TEST

    def __init__(self, world: World, uri: str, readonly: bool) -> None:
        self.world = world
        self.uri = uri
        self.readonly = readonly
        world.openers += 1

    def close(self) -> None:
        """Let go of the world; the default one ends with its last connection."""
        global _default
        self.world.openers -= 1
        if self.world is _default and self.world.openers <= 0:
            _default = None


def open(uri: str, *, readonly: bool = False) -> Test:
    """Connect to ``test:///default`` or ``test:///FILE``.  Raises Error."""
    global _default
    path = _path(uri)
    if path in ("", "/"):
        raise InvalidArgument("testOpen: supply a path or use test:///default")
    if path == "/default":
        if _default is None:
            _default = worlds.default_world()
        return Test(_default, uri, readonly)
    from vsh.drivers.test import world_file

    return Test(world_file.read(path), uri, readonly)


def _path(uri: str) -> str:
    rest = uri.partition(":")[2].partition("?")[0].partition("#")[0]
    if rest.startswith("//"):
        slash = rest.find("/", 2)
        rest = "" if slash < 0 else rest[slash:]
    if "%" in rest:
        from urllib.parse import unquote

        return unquote(rest)
    return rest


test = open
