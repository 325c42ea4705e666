"""What the test driver asks of domain, snapshot and checkpoint documents; vsh.xml is imported on first use."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def parsed(xml: str, *, validate: bool = False) -> Any:
    """The persistent definition that a document describes."""
    raise NotImplementedError


def copied(definition: Any) -> Any:
    """A definition of its own, equal to the one given."""
    from copy import deepcopy

    return deepcopy(definition)


def sizes(definition: Any) -> tuple[int, int, int]:
    """Maximum memory and current memory in KiB, and vCPUs."""
    return (int(definition.memory), int(definition.current_memory), int(definition.vcpus))


def name_interfaces(definition: Any) -> None:
    """Give interfaces without a host device name the next free ``testnetN``."""
