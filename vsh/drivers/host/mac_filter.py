"""Bridges pass on from a guest's card only what has the card's own address: ``mac_filter``.

An nftables table of each root in the bridge family has the cards' links with their addresses.
Unlike libvirt's chain of ebtables, which lets nothing else through any bridge of the host, it is
about the guests' links alone.
"""

from __future__ import annotations

from vsh.drivers.host import programs
from vsh.drivers.host.cgroups import owner
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import Error

_BEFORE_FILTERS = -210


def table(root: str) -> str:
    """The name of a root's table."""
    return owner(root).replace("-", "_") + "_macs"


def allow(root: str, link: str, mac: str) -> None:
    """Let what comes from a link through with that address only.  Raises Error."""
    name = table(root)
    _run(
        f"add table bridge {name}",
        f"add set bridge {name} links {{ type ifname; }}",
        f"add set bridge {name} cards {{ type ifname . ether_addr; }}",
        f"add chain bridge {name} forward "
        f"{{ type filter hook forward priority {_BEFORE_FILTERS}; policy accept; }}",
        f"flush chain bridge {name} forward",
        f"add rule bridge {name} forward iifname @links iifname . ether saddr != @cards drop",
        f'add element bridge {name} links {{ "{link}" }}',
        f'add element bridge {name} cards {{ "{link}" . {mac} }}',
    )


def forget(root: str, link: str, mac: str) -> None:
    """The link has gone, or will have; with the last one the table goes.  Whatever comes of it."""
    name = table(root)
    with Ignoring(Error):
        _run(
            f'delete element bridge {name} links {{ "{link}" }}',
            f'delete element bridge {name} cards {{ "{link}" . {mac} }}',
        )
        if "elements" not in (programs.run(["nft", "list", "table", "bridge", name]) or ""):
            _run(f"delete table bridge {name}")


def _run(*lines: str) -> None:
    programs.run(["nft", "-f", "-"], "\n".join(lines) + "\n")
