"""Whether the images of this host have what a document says of them (rule 41 is that libvirt does
not look).

Asked of the qemu driver's documents only, where the hypervisor sees this host's files.  What is
found is an error in the driver that is in this process; a daemon may have other files in the same
places, so that it is a warning there.  What an image has is looked at in its bytes: nothing is
opened for writing, and a guest that runs is not disturbed.
"""

from __future__ import annotations

import os

from vsh.errors import CheckpointInconsistent, ConfigUnsupported, OperationFailed, SystemFailure
from vsh.image.contents import look
from vsh.redefine.profiles import profile_of
from vsh.redefine.rule import Case, Rule, rule
from vsh.redefine.rules import UNREADABLE
from vsh.redefine.rules.disks import UNALIGNED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.connection import Connection
    from vsh.errors import Error
    from vsh.image.contents import Contents
    from vsh.redefine.plan import Plan
    from vsh.redefine.rule import Problem
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.moment.snapshot import SnapshotDisk

SECONDS = 3600
"""How far the time of a snapshot and that of its images may be from each other."""
MOST = 200
"""How many images may be below each other."""

_LOCAL = ("file", "block")
_COMPLETE, _PARTIAL = b"LibvirtQemudSave", b"LibvirtQemudPart"
_MOVED = (
    "correct the path (snapshot-import has --map-path OLD=NEW), or bring the file back; with "
    "--lenient the metadata comes back without it"
)


class Use:
    """An image that a snapshot needs.

    disk, name  the snapshot's disk, and its target
    path        of the image
    format      as the documents have it
    base        what it is to be on top of, where it is an overlay
    kind        "base": the disk as it was; "overlay": what was written to it since
    """

    __slots__ = ("base", "disk", "format", "kind", "path")

    def __init__(
        self, disk: SnapshotDisk, path: str, format: str, kind: str, base: Use | None = None
    ) -> None:
        self.disk = disk
        self.path = path
        self.format = format
        self.kind = kind
        self.base = base

    @property
    def what(self) -> str:
        """How messages call it."""
        return f"image '{self.path}' of disk '{self.disk.name}'"

    def contents(self) -> Contents | None:
        """What is in it; None where that is not known, or it is not there."""
        try:
            return look(self.path)
        except FileNotFoundError:
            return None

    @property
    def missing(self) -> bool:
        """Whether there is no such file."""
        try:
            look(self.path)
        except FileNotFoundError:
            return True
        return False


def _seen(case: Case) -> bool:
    """Whether the hypervisor's images are files of this host that can be looked at."""
    connection, profile = case.connection, case.profile
    return (
        connection is not None
        and profile is not None
        and profile.name == "qemu"
        and connection.driver.on_this_host
    )


def _certain(case: Case) -> bool:
    """Whether what is not there for us is not there for the hypervisor."""
    return case.connection is not None and not case.connection.driver.keeps_alive


def _uses(case: Case) -> Iterator[Use]:
    """The images that a snapshot needs."""
    domain = case.domain
    if domain is None or not _seen(case):
        return
    reverted = {disk.name: disk for disk in case.document.revert_disks}
    for disk in case.document.disks:
        own = domain.disk(disk.name or "")
        if own is None or disk.snapshot not in ("internal", "external"):
            continue
        path = _path(own)
        if path is None:
            continue
        base = Use(disk, path, own.driver_type or "raw", "base")
        yield base
        above = reverted.get(disk.name, disk)
        place = above.source.path if above.source is not None else None
        if disk.snapshot == "external" and place and above.type in _LOCAL:
            yield Use(disk, place, above.driver_type or "qcow2", "overlay", base)


def _path(disk: Disk) -> str | None:
    """The path of a disk's image on this host."""
    source = disk.source
    if disk.type not in _LOCAL or source is None or not source.path:
        return None
    return str(source.path)


@rule(
    "E41-image",
    "the images of a snapshot are there",
    why="libvirt writes down what a document says of images, and looks for them when somebody "
    "reverts to the snapshot or deletes it, which may be years later. Images that were lost, or "
    "moved without their paths in the document, are found here.",
    hint=_MOVED,
    after=UNALIGNED,
    mild=True,
)
def images_are_there(case: Case) -> Iterator[Problem]:
    for use in _uses(case):
        if not use.missing:
            continue
        needed = use.kind == "base" or _in_use(case, use.path)
        error = SystemFailure(f"{use.what} is missing")
        yield _found(case, images_are_there, error, use, certain=needed)


