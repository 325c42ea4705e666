"""The names of CPU models that libvirt 12.8.0 knows, in its order: versions of models, too."""

from __future__ import annotations

from vsh.cpu import models


def newer_models(arch: str) -> list[str]:
    """The names of the models of an architecture; an empty list where any name is taken."""
    known = models(arch, newest=True)
    if arch in ("ppc64", "ppc64le"):
        known.insert(known.index("POWER10") + 1, "POWER11")
    return known
