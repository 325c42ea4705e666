"""Where firewalld runs, a network's bridge is in a zone of its: the document's, or libvirt's."""

from __future__ import annotations

from vsh.drivers.host import programs
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.network import Network as Definition

_CLIENT = "firewall-cmd"
_ROUTED = "libvirt-routed"
_ZONE = "libvirt"


def enter_zone(definition: Definition) -> None:
    """Have firewalld put a network's bridge where it belongs.

    Raises InternalError where the document names a zone and firewalld does not run, or refuses it.
    """
    zone = definition.bridge_zone
    zones = programs.run([_CLIENT, "--get-zones"], check=False) if _installed() else None
    if zones is None:  # it does not run
        if zone is not None:
            raise InternalError(
                f"zone {zone} requested for network {definition.name} but firewalld is not active"
            )
        return
    if zone is None:
        known = zones.split()
        wanted = [_ROUTED, _ZONE] if definition.mode == "route" else [_ZONE]
        zone = next((each for each in wanted if each in known), None)
    if zone is not None:
        programs.run([_CLIENT, f"--zone={zone}", f"--change-interface={definition.bridge}"])


def _installed() -> bool:
    return programs.find(_CLIENT) is not None