def _found(
    case: Case, rule: Rule, error: Error, use: Use | None, *, where: str = "", certain: bool = True
) -> Problem:
    """A problem with an image, or with the element ``where``; less than certain is a warning."""
    line = use.disk.line if use is not None else case.lines.get(where)
    warning = not certain or not _certain(case)
    return rule.broken(error, line=line or case.line, warning=warning)


def _in_use(case: Case, path: str) -> bool:
    """Whether the domain, as it is now, has an image: one that was reverted away from may go."""
    definition = case.target.definition
    return definition is not None and any(_path(disk) == path for disk in definition.disks)


@rule(
    "E41-format",
    "images have the format that the document gives",
    why="An image of another format is another image: a raw file where the snapshot had a qcow2 "
    "image has neither its snapshots nor its data.",
    hint="correct <driver type=>, or bring the right image back",
    after=UNALIGNED,
    mild=True,
)
def format_is_theirs(case: Case) -> Iterator[Problem]:
    for use in _uses(case):
        contents = use.contents()
        if contents is None or contents.found.format == use.format:
            continue
        found = contents.found.format
        if "qcow2" in (use.format, found):
            error = ConfigUnsupported(f"{use.what} is {found}, not {use.format}")
            # what a guest keeps in its raw disk is its own affair
            yield _found(case, format_is_theirs, error, use, certain=use.format != "raw")


@rule(
    "E41-chain",
    "overlays are on top of the snapshot's images",
    why="Reverting to an external snapshot makes new overlays on the images that its <domain> "
    "has; deleting it merges an overlay into them. Both would spoil images that do not belong "
    "together.",
    hint="qemu-img info --backing-chain tells what is below; qemu-img rebase -u -b PATH -F FORMAT "
    "corrects the name of an image that was moved",
    after=UNALIGNED,
    mild=True,
)
def overlays_are_on_top(case: Case) -> Iterator[Problem]:
    for use in _uses(case):
        text = _wrong_below(use)
        if text is not None:
            yield _found(case, overlays_are_on_top, ConfigUnsupported(text), use)


def _wrong_below(use: Use) -> str | None:
    """What is wrong with the images below one."""
    contents, base = use.contents(), use.base
    if contents is None or contents.found.format != use.format:
        return None
    if base is None:
        return _gap(use, contents)
    if contents.backing is None:
        return f"{use.what} is no overlay: nothing is below it, instead of '{base.path}'"
    if not contents.backing:
        return None
    if os.path.realpath(contents.backing) != os.path.realpath(base.path):
        return f"{use.what} is on top of '{contents.backing}', not of '{base.path}'"
    named = contents.found.backing_format
    if named is not None and named != base.format:
        return f"{use.what} has what is below it as {named}, not {base.format}"
    below = base.contents()
    if below is not None and (below.found.capacity or 0) > (contents.found.capacity or 0):
        return (
            f"{use.what} has {contents.found.capacity} bytes, fewer than the "
            f"{below.found.capacity} of '{base.path}' below it"
        )
    return None


def _gap(use: Use, contents: Contents) -> str | None:
    """Where the images below one end before they should."""
    above, below = use.path, contents.backing
    for _ in range(MOST):
        if not below:
            return None
        try:
            next_one = look(below)
        except FileNotFoundError:
            return f"'{below}', which is below '{above}' of disk '{use.disk.name}', is missing"
        if next_one is None:
            return None
        above, below = below, next_one.backing
    return f"the images below '{use.path}' of disk '{use.disk.name}' have no end"


@rule(
    "E41-inside",
    "images have the internal snapshot, and its memory",
    why="An internal snapshot is inside qcow2 images under its own name, with the memory of a "
    "guest that ran in one of them. Metadata of one that the images do not have cannot be "
    "reverted to, and an image of the same name may be of another time.",
    hint="qemu-img snapshot -l IMAGE tells what is inside; bring the image back that has it, or "
    "correct <name>, <state> and <memory>",
    after=UNALIGNED,
    mild=True,
)
def snapshot_is_inside(case: Case) -> Iterator[Problem]:
    document = case.document
    memory, looked, time = 0, False, None
    if getattr(case.target, "original", None) is not None:
        return  # metadata gets another name, and the images do not
    for use in _uses(case):
        contents = use.contents()
        if use.disk.snapshot != "internal" or contents is None:
            continue
        if contents.found.format != "qcow2":
            continue
        inside = contents.snapshots.get(case.name)
        if inside is None:
            if contents.snapshots or _certain(case):
                error = OperationFailed(f"{use.what} has no snapshot '{case.name}'")
                # one with none at all is a copy: what is in an image is not copied with its data
                certain = bool(contents.snapshots)
                yield _found(case, snapshot_is_inside, error, use, certain=certain)
            return
        looked, memory, time = True, memory + inside.memory, inside.seconds
    if not looked:
        return
    ran = document.state in ("running", "paused") and document.memory != "no"
    if ran != bool(memory):
        has = "have no memory" if ran else "have the memory of a guest that ran"
        error = OperationFailed(f"the images {has} in snapshot '{case.name}'")
        yield _found(case, snapshot_is_inside, error, None, where="state")
    if time and document.created and abs(time - document.created) > SECONDS:
        error = OperationFailed(
            f"snapshot '{case.name}' in the images is of another time than its creationTime"
        )
        yield _found(case, snapshot_is_inside, error, None, where="creationTime", certain=False)


