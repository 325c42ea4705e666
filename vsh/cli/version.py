"""What --version and -V say."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session

COMPATIBLE = "12.8.0"
"""The version of libvirt whose commands, options and messages these are."""


def short_text(*, people: bool = False) -> str:
    """The version that scripts compare: libvirt's; people see vsh's own, too."""
    if people:
        from vsh import __version__

        return f"vsh {__version__} (virsh {COMPATIBLE})\n"
    return f"{COMPATIBLE}\n"


def long_text(session: Session) -> str:
    """Who this is, what it is compatible with, and what it can talk to."""
    import vsh
    from vsh import lookup

    drivers = " ".join(lookup.names("vsh.drivers"))
    return (
        f"Virsh command line tool of libvirt {COMPATIBLE}, as vsh {vsh.__version__}\n"
        "See web site at https://libvirt.org/\n\n"
        "Compiled with support for:\n"
        f" Drivers: {drivers}\n"
        f" Transports: {' '.join(lookup.names('vsh.transports'))}\n"
    )
