"""Renaming a snapshot's metadata: its children and the mark of the current one go with it.

libvirt has no call for this.  The snapshot is redefined under the new name, then each child with
the new parent, then the old metadata is dropped: with the journal that an import has.
"""

from __future__ import annotations

from vsh.acts.journaled import Working, perform
from vsh.acts.keeper import Keeper
from vsh.acts.note import Note
from vsh.errors import CommandError, Error, NoSnapshot, OperationFailed
from vsh.redefine.facts import Facts
from vsh.redefine.fetch import fetch_some
from vsh.redefine.journal import Journal, Record
from vsh.redefine.kinds.snapshot import SNAPSHOT
from vsh.redefine.name import with_parent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.acts.note import Act
    from vsh.api.domain import Domain
    from vsh.api.snapshot import Snapshot
    from vsh.redefine.fetch import Fetched

EDITED = "the edited document"


def rename(
    domain: Domain, snapshot: Snapshot, new: str, xml: str, *, current: bool = False
) -> Act[None]:
    """Give a snapshot the name that its edited document has.

    new, xml  the name, which has to be free, and the document
    current   make it the current one, too

    Raises OperationFailed where the name is taken; Failed after what was done has been undone.
    """
    cut: BaseException | None = None
    with Keeper(domain, SNAPSHOT) as keeper:
        try:
            with Working(domain, SNAPSHOT) as work:
                work.refuse_unfinished()
                check_name_is_free(domain, new)
                journal, present = _planned(domain, snapshot, new, xml, current=current)
                keeper.watch()
                yield from perform(journal, present)
            keeper.leave()
        except (Error, CommandError, KeyboardInterrupt) as error:
            if domain.connection.driver.alive and not isinstance(error, KeyboardInterrupt):
                keeper.leave()
                raise
            cut = error
    if cut is None:
        return
    if keeper.status == 0:
        yield Note(f"snapshot {snapshot.name} was renamed over another connection")
    else:
        yield Note(f"cut off: 'snapshot-import {domain.name} --rollback' undoes it")
    if keeper.status != 0 or isinstance(cut, KeyboardInterrupt):
        raise cut


def _planned(
    domain: Domain, snapshot: Snapshot, new: str, xml: str, *, current: bool
) -> tuple[Journal, Fetched]:
    """What is to be done, and what there is."""
    document = SNAPSHOT.read(xml)
    children = snapshot.list_all_children(0)
    around = _around(domain, snapshot, children, document.parent)
    present = fetch_some(domain, SNAPSHOT, around)
    journal = Journal(domain, SNAPSHOT, "rename")
    record = Record(
        new, "add", xml, document.parent, document.created, Facts.of(document).state, EDITED
    )
    journal.levels = [[record]]
    moved = [
        _moved(child.name, with_parent(present.texts[child.name], new))
        for child in children
        if present.has(child.name)
    ]
    if moved:
        journal.levels.append(moved)
    journal.gone = [snapshot.name]
    if current or present.current == snapshot.name:
        journal.current = new
    journal.note(present)
    return journal, present


def _around(
    domain: Domain, snapshot: Snapshot, children: list[Snapshot], parent: str | None
) -> list[Snapshot]:
    """All that a renaming may touch: the snapshot, its children, its parents, the current one."""
    found = {each.name: each for each in (snapshot, *children)}
    old = Facts(snapshot.get_xml_desc(0)).parent
    for name in (old, parent):
        if name is not None and name not in found:
            found[name] = domain.snapshot_lookup_by_name(name, 0)
    if domain.has_current_snapshot(0):
        current = domain.snapshot_current(0)
        found.setdefault(current.name, current)
    return list(found.values())


def _moved(name: str, xml: str) -> Record:
    """A child under its new parent."""
    facts = Facts(xml)
    return Record(name, "reparent", xml, facts.parent, facts.created, facts.state, EDITED)


def check_name_is_free(domain: Domain, name: str) -> None:
    """Refuse a name that another snapshot has.  Raises OperationFailed."""
    try:
        domain.snapshot_lookup_by_name(name, 0)
    except NoSnapshot:
        return
    raise OperationFailed(
        f"domain moment {name} already exists",
        hint="choose another name, or delete that snapshot's metadata first",
    )
