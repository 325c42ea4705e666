"""snapshot-list: the snapshots of a domain, as a table, names or a tree."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import Flag, Flags, Option
from vsh.commands._moments import listing, listing_check
from vsh.commands.snapshot._shared import WITH_SNAPSHOTS, find, snapshot_names
from vsh.errors import NoSnapshot
from vsh.words.snapshot import SnapshotList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document

FILTERS = ("leaves", "no-leaves", "inactive", "active", "disk-only", "internal", "external")


@command(
    exclusive=(
        ("tree", "name"),
        ("parent", "roots"),
        ("parent", "tree"),
        ("roots", "tree"),
        ("roots", "from"),
        ("roots", "current"),
    ),
    check=listing_check(FILTERS, ("from", "current"), "either --from or --current"),
    tells="[name created state parent current location description domain]",
)
def snapshot_list(
    domain: Domain = domain_argument(complete=WITH_SNAPSHOTS),
    parent: bool = Flag("show the parent of each, too"),
    flags: int = Flags(
        SnapshotList,
        roots="only those without a parent",
        leaves="only those without children",
        no_leaves="only those with children",
        metadata="only those whose metadata keeps the domain from being undefined",
        no_metadata="only those that libvirt keeps no metadata of",
        inactive="only those taken while the domain was off",
        active="only those taken while the domain was running",
        disk_only="only those of disks alone",
        internal="only those that are inside the disk images",
        external="only those with files of their own",
    ),
    tree: bool = Flag("show them as a tree"),
    from_: str | None = Option(
        "only the children of this snapshot", by_place=True, complete=snapshot_names
    ),
    current: bool = Flag("only the children of the current snapshot"),
    more: int = Flags(SnapshotList, descendants="with --from or --current, all that is below it"),
    name: bool = Flag("print names only"),
    order: int = Flags(SnapshotList, topological="each after its parent, not sorted by name"),
    session: Session = SESSION,
) -> Document:
    """List the snapshots of a domain.

    Of several filters by state, of several by place and of both about metadata, a snapshot has to
    meet one.  Names are sorted without regard to case; --topological lists each after its parent.

    Examples:
        snapshot-list web1 --tree  # which came after which
        snapshot-list web1 --parent  # with the name of the one before
        snapshot-list web1 --name --leaves  # the newest of each branch, for scripts
    """
    start = None
    if from_ is not None or current:
        start = find(domain, from_, current, option="from")
    flags |= more | order
    found = domain.list_all_snapshots(flags) if start is None else start.list_all_children(flags)
    return listing(
        domain,
        found,
        start,
        NoSnapshot,
        "snapshot",
        tree=tree,
        name=name,
        parent=parent,
        sort=not order,
        people=session.people,
    )
