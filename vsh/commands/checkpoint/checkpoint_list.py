"""checkpoint-list: the checkpoints of a domain, as a table, names or a tree."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import Flag, Flags, Option
from vsh.commands._moments import listing, listing_check
from vsh.commands.checkpoint._shared import WITH_CHECKPOINTS, checkpoint_names
from vsh.errors import NoCheckpoint
from vsh.words.checkpoint import CheckpointList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(
    exclusive=(
        ("tree", "name"),
        ("parent", "roots"),
        ("parent", "tree"),
        ("roots", "tree"),
        ("roots", "from"),
    ),
    check=listing_check(("leaves", "no-leaves"), ("from",), "--from"),
    tells="[name created parent description domain]",
)
def checkpoint_list(
    domain: Domain = domain_argument(complete=WITH_CHECKPOINTS),
    parent: bool = Flag("show the parent of each, too"),
    flags: int = Flags(
        CheckpointList,
        roots="only those without a parent",
        leaves="only those without children",
        no_leaves="only those with children",
    ),
    tree: bool = Flag("show them as a tree"),
    from_: str | None = Option(
        "only the children of this checkpoint", by_place=True, complete=checkpoint_names
    ),
    more: int = Flags(CheckpointList, descendants="with --from, all that is below it"),
    name: bool = Flag("print names only"),
    order: int = Flags(CheckpointList, topological="each after its parent, not sorted by name"),
    session: Session = SESSION,
) -> Document:
    """List the checkpoints of a domain.

    They are sorted by name; --topological lists each after its parent.

    Examples:
        checkpoint-list web1 --tree  # which came after which
    """
    start = domain.checkpoint_lookup_by_name(from_, 0) if from_ is not None else None
    flags |= more | order
    found = domain.list_all_checkpoints(flags) if start is None else start.list_all_children(flags)
    return listing(
        domain,
        found,
        start,
        NoCheckpoint,
        "checkpoint",
        tree=tree,
        name=name,
        parent=parent,
        sort=not order,
        people=session.people,
    )
