"""A program of the user's that carries the bytes: ``command=`` names it."""

from __future__ import annotations

from vsh.transports._command import run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.transports._address import Address
    from vsh.transports._duplex import Duplex


def ext(address: Address) -> Duplex:
    """Start the program.  Whether it keeps secrets is its own affair: it counts as insecure."""
    command = address.option("command")
    assert command is not None  # an address without one is refused
    return run([command], secure=False)
