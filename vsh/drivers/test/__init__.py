"""The test driver: a hypervisor in memory, with the same world, states and errors as libvirt's.

``test:///default`` is one world for all connections of the process while any of them is open;
``test:///path/to/file.xml`` gives each connection its own, read from a ``<node>`` document.  Each
kind of call is answered by its own part, one file each (``everything.py`` lists them).
"""

from __future__ import annotations

from vsh.drivers.test import world as worlds
from vsh.drivers.test.domain_listing import DomainListing
from vsh.drivers.test.domain_state import DomainState
from vsh.errors import AuthFailed, InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from vsh.drivers.test.world import World

    class Ask(Protocol):
        """How the user is asked for a name or a password."""

        def __call__(self, prompt: str, *, secret: bool) -> str: ...


_shared: World | None = None


class Test(DomainListing, DomainState):
    """One connection to a test hypervisor.

    Scripts ask for listings and states thousands of times: those two parts are here.  With the
    first other question the connection becomes one that has all parts.
    """

    __test__ = False  # pytest: not a case, whatever it is called
    error_domain = 12  # VIR_FROM_TEST

    def __init__(self, world: World, uri: str, readonly: bool) -> None:
        self.world = world
        self.uri = uri
        self.readonly = readonly
        world.openers += 1

    def __getattr__(self, name: str) -> Any:
        if type(self) is Test:
            from vsh.drivers.test.everything import Everything

            self.__class__ = Everything
            return getattr(self, name)
        raise AttributeError(name)

    def close(self) -> None:
        """Let go of the world; the default one ends with its last connection."""
        global _shared
        world = self.world
        if self.queue is not None:
            world.queues.remove(self.queue)
            self.queue = None
        world.openers -= 1
        if world is _shared and world.openers <= 0:
            _shared = None


def test(  # not a pytest case
    uri: str,
    *,
    readonly: bool = False,  # noqa: PT028
    ask: Ask | None = None,  # noqa: PT028
) -> Test:
    """Connect to ``test:///default`` or ``test:///FILE``.  Raises Error.

    ask   gets a name or a password from the user: ``ask(prompt, secret=...)``
    """
    from vsh.api.uri import parse

    global _shared
    path = parse(uri).path
    if path in ("", "/"):
        raise InvalidArgument("testOpen: supply a path or use test:///default")
    if path == "/default":
        if _shared is None:
            _shared = worlds.default_world()
        return Test(_shared, uri, readonly)
    from vsh.drivers.test import world_file

    world = world_file.read(path)
    if world.users:
        _authenticate(world, ask)
    return Test(world, uri, readonly)


def _authenticate(world: World, ask: Ask | None) -> None:
    if ask is None:
        raise InvalidArgument("Missing authentication callback")
    name = ask("Enter username for localhost", secret=False)
    password = None
    if name not in world.users or world.users[name] is not None:
        # a password is asked for even where the name is wrong
        password = ask(f"Enter {name}'s password for localhost", secret=True)
    if name not in world.users or world.users[name] not in (None, password):
        raise AuthFailed("authentication failed, see test XML for the correct username/password")
