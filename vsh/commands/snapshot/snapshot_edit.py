"""snapshot-edit: edit the metadata of a snapshot, rename it, or make a copy of it under another
name.
"""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import Flag
from vsh.commands._redefining import EXPLAIN, LENIENT, check
from vsh.commands.snapshot._shared import WITH_SNAPSHOTS, find, snapshot_argument
from vsh.errors import CommandError, Error
from vsh.output.document import Done, Said
from vsh.redefine.facts import Facts
from vsh.redefine.kinds.snapshot import SNAPSHOT
from vsh.words.snapshot import SnapshotCreate, SnapshotXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.api.snapshot import Snapshot
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(exclusive=(("rename", "clone"),), tells="done snapshot old_name?")
def snapshot_edit(
    domain: Domain = domain_argument(complete=WITH_SNAPSHOTS),
    snapshotname: str | None = snapshot_argument("the snapshot to edit"),
    current: bool = Flag("edit the current snapshot; with a name, make that one current, too"),
    rename: bool = Flag("allow the name to be changed"),
    clone: bool = Flag("allow another name, under which a copy is made"),
    explain: bool = EXPLAIN,
    lenient: bool = LENIENT,
    session: Session = SESSION,
) -> Document:
    """Edit the metadata of a snapshot in an editor.

    The editor is $VISUAL, else $EDITOR, else vi.  The edited document is checked before anything is
    changed.  A renamed snapshot keeps its children, and stays the current one if it was; what disk
    images call it is not changed.

    Examples:
        snapshot-edit web1 clean  # its description, in your editor
        snapshot-edit web1 clean --rename  # its name as well
    """
    from vsh.cli.edit import edit_document

    snapshot = find(domain, snapshotname, current, exclusive=False)
    name = snapshot.name
    makes_current = current and snapshotname is not None
    options = {"explain": explain, "lenient": lenient, "file": f"edited {name}"}

    def define(xml: str) -> Document:
        return _define(session, domain, snapshot, xml, makes_current, rename, clone, options)

    try:
        done: Document | None = edit_document(
            session,
            lambda: str(snapshot.get_xml_desc(SnapshotXML.SECURE)),
            define,
            even_unchanged=makes_current,
        )
    except (CommandError, Error) as error:
        last: BaseException = error
        while last.__cause__ is not None:
            last = last.__cause__
        last.__cause__ = CommandError(f"Failed to update {name}")
        raise
    return done or Done("Snapshot {snapshot} XML configuration not changed.", snapshot=name)


def _define(
    session: Session,
    domain: Domain,
    snapshot: Snapshot,
    xml: str,
    makes_current: bool,
    renaming: bool,
    clone: bool,
    options: dict[str, Any],
) -> Document:
    """Put an edited document in place.  Nothing is changed before all is known to be allowed."""
    from vsh.acts.note import carry_out
    from vsh.acts.rename import check_name_is_free, rename
    from vsh.redefine.apply import send
    from vsh.redefine.name import name_of

    old = snapshot.name
    new = name_of(xml) or old
    if new != old:
        if not renaming and not clone:
            raise CommandError(f"Must use --rename or --clone to change {old} to {new}")
        if renaming or not session.lenient:
            check_name_is_free(domain, new)
    flags = SnapshotCreate.REDEFINE
    if makes_current:
        flags |= SnapshotCreate.CURRENT
    if Facts(snapshot.get_xml_desc(0)).state == "disk-snapshot":
        flags |= SnapshotCreate.DISK_ONLY
    check(
        session,
        domain,
        SNAPSHOT,
        xml,
        flags,
        original=old,
        own=snapshot.get_xml_desc(SnapshotXML.SECURE),
        **options,
    )
    if new != old and renaming:
        renamed = rename(domain, snapshot, new, xml, current=makes_current)
        carry_out(renamed, lambda note: session.warn(note.text, note.facts))
        return Said("", snapshot=new, old_name=old)  # virsh says nothing here
    send(domain, SNAPSHOT, xml, flags)
    if new != old:
        return Done("Snapshot {old_name} cloned to {snapshot}.", snapshot=new, old_name=old)
    return Done("Snapshot {snapshot} edited.", snapshot=old)
