"""What keeps any document from being redefined: the options, the driver, the domain."""

from __future__ import annotations

from vsh.errors import InvalidArgument, OperationDenied, OperationInvalid, OperationUnsupported
from vsh.redefine.rule import Rule
from vsh.words import excludes
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api._call import Call
    from vsh.api.domain import Domain
    from vsh.redefine.profiles import Profile
    from vsh.redefine.rule import Problem

CURRENT_NEEDS_REDEFINE = Rule(
    "1",
    "--current needs --redefine",
    why="A snapshot that is really taken always becomes the current one; only one "
    "whose metadata is redefined has a choice.",
    hint="add --redefine, or leave --current out",
)

NOT_WITHOUT_METADATA = Rule(
    "2",
    "--redefine excludes --no-metadata",
    why="Redefining makes metadata and nothing else, so there would be nothing left to do.",
    hint="leave --no-metadata out",
)

NOT_HALTED = Rule(
    "3",
    "--redefine excludes --halt",
    why="Redefining does not touch the running domain. The request is refused as it "
    "stands: trying again without --halt and powering the domain off afterwards "
    "would lose the user's work.",
    hint="leave --halt out",
)

WRITABLE = Rule(
    "4",
    "a read-only connection changes nothing",
    why="Metadata is state of the hypervisor's; a connection opened with --readonly "
    "may not write it.",
    hint="connect without --readonly",
)

KNOWN_FLAGS = Rule(
    "6",
    "options that the driver knows",
    why="Each driver accepts a set of flags and refuses the others before it reads the document.",
    hint="leave out the option that this hypervisor does not know",
)

NO_CHECKPOINTS_BESIDE = Rule(
    "7",
    "no snapshots beside checkpoints",
    why="The test driver keeps a domain from having both, also when metadata is redefined.",
    hint="delete the checkpoints first",
)

OFF_ONLY = Rule(
    "44",
    "VirtualBox rewrites its own file",
    why="Only for machines that are off, and parents first.",
    hint="shut the machine down first",
)

CHECKPOINT_OPTIONS = Rule(
    "45",
    "options of checkpoint-create",
    why="--redefine excludes --quiesce; --redefine-validate needs --redefine.",
    hint="leave out the option that does not fit",
)

CHECKPOINTS_OF_THE_DRIVER = Rule(
    "46",
    "checkpoints that the driver can redefine",
    why="The test driver wants a running domain without snapshots; qemu takes domains "
    "that are off.",
    hint="start the domain",
)

NOTHING_IS_TAKEN = Rule(
    "E1",
    "--redefine with options that mean taking a snapshot",
    why="They have no meaning where nothing is taken; drivers ignore some and refuse others.",
    hint="leave the option out",
)

RUNNING_WHERE_VALIDATED = Rule(
    "E10",
    "validation needs a running domain",
    why="--redefine-validate asks the running guest for its bitmaps.",
    hint="start the domain, or leave --redefine-validate out",
)


def writable(domain: Domain, call: Call[..., object]) -> Iterator[Problem]:
    """Rule 4: all else would have to be asked for in vain."""
    if domain.connection.readonly:
        yield WRITABLE.broken(OperationDenied(f"read only access prevents {call.api}"))


def options(call: Call[..., object], flags: int, rules: tuple[Rule, ...]) -> Iterator[Problem]:
    """What a call's own declaration says against its flags, in libvirt's words.

    rules  for what is required first; the last stands for all that follow
    """
    for place, text in call.conflicts(flags):
        yield rules[min(place, len(rules) - 1)].broken(InvalidArgument.whole(text))


def meaningless(flags: int, *, lenient: bool) -> Iterator[Problem]:
    """E1: options that only mean something where a snapshot is taken."""
    redefine = SnapshotCreate.REDEFINE
    if not flags & _TAKEN or not flags & int(redefine):
        return
    for flag in _TAKING:
        if flags & flag:
            error = InvalidArgument.whole(excludes(flag, redefine))
            yield NOTHING_IS_TAKEN.broken(error, warning=lenient)


_TAKING = (
    SnapshotCreate.LIVE,
    SnapshotCreate.REUSE_EXT,
    SnapshotCreate.QUIESCE,
    SnapshotCreate.ATOMIC,
)
_TAKEN = sum(int(flag) for flag in _TAKING)


def known_flags(known: int, function: str, flags: int, broken: Rule) -> Iterator[Problem]:
    """Whether a driver knows all flags; ``function`` is the one of its that says so."""
    unknown = flags & ~known
    if unknown and function:
        text = f"unsupported flags (0x{unknown:x}) in function {function}"
        yield broken.broken(InvalidArgument.whole(text))


def snapshots(domain: Domain, profile: Profile) -> Iterator[Problem]:
    """Rules 7 and 44: the domain, where a driver minds."""
    if profile.exclusive_moments and domain.list_all_checkpoints(0):
        text = "cannot create snapshot while checkpoint exists"
        yield NO_CHECKPOINTS_BESIDE.broken(OperationUnsupported(text))
    if profile.off_only and domain.is_active():
        yield OFF_ONLY.broken(OperationInvalid("domain is running"))


def checkpoints(domain: Domain, profile: Profile, *, validated: bool) -> Iterator[Problem]:
    """Rule 46 and E10: the domain, where a driver minds."""
    if profile.exclusive_moments and domain.list_all_snapshots(0):
        yield CHECKPOINTS_OF_THE_DRIVER.broken(
            OperationUnsupported("cannot create checkpoint while snapshot exists"),
            hint="delete the snapshots first",
        )
    if profile.active_checkpoints and not domain.is_active():
        text = "cannot create checkpoint for inactive domain"
        yield CHECKPOINTS_OF_THE_DRIVER.broken(OperationUnsupported(text))
    if validated and profile.name != "test" and not domain.is_active():
        yield RUNNING_WHERE_VALIDATED.broken(OperationInvalid("domain is not running"))