UNNAMED = Rule(
    "E41-unnamed",
    "no snapshot in the images without metadata",
    why="After an import of all that there was, snapshots inside the images that neither a "
    "document nor the hypervisor knows were left out, or are somebody else's.",
    hint="import their documents, too; or take them out of the images with qemu-img snapshot -d",
)


def unnamed(plan: Plan, connection: Connection) -> Iterator[Problem]:
    """What the images of a batch have inside that nothing names; warnings only."""
    found: dict[str, set[str]] = {}
    for entry in plan.entries.values():
        if entry.document is None:
            continue
        case = Case(entry.document, plan, connection=connection, profile=profile_of(connection))
        for use in _uses(case):
            contents = use.contents() if use.disk.snapshot == "internal" else None
            if contents is not None and use.path not in found:
                found[use.path] = {name for name in contents.snapshots if not plan.has(name)}
    for path, names in sorted(found.items()):
        if names:
            listed = ", ".join(sorted(names))
            error = ConfigUnsupported(f"image '{path}' has snapshots without metadata: {listed}")
            yield UNNAMED.broken(error, warning=True)


@rule(
    "E41-memory",
    "the file with the guest's memory is there, and whole",
    why="A snapshot with external memory is reverted to by restoring that file.",
    hint=_MOVED,
    after=UNALIGNED,
    mild=True,
)
def memory_is_there(case: Case) -> Iterator[Problem]:
    document = case.document
    path = document.memory_file if document.memory == "external" else None
    if not path or not _seen(case):
        return
    try:
        with open(path, "rb") as file:
            magic = file.read(len(_COMPLETE))
    except (FileNotFoundError, NotADirectoryError):
        error = SystemFailure(f"memory file '{path}' is missing")
        yield _found(case, memory_is_there, error, None, where="memory")
        return
    except OSError:
        return
    if magic != _COMPLETE:
        wrong = "was never completed" if magic == _PARTIAL else "is no saved memory"
        problem = OperationFailed(f"file '{path}' {wrong}")
        yield _found(case, memory_is_there, problem, None, where="memory")


@rule(
    "E41-bitmap",
    "images have the bitmaps of a checkpoint",
    why="Of a guest that runs --redefine-validate asks QEMU (rule 52). Of one that is off the "
    "bitmaps are in its qcow2 images: without a sound one in each image from the top down no "
    "backup can be made since the checkpoint.",
    hint="qemu-img info tells which bitmaps there are; make a full backup with a new checkpoint, "
    "or use --lenient",
    after=UNREADABLE,
    mild=True,
)
def bitmaps_are_sound(case: Case) -> Iterator[Problem]:
    chosen = [disk for disk in case.document.disks if disk.checkpoint == "bitmap"]
    if not chosen or not _seen(case):
        return
    definition = case.target.definition
    if definition is None or (definition.id or -1) > 0:
        return
    for disk in chosen:
        own = definition.disk(disk.name or "")
        path = None if own is None else _path(own)
        if path is None:
            continue
        name = str(disk.bitmap or case.name)
        wrong = _wrong_bitmap(path, name)
        if wrong is not None:
            text = f"missing or broken bitmap '{name}' for disk '{disk.name}'"
            error = CheckpointInconsistent(f"{text}: {wrong}")
            line = disk.line or case.line
            yield bitmaps_are_sound.broken(error, line=line, warning=not _certain(case))


def _wrong_bitmap(path: str, name: str) -> str | None:
    """What is wrong with the bitmaps of a name in an image and those below it."""
    above: str | None = path
    found = ended = False
    for _ in range(MOST):
        if not above:
            break
        try:
            contents = look(above)
        except FileNotFoundError:
            return f"image '{above}' is missing"
        if contents is None:
            return None
        state = contents.bitmaps.get(name)
        if state:
            return f"it {state} in '{above}'"
        if state is None:
            ended = ended or found
        elif ended:
            return f"an image above '{above}' has none"
        else:
            found = True
        if state is None and not found:
            return f"'{above}' has none"
        above = contents.backing
    return None
