"""Where drivers differ: the flags they accept, what they check besides, and what old daemons cannot
stand.

A driver that is not named here is taken for one that checks everything itself, and is told
everything.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection

REDEFINE, CURRENT, NO_METADATA, HALT, DISK_ONLY = 1, 2, 4, 8, 16
REUSE_EXT, QUIESCE, ATOMIC, LIVE, VALIDATE = 32, 64, 128, 256, 512
EVERY_FLAG = 1023

_STATES = ("running", "paused", "shutdown", "shutoff", "crashed", "disk-snapshot")


class Profile:
    """What one driver does.

    flags, function        the flags of snapshot creation that it accepts; the function that says so
    checkpoint_flags, checkpoint_function
    exclusive_moments      a domain has snapshots or checkpoints, not both (rules 7, 46)
    active_checkpoints     checkpoints of running domains only, also when redefined (rule 46)
    off_only               snapshots of domains that are off only (rule 44)
    file_names, states     rules 27 and 29 hold
    metadata_only          metadata is all that the driver has of a snapshot: to delete one is to
                           forget it
    """

    __slots__ = (
        "active_checkpoints",
        "checkpoint_flags",
        "checkpoint_function",
        "exclusive_moments",
        "file_names",
        "flags",
        "function",
        "metadata_only",
        "name",
        "off_only",
        "states",
    )

    def __init__(
        self,
        name: str,
        flags: int,
        function: str,
        *,
        checkpoint_flags: int = 0,
        checkpoint_function: str = "",
        exclusive_moments: bool = False,
        active_checkpoints: bool = False,
        off_only: bool = False,
        file_names: bool = False,
        states: tuple[str, ...] | None = None,
        metadata_only: bool = False,
    ) -> None:
        self.name = name
        self.flags = flags
        self.function = function
        self.checkpoint_flags = checkpoint_flags
        self.checkpoint_function = checkpoint_function
        self.exclusive_moments = exclusive_moments
        self.active_checkpoints = active_checkpoints
        self.off_only = off_only
        self.file_names = file_names
        self.states = states
        self.metadata_only = metadata_only


PROFILES = {
    "test": Profile(
        "test",
        REDEFINE | CURRENT | HALT | QUIESCE | ATOMIC | LIVE | VALIDATE,
        "testDomainSnapshotCreateXML",
        checkpoint_flags=1 | 2,
        checkpoint_function="testDomainCheckpointCreateXML",
        exclusive_moments=True,
        active_checkpoints=True,
        metadata_only=True,
    ),
    "qemu": Profile(
        "qemu",
        EVERY_FLAG,
        "qemuSnapshotCreateXML",
        checkpoint_flags=1 | 4,
        checkpoint_function="qemuCheckpointCreateXML",
        file_names=True,
        states=_STATES,
    ),
    "vbox": Profile(
        "vbox",
        NO_METADATA | REDEFINE | CURRENT | VALIDATE,
        "vboxDomainSnapshotCreateXML",
        off_only=True,
    ),
    "esx": Profile(
        "esx", DISK_ONLY | QUIESCE | NO_METADATA | VALIDATE, "esxDomainSnapshotCreateXML"
    ),
    "vz": Profile("vz", VALIDATE, "vzDomainSnapshotCreateXML"),
}
NONE = Profile("", EVERY_FLAG, "", checkpoint_flags=7)


_found: WeakKeyDictionary[object, Profile] = WeakKeyDictionary()


def profile_of(connection: Connection) -> Profile:
    """The profile of a connection's driver, by what it calls itself; asked for once."""
    found = _found.get(connection.driver)
    if found is None:
        found = PROFILES.get(connection.get_type().lower(), NONE)
        _found[connection.driver] = found
    return found
