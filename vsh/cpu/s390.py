"""IBM Z CPUs: the emulator knows them, and is left to decide.

The functions are those of ``vsh.cpu``, which picks this module by the architecture.
"""

from __future__ import annotations

from vsh.cpu._host_model import become_host
from vsh.cpu.result import IDENTICAL, Comparison
from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cpu.definition import HostCpu
    from vsh.xml.domain.cpu import Cpu


def compare(host: object, cpu: object) -> Comparison:
    """Identical: the emulator refuses what it cannot run."""
    return Comparison(IDENTICAL)


def update(guest: Cpu, host: Cpu | HostCpu | None, relative: bool, removed: str) -> None:
    """Make a guest's CPU say what it gets on a host."""
    if not relative:
        return
    if guest.mode == "custom":
        if guest.match == "minimum":
            raise ConfigUnsupported("match mode minimum not supported")
        raise ConfigUnsupported("optional CPU features are not supported")
    become_host(guest, host, keep_features=True)


def validate_features(cpu: Cpu | HostCpu) -> None:
    """Raise ConfigUnsupported for a policy that there is not."""
    for feature in cpu.features:
        if feature.policy == "optional":
            raise ConfigUnsupported(
                "only cpu feature policies 'require' and 'disable' are supported for "
                f"{feature.name}"
            )
