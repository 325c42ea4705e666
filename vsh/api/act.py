"""How methods of the API reach acts, which are a layer above: by name."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def act_named(name: str) -> Any:
    """The function of ``vsh/acts`` that does what a method says."""
    from vsh import lookup

    return lookup.find("vsh.acts", name)
