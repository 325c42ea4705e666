"""What the pool commands share: descriptions from options, states, sizes."""

from __future__ import annotations

from vsh.cli.devices import SECRET_UUIDS
from vsh.cli.objects import file_names, names_of
from vsh.cli.params import Flags, Option, Options
from vsh.commands._model_words import words_of
from vsh.commands._sizes import pretty
from vsh.errors import failing
from vsh.words.connection import ListAllNodeDevice, ListAllStoragePools
from vsh.words.pool import StoragePoolCreate, StoragePoolState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.cli.params import Complete, Given
    from vsh.cli.session import Session
    from vsh.xml.engine.described import AsIs, Described


STATES = StoragePoolState.words()
WITH_SIZES = (StoragePoolState.RUNNING, StoragePoolState.DEGRADED)
"""The states in which a pool's sizes are known."""

TYPES = {
    "dir": ListAllStoragePools.DIR,
    "fs": ListAllStoragePools.FS,
    "netfs": ListAllStoragePools.NETFS,
    "logical": ListAllStoragePools.LOGICAL,
    "disk": ListAllStoragePools.DISK,
    "iscsi": ListAllStoragePools.ISCSI,
    "iscsi-direct": ListAllStoragePools.ISCSI_DIRECT,
    "scsi": ListAllStoragePools.SCSI,
    "mpath": ListAllStoragePools.MPATH,
    "rbd": ListAllStoragePools.RBD,
    "sheepdog": ListAllStoragePools.SHEEPDOG,
    "gluster": ListAllStoragePools.GLUSTER,
    "zfs": ListAllStoragePools.ZFS,
    "vstorage": ListAllStoragePools.VSTORAGE,
}
"""The types of pools, and the flags of a listing that stand for them."""


def create_flags() -> int:
    """The options --build, --no-overwrite and --overwrite as one number."""
    return Flags(
        StoragePoolCreate,
        build=("make what the pool is kept in first", "WITH_BUILD"),
        no_overwrite=(
            "make it, but not where there is something already",
            "WITH_BUILD_NO_OVERWRITE",
        ),
        overwrite=("make it, whatever was there before", "WITH_BUILD_OVERWRITE"),
    )


def state_word(state: int) -> str:
    """The word for a pool's state."""
    return StoragePoolState.word_of(state)


def size_text(size: int | None) -> str:
    """A size with a unit; a dash where it is not known."""
    return "-" if size is None else pretty(size, 2)


def types(session: Session, text: str, given: Given) -> list[str]:
    """A completer of types of pools, also after a comma."""
    start, comma, _ = text.rpartition(",")
    return [start + comma + word for word in TYPES]


def _formats(session: Session, text: str, given: Given) -> list[str]:
    """A completer of the formats of a source: of the type that was given, or else of all."""
    from vsh.xml.storage.kinds import KINDS

    kind = KINDS.get(given.get("type", ""))
    return sorted({word for each in ([kind] if kind else KINDS.values()) for word in each.formats})


def _option(help: str, complete: Complete = ()) -> Any:
    return Option(help, by_place=True, complete=complete)


_ADAPTERS = names_of("list_all_node_devices", ListAllNodeDevice.CAP_SCSI_HOST)
DESCRIPTION = Options(
    source_host=_option("host of the source"),
    source_path=_option("path of the source", file_names),
    source_dev=_option("device of the source", file_names),
    source_name=_option("name of the source"),
    target=_option("where the volumes are on this host", file_names),
    source_format=_option("format of the source", _formats),
    auth_type=_option(
        "how to authenticate to the source", words_of("shared.encryption", "Auth", "type")
    ),
    auth_username=_option("as whom to authenticate"),
    secret_usage=_option("the secret to authenticate with, by its usage"),
    secret_uuid=_option("the secret to authenticate with, by its UUID", SECRET_UUIDS),
    adapter_name=_option("name of the adapter of the source", _ADAPTERS),
    adapter_wwnn=_option("world wide node name of the adapter"),
    adapter_wwpn=_option("world wide port name of the adapter"),
    adapter_parent=_option("name of the adapter's parent", _ADAPTERS),
    adapter_parent_wwnn=_option("world wide node name of the adapter's parent"),
    adapter_parent_wwpn=_option("world wide port name of the adapter's parent"),
    adapter_parent_fabric_wwn=_option("world wide name of the fabric of the adapter's parent"),
    source_protocol_ver=_option("version of the network file system's protocol"),
    source_initiator=_option("name of the initiator, for iSCSI"),
)
"""The options that describe a pool, apart from its name and type."""


def pool_xml(name: str, type: str, given: dict[str, str | None]) -> str:
    """A pool's description.

    The texts are put into it just as they are, so they may have entities (``&amp;``).
    """
    from vsh.xml.engine.described import Described, as_is
    from vsh.xml.storage.pool import PoolTarget, StoragePool

    return Described(
        StoragePool,
        type=as_is(type),
        name=as_is(name),
        source=_source({option: as_is(text) for option, text in given.items() if text}),
        target=Described(PoolTarget, path=as_is(given["target"])),
    ).format()


_NAMED = ("host", "path", "dev", "initiator", "format", "name")
"""The options (--source-*) that ask for a <source>; the others are only part of one."""


def _source(given: dict[str, AsIs | None]) -> Described | None:
    """The <source/> element, or None where nothing asks for one."""
    from vsh.xml.engine.described import Described
    from vsh.xml.shared.encryption import Auth, SecretReference
    from vsh.xml.storage.pool import PoolSource, SourceDevice, SourceHost

    adapter = _adapter(given)
    if adapter is None and not any(f"source_{name}" in given for name in _NAMED):
        return None
    by = "usage" if "secret_usage" in given else "uuid"
    auth = None
    if "auth_type" in given and "auth_username" in given and f"secret_{by}" in given:
        auth = Described(
            Auth,
            type=given["auth_type"],
            username=given["auth_username"],
            secret=Described(SecretReference, **{by: given[f"secret_{by}"]}),
        )
    return Described(
        PoolSource,
        hosts=[Described(SourceHost, name=given.get("source_host"))],
        dir=given.get("source_path"),
        devices=[Described(SourceDevice, path=given.get("source_dev"))],
        initiator=given.get("source_initiator"),
        adapter=adapter,
        auth=auth,
        source_format=given.get("source_format"),
        name=given.get("source_name"),
        protocol=given.get("source_protocol_ver"),
    )


def _adapter(given: dict[str, AsIs | None]) -> Described | None:
    """The adapter, if enough is known of one."""
    from vsh.xml.engine.described import Described
    from vsh.xml.storage.pool import Adapter

    if "adapter_wwnn" in given and "adapter_wwpn" in given:
        parents = [("parent",), ("parent_wwnn", "parent_wwpn"), ("parent_fabric_wwn",)]
        known = [names for names in parents if all(f"adapter_{name}" in given for name in names)]
        names = (*(known[0] if known else ()), "wwnn", "wwpn")
        return Described(
            Adapter, type="fc_host", **{name: given[f"adapter_{name}"] for name in names}
        )
    if "adapter_name" in given:
        return Described(Adapter, type="scsi_host", name=given["adapter_name"])
    return None


def sources_text(type: str, find: Any) -> str:
    """The sources that ``find`` finds.  Raises CommandError."""
    with failing(f"Failed to find any {type} pool sources"):
        return str(find())
