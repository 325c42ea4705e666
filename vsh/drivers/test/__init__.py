"""The test driver: a hypervisor in memory, with the same world, states and errors as libvirt's.

``test:///default`` is one hypervisor for all connections of the process while any of them is open;
``test:///path/to/file.xml`` gives each connection its own, read from a ``<node>`` document.
"""

from __future__ import annotations

from _thread import allocate_lock

from vsh.drivers.driver import Embedded
from vsh.drivers.test.hypervisor import default_hypervisor
from vsh.errors import AuthFailed, InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from vsh.api.domain import Domain
    from vsh.drivers.test.hypervisor import Hypervisor

    class Ask(Protocol):
        """How the user is asked for a name or a password."""

        def __call__(self, prompt: str, *, secret: bool) -> str: ...


_opening = allocate_lock()
_shared: Hypervisor | None = None


class Test(Embedded):
    """One connection to a test hypervisor."""

    __test__ = False  # pytest: not a case, whatever it is called
    name = "Test"
    error_domain = 12  # VIR_FROM_TEST
    parts = "vsh.drivers.test"
    hypervisor: Hypervisor

    def started(self, domains: list[Domain]) -> list[float | None]:
        """Since when each domain runs, in seconds since 1970."""
        found: list[float | None] = []
        for domain in domains:
            guest = self.hypervisor.guests.named(domain.name)
            found.append(None if guest is None or not guest.active else guest.since)
        return found

    def close(self) -> None:
        """Let go of the hypervisor; the default one ends with its last connection."""
        global _shared
        with _opening:
            if self.closed:
                return
            super().close()
            if self.hypervisor is _shared and self.hypervisor.openers <= 0:
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
        with _opening:
            if _shared is None:
                _shared = default_hypervisor()
            return Test(_shared, uri, readonly=readonly)
    from vsh.drivers.test import node_file

    hypervisor = node_file.read(path)
    if hypervisor.users:
        _authenticate(hypervisor, ask)
    return Test(hypervisor, uri, readonly=readonly)


def _authenticate(hypervisor: Hypervisor, ask: Ask | None) -> None:
    if ask is None:
        raise InvalidArgument("Missing authentication callback")
    users = hypervisor.users
    name = ask("Enter username for localhost", secret=False)
    password = None
    if name not in users or users[name] is not None:
        # a password is asked for even where the name is wrong
        password = ask(f"Enter {name}'s password for localhost", secret=True)
    if name not in users or users[name] not in (None, password):
        raise AuthFailed("authentication failed, see test XML for the correct username/password")
