"""RISC-V CPUs: the emulator knows them, and is left to decide.

The functions are those of ``vsh.cpu``, which picks this module by the architecture.
"""

from __future__ import annotations

from vsh.cpu._host_model import become_host
from vsh.cpu.result import IDENTICAL, Comparison

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cpu.definition import HostCpu
    from vsh.xml.domain.cpu import Cpu


def compare(host: object, cpu: object) -> Comparison:
    """Identical: the emulator refuses what it cannot run."""
    return Comparison(IDENTICAL)


def update(guest: Cpu, host: Cpu | HostCpu | None, relative: bool, removed: str) -> None:
    """Make a guest's CPU say what it gets on a host."""
    if relative and guest.mode == "host-model":
        become_host(guest, host)
