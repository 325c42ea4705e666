"""What a command would lose for ever, in the words in which a person is asked before it goes.

Each function takes the session and what was typed, and gives a Loss, or None where nothing is lost.
Only the prompt asks.
"""

from __future__ import annotations

from vsh.cli.objects import find_domain
from vsh.cli.storage import find_pool, find_volume
from vsh.commands.domain._devices_xml import text_at
from vsh.errors import Error
from vsh.output.units import size
from vsh.words.snapshot import SnapshotList
from vsh.xml.engine.reader import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.cli.params import Given
    from vsh.cli.session import Session

SOURCES = "./source/@file|./source/@dev|./source/@name|./source/@volume"


class Loss:
    """What would be lost.

    lines   one for each thing, said after "This deletes"
    verb    what happens to it: "deletes", "overwrites"
    answer  what has to be typed to go on, or None where yes or no will do
    noun    what ``answer`` is: "the name of the domain"
    """

    __slots__ = ("answer", "lines", "noun", "verb")

    def __init__(
        self, lines: list[str], *, verb: str = "deletes", answer: str | None = None, noun: str = ""
    ) -> None:
        self.lines = lines
        self.verb = verb
        self.answer = answer
        self.noun = noun


def undefine(session: Session, given: Given) -> Loss | None:
    """The volumes, the firmware's variables, the snapshots, the saved state that go with it."""
    domain = find_domain(session, given["domain"])
    lines: list[str] = []
    document = parse(domain.get_xml_desc(0))
    wanted = given.get("storage")
    if wanted or "remove-all-storage" in given:
        only = None if "remove-all-storage" in given else (wanted or "").split(",")
        lines += _disks(domain, document, only)
    if "nvram" in given and (path := text_at(document, "/domain/os/nvram")):
        lines.append(f"nvram  {path}")
    for option, call, noun in (
        ("snapshots-metadata", "list_all_snapshots", "snapshot"),
        ("checkpoints-metadata", "list_all_checkpoints", "checkpoint"),
    ):
        if option in given and (found := getattr(domain, call)(0)):
            lines.append(_several(noun, [each.name for each in found]))
    if "managed-save" in given and domain.has_managed_save_image(0):
        lines.append("the state of the guest's memory that managedsave kept")
    if not lines:
        return None
    return Loss(lines, answer=domain.name, noun="the name of the domain")


def _disks(domain: Domain, document: _Element, only: list[str] | None) -> list[str]:
    """A line for each disk whose volume goes, with its size and who else uses it."""
    connection = domain.connection
    rows = []
    for disk in document.xpath("/domain/devices/disk"):
        target = text_at(disk, "./target/@dev") or ""
        source = text_at(disk, SOURCES)
        if source is not None and (only is None or target in only or source in only):
            rows.append((target, source))
    users = _users(connection, [source for _, source in rows], but=domain.name)
    sizes = [_size_of(connection, source) for _, source in rows]
    width = max((len(source) for _, source in rows), default=0)
    return [
        f"{target:<4} {source:<{width}}  {length}"
        + (f"   <- in use by {', '.join(users[source])}" if users.get(source) else "")
        for (target, source), length in zip(rows, sizes, strict=True)
    ]


def _users(connection: Connection, paths: list[str], *, but: str) -> dict[str, list[str]]:
    """Which other domains name each path, as a disk or as an image below one."""
    found: dict[str, list[str]] = {path: [] for path in paths}
    domains = [each for each in connection.list_all_domains(0) if each.name != but]
    answers = connection.many([each.get_xml_desc.request() for each in domains])
    for each, answer in zip(domains, answers, strict=True):
        if isinstance(answer, Error):
            continue
        named = set(parse(answer).xpath("//disk//source/@*"))
        for path in paths:
            if path in named:
                found[path].append(each.name)
    return found


def _size_of(connection: Connection, source: str) -> str:
    try:
        info = connection.storage_vol_lookup_by_path(source).get_info()
    except Error:
        return ""
    return f"{size(info.capacity)} ({size(info.allocation)} used)"


def volume(session: Session, given: Given) -> Loss:
    """A volume, and who uses it."""
    found = find_volume(session, given["vol"], given.get("pool"))
    path = found.get_path()
    users = _users(found.connection, [path], but="")[path]
    used = f"   <- in use by {', '.join(users)}" if users else ""
    line = f"{path}  {_size_of(found.connection, path)}{used}"
    return Loss([line], answer=found.name, noun="the name of the volume")


def wipe(session: Session, given: Given) -> Loss:
    """What a volume holds."""
    loss = volume(session, given)
    loss.verb = "overwrites"
    return loss


def pool(session: Session, given: Given) -> Loss:
    """What a pool is kept in."""
    found = find_pool(session, given["pool"])
    path = text_at(parse(found.get_xml_desc(0)), "/pool/target/path")
    line = f"pool {found.name}" + (f" in {path}" if path else "")
    return Loss([line], answer=found.name, noun="the name of the pool")


def snapshots(session: Session, given: Given) -> Loss | None:
    """The snapshots below one."""
    if not {"children", "children-only"} & given.keys():
        return None
    domain = find_domain(session, given["domain"])
    if "current" in given:
        top = domain.snapshot_current(0)
    else:
        top = domain.snapshot_lookup_by_name(given.get("snapshotname", ""))
    below = [each.name for each in top.list_all_children(SnapshotList.DESCENDANTS)]
    names = below if "children-only" in given else [top.name, *below]
    if not below:
        return None
    return Loss([_several("snapshot", names)])


def saved(session: Session, given: Given) -> Loss | None:
    """The memory of a guest that was saved."""
    domain = find_domain(session, given["domain"])
    if not domain.has_managed_save_image(0):
        return None
    return Loss([f"the state of {domain.name}'s memory: its next start boots afresh"])


def images(session: Session, given: Given) -> Loss | None:
    """The images of a disk that a commit makes superfluous."""
    if "delete" not in given:
        return None
    return Loss(
        [f"the images of {given['path']} whose changes are written down: {given['domain']}"]
    )


def revert(session: Session, given: Given) -> Loss | None:
    """What a running guest did since the snapshot."""
    domain = find_domain(session, given["domain"])
    if not domain.is_active():
        return None
    return Loss([f"what {domain.name}, which is running, did since the snapshot"], verb="loses")


def _several(noun: str, names: list[str]) -> str:
    shown = ", ".join(names[:8]) + (" ..." if len(names) > 8 else "")
    return f"{len(names)} {noun}{'' if len(names) == 1 else 's'}: {shown}"
