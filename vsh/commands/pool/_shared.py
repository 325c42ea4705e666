"""What the pool commands share: descriptions from options, states, sizes."""

from __future__ import annotations

from vsh.api.enums.pool import StoragePoolState
from vsh.api.flags.connection import ListAllNodeDevice, ListAllStoragePools
from vsh.api.flags.pool import StoragePoolCreate
from vsh.cli.devices import SECRET_UUIDS
from vsh.cli.objects import file_names, names_of
from vsh.cli.params import Flags, Option, Options
from vsh.commands._sizes import pretty
from vsh.commands._words import word, words
from vsh.errors import failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.cli.session import Session


STATES = words(StoragePoolState)
FORMATS = (
    "auto",
    "bsd",
    "cifs",
    "dos",
    "dvh",
    "ext2",
    "ext3",
    "ext4",
    "gfs",
    "gfs2",
    "glusterfs",
    "gpt",
    "hfs+",
    "iso9660",
    "lvm2",
    "mac",
    "nfs",
    "ocfs2",
    "pc98",
    "sun",
    "udf",
    "ufs",
    "vfat",
    "vmfs",
    "xfs",
)
"""The formats of sources: file systems, network file systems, partition tables."""
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


def create_flags() -> Any:
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
    return word(STATES, state)


def size_text(size: int | None) -> str:
    """A size with a unit; a dash where it is not known."""
    return "-" if size is None else pretty(size, 2)


def types(session: Session, text: str, given: dict[str, Any]) -> list[str]:
    """A completer of types of pools, also after a comma."""
    start, comma, _ = text.rpartition(",")
    return [start + comma + word for word in TYPES]


def _described(help: str, complete: Any = ()) -> Any:
    return Option(help, by_place=True, complete=complete)


_ADAPTERS: Any = names_of("list_all_node_devices", ListAllNodeDevice.CAP_SCSI_HOST)
DESCRIPTION: Any = Options(
    source_host=_described("host of the source"),
    source_path=_described("path of the source", file_names),
    source_dev=_described("device of the source", file_names),
    source_name=_described("name of the source"),
    target=_described("where the volumes are on this host", file_names),
    source_format=_described("format of the source", FORMATS),
    auth_type=_described("how to authenticate to the source", ("chap", "ceph")),
    auth_username=_described("as whom to authenticate"),
    secret_usage=_described("the secret to authenticate with, by its usage"),
    secret_uuid=_described("the secret to authenticate with, by its UUID", SECRET_UUIDS),
    adapter_name=_described("name of the adapter of the source", _ADAPTERS),
    adapter_wwnn=_described("world wide node name of the adapter"),
    adapter_wwpn=_described("world wide port name of the adapter"),
    adapter_parent=_described("name of the adapter's parent", _ADAPTERS),
    adapter_parent_wwnn=_described("world wide node name of the adapter's parent"),
    adapter_parent_wwpn=_described("world wide port name of the adapter's parent"),
    adapter_parent_fabric_wwn=_described("world wide name of the fabric of the adapter's parent"),
    source_protocol_ver=_described("version of the network file system's protocol"),
    source_initiator=_described("name of the initiator, for iSCSI"),
)
"""The options that describe a pool, apart from its name and type."""


def pool_xml(name: str, type: str, given: dict[str, str | None]) -> str:
    """A pool's description.

    The texts are put into it just as they are, so they may have entities (``&amp;``).
    """
    lines = [f"<pool type='{type}'>", f"  <name>{name}</name>"]
    inside = _source(given)
    if inside is not None:
        lines += ["  <source>", *(f"    {line}" for line in inside), "  </source>"]
    if given["target"]:
        lines += ["  <target>", f"    <path>{given['target']}</path>", "  </target>"]
    return "\n".join([*lines, "</pool>", ""])


def _source(given: dict[str, str | None]) -> list[str] | None:
    """The lines inside <source>, or None where nothing asks for one."""
    adapter = _adapter(given)
    named = (
        "source_host",
        "source_path",
        "source_dev",
        "source_initiator",
        "source_format",
        "source_name",
    )
    if adapter is None and not any(given[name] for name in named):
        return None
    lines = []
    for option, line in (
        ("source_host", "<host name='{}'/>"),
        ("source_path", "<dir path='{}'/>"),
        ("source_dev", "<device path='{}'/>"),
    ):
        if given[option]:
            lines.append(line.format(given[option]))
    if given["source_initiator"]:
        lines += ["<initiator>", f"  <iqn name='{given['source_initiator']}'/>", "</initiator>"]
    if adapter is not None:
        lines.append(adapter)
    secret = "usage" if given["secret_usage"] else "uuid"
    if given["auth_type"] and given["auth_username"] and given[f"secret_{secret}"]:
        lines += [
            f"<auth type='{given['auth_type']}' username='{given['auth_username']}'>",
            f"  <secret {secret}='{given[f'secret_{secret}']}'/>",
            "</auth>",
        ]
    for option, line in (
        ("source_format", "<format type='{}'/>"),
        ("source_name", "<name>{}</name>"),
        ("source_protocol_ver", "<protocol ver='{}'/>"),
    ):
        if given[option]:
            lines.append(line.format(given[option]))
    return lines


def _adapter(given: dict[str, str | None]) -> str | None:
    """The adapter, if enough is known of one."""
    if given["adapter_wwnn"] and given["adapter_wwpn"]:
        parent = ""
        if given["adapter_parent"]:
            parent = f" parent='{given['adapter_parent']}'"
        elif given["adapter_parent_wwnn"] and given["adapter_parent_wwpn"]:
            parent = (
                f" parent_wwnn='{given['adapter_parent_wwnn']}'"
                f" parent_wwpn='{given['adapter_parent_wwpn']}'"
            )
        elif given["adapter_parent_fabric_wwn"]:
            parent = f" parent_fabric_wwn='{given['adapter_parent_fabric_wwn']}'"
        return (
            f"<adapter type='fc_host'{parent} wwnn='{given['adapter_wwnn']}'"
            f" wwpn='{given['adapter_wwpn']}'/>"
        )
    if given["adapter_name"]:
        return f"<adapter type='scsi_host' name='{given['adapter_name']}'/>"
    return None


def sources_text(type: str, find: Any) -> str:
    """The sources that ``find`` finds.  Raises CommandError."""
    with failing(f"Failed to find any {type} pool sources"):
        return str(find())
