"""How a guest's CPU becomes the host's, where an architecture does no more than that."""

from __future__ import annotations

from vsh.cpu.definition import set_feature, take_model
from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cpu.definition import HostCpu
    from vsh.xml.domain.cpu import Cpu


def become_host(guest: Cpu, host: Cpu | HostCpu | None, *, keep_features: bool = False) -> None:
    """Give a guest's CPU the host's model, and, on top, what it says itself about features."""
    if host is None:
        raise ConfigUnsupported("unknown host CPU model")
    told = guest.features if keep_features else []
    take_model(guest, host)
    for feature in told:
        set_feature(guest, feature.name, feature.policy)
    guest.mode = "custom"
    guest.match = "exact"
