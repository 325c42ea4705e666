"""What stands for a value in help: FILE, SIZE, DOMAIN, or the words that it may be."""

from __future__ import annotations

from vsh.cli.objects import Names, file_names, folder_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.params import Param

WIDEST = 44
"""How long the words of a choice may be together before they are cut."""

OBJECTS = {
    "list_all_domains": "DOMAIN",
    "list_all_networks": "NETWORK",
    "list_all_storage_pools": "POOL",
    "list_all_volumes": "VOLUME",
    "list_all_snapshots": "SNAPSHOT",
    "list_all_checkpoints": "CHECKPOINT",
    "list_all_interfaces": "INTERFACE",
    "list_all_nwfilters": "FILTER",
    "list_all_nwfilter_bindings": "PORT",
    "list_all_node_devices": "DEVICE",
    "list_all_secrets": "SECRET",
}


def metavar(param: Param) -> str:
    """What stands for the value; "" for a flag."""
    if param.kind is None:
        return ""
    words = choices(param)
    if words:
        shown = "|".join(words)
        while len(shown) > WIDEST:
            words = words[:-1]
            shown = "|".join((*words, "..."))
        return shown
    if param.kind.metavar:
        return param.kind.metavar
    complete = param.complete
    if complete is file_names:
        return "FILE"
    if complete is folder_names:
        return "FOLDER"
    if isinstance(complete, Names):
        return OBJECTS.get(complete.listing, "NAME")
    return param.name.rpartition("-")[2].upper()


def choices(param: Param) -> tuple[str, ...]:
    """The words that the value may be, where the declaration names them; () for any value."""
    complete = param.complete
    if isinstance(complete, tuple):
        return complete
    words = getattr(complete, "choices", None)
    return tuple(words()) if words is not None else ()
