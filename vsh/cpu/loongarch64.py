"""LoongArch CPUs: the emulator knows them, and is left to decide.

The functions are those of ``vsh.cpu``, which picks this module by the architecture.
"""

from __future__ import annotations

from vsh.cpu.result import IDENTICAL, Comparison

TYPE_CHECKING = False


def compare(host: object, cpu: object) -> Comparison:
    """Identical: the emulator refuses what it cannot run."""
    return Comparison(IDENTICAL)


def update(guest: object, host: object, relative: bool, removed: str) -> None:
    """Nothing is known of the host that could be said."""
