"""What a menu says beside the name of an object: its state and size, asked for in one go."""

from __future__ import annotations

from vsh.errors import Error
from vsh.output.units import age, size
from vsh.words.checkpoint import CheckpointXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from vsh.api.checkpoint import Checkpoint
    from vsh.api.connection import Connection
    from vsh.api.interface import Interface
    from vsh.api.secret import Secret
    from vsh.api.snapshot import Snapshot

SEPARATOR = " · "


def descriptions(connection: Connection, listing: str, objects: Sequence[object]) -> list[str]:
    """A few words for each object, "" where there is nothing to say.

    listing  the call that gave the objects: "list_all_domains"
    """
    describe = _DESCRIBERS.get(listing)
    if describe is None or not objects:
        return [""] * len(objects)
    return describe(connection, [*objects])


def _asked(connection: Connection, objects: Sequence[object], *calls: str) -> list[list[Any]]:
    """What each object answers to each call; all are sent at once.  A failure is its Error."""
    requests = [getattr(each, call).request() for each in objects for call in calls]
    answers = iter(connection.many(requests))
    return [[next(answers) for _ in calls] for _ in objects]


def _domains(connection: Connection, objects: Sequence[object]) -> list[str]:
    from vsh.words.domain.state import DomainState, state_word

    found = []
    for info, saved in _asked(connection, objects, "get_info", "has_managed_save_image"):
        if isinstance(info, Error):
            found.append("")
            continue
        off = info.state == DomainState.SHUTOFF
        word = "saved" if off and saved == 1 else state_word(info.state)
        found.append(SEPARATOR.join((word, size(info.maxMem * 1024), f"{info.nrVirtCpu} vCPU")))
    return found


def _networks(connection: Connection, objects: Sequence[object]) -> list[str]:
    found = []
    for active, bridge in _asked(connection, objects, "is_active", "get_bridge_name"):
        parts = [] if isinstance(active, Error) else ["active" if active else "inactive"]
        if isinstance(bridge, str) and bridge:
            parts.append(bridge)
        found.append(SEPARATOR.join(parts))
    return found


def _pools(connection: Connection, objects: Sequence[object]) -> list[str]:
    words = ("inactive", "building", "running", "degraded", "inaccessible")
    found = []
    for (info,) in _asked(connection, objects, "get_info"):
        if isinstance(info, Error):
            found.append("")
            continue
        word = words[info.state] if 0 <= info.state < len(words) else "unknown"
        room = f"{size(info.available)} of {size(info.capacity)} free"
        found.append(word + SEPARATOR + room if info.capacity else word)
    return found


def _volumes(connection: Connection, objects: Sequence[object]) -> list[str]:
    return [
        "" if isinstance(info, Error) else size(info.capacity)
        for (info,) in _asked(connection, objects, "get_info")
    ]


def _interfaces(connection: Connection, objects: list[Interface]) -> list[str]:
    found = []
    for each, (active,) in zip(objects, _asked(connection, objects, "is_active"), strict=True):
        word = "" if isinstance(active, Error) else "active" if active else "inactive"
        found.append(SEPARATOR.join(filter(None, (word, each.mac))))
    return found


def _secrets(connection: Connection, objects: list[Secret]) -> list[str]:
    kinds = ("none", "volume", "ceph", "iscsi", "tls", "vtpm")
    return [
        f"{kinds[each.usageType] if 0 <= each.usageType < len(kinds) else 'other'} "
        f"{each.usageID}".rstrip()
        for each in objects
    ]


def _moments(connection: Connection, objects: list[Snapshot | Checkpoint]) -> list[str]:
    from vsh.redefine.facts import Facts

    found = []
    requests = [call for each in objects for call in _moment_calls(each)]
    answers = iter(connection.many(requests))
    for each in objects:
        document, current = [next(answers) for _ in _moment_calls(each)]
        if isinstance(document, Error):
            found.append("")
            continue
        facts = Facts(document)
        parts = [facts.state or "", "" if facts.created is None else age(facts.created)]
        parts.append("current" if current == 1 else "")
        found.append(SEPARATOR.join(filter(None, parts)))
    return found


def _moment_calls(moment: Any) -> list[Any]:
    """Without the domain's definition where the kind has a flag for that."""
    if moment.kind == "Checkpoint":
        return [moment.get_xml_desc.request(CheckpointXML.NO_DOMAIN), moment.get_parent.request()]
    return [moment.get_xml_desc.request(), moment.get_is_current.request()]


"""VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN."""


_DESCRIBERS: dict[str, Callable[[Connection, list[Any]], list[str]]] = {
    "list_all_domains": _domains,
    "list_all_networks": _networks,
    "list_all_storage_pools": _pools,
    "list_all_volumes": _volumes,
    "list_all_interfaces": _interfaces,
    "list_all_secrets": _secrets,
    "list_all_snapshots": _moments,
    "list_all_checkpoints": _moments,
}
