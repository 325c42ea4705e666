"""Where drivers differ: the flags they accept, what they check besides, and what old daemons cannot
stand.

A driver that is not named here is taken for one that checks everything itself, and is told
everything.
"""

from __future__ import annotations

from vsh.errors import InternalError, OperationUnsupported, XmlDetail
from vsh.redefine.align import invented
from vsh.redefine.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.plan import Target
    from vsh.xml.moment.snapshot import DomainSnapshot

REDEFINE, CURRENT, NO_METADATA, HALT, DISK_ONLY = 1, 2, 4, 8, 16
REUSE_EXT, QUIESCE, ATOMIC, LIVE, VALIDATE = 32, 64, 128, 256, 512
EVERY_FLAG = 1023

FIXED_ALIGNMENT = 11_003_000
"""The version from which a daemon survives the document of rule 37g."""

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


def profile_of(driver_name: str) -> Profile:
    """The profile of a driver, by what ``connection.get_type`` calls it."""
    return PROFILES.get(driver_name.lower(), NONE)


def name_problems(profile: Profile, document: DomainSnapshot) -> Iterator[Problem]:
    """Rule 27."""
    name = document.name or ""
    if not profile.file_names:
        return
    if "/" in name:
        yield Problem(
            "27",
            XmlDetail(f"invalid snapshot name '{name}': name can't contain '/'"),
            line=document.line,
        )
    if name[:1] == ".":
        yield Problem(
            "27",
            XmlDetail(f"invalid snapshot name '{name}': name can't start with '.'"),
            line=document.line,
        )


def state_problems(profile: Profile, document: DomainSnapshot) -> Iterator[Problem]:
    """Rule 29."""
    state = document.state
    if profile.states is None or state is None or state in profile.states:
        return
    if state == "pmsuspended":
        yield Problem(
            "29",
            OperationUnsupported("qemu doesn't support taking snapshots of PMSUSPENDED guests"),
            line=document.line,
        )
    else:
        yield Problem("29", InternalError(f"Invalid domain state {state}"), line=document.line)


def dangerous(document: DomainSnapshot, target: Target) -> bool:
    """Whether daemons before ``FIXED_ALIGNMENT`` end at this document (rule 37g).

    The document has to be aligned without paths being made up.
    """
    if document.domain is not None:
        return False
    other = target.document(document.name or "")
    return other is not None and other.domain is not None and bool(invented(document))
