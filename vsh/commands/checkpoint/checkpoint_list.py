"""checkpoint-list: the checkpoints of a domain, as a table, names or a tree."""

from __future__ import annotations

from vsh.api.flags.checkpoint import CheckpointList
from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, domain_argument
from vsh.cli.params import Flag, Flags, Option
from vsh.commands import _moments as moments
from vsh.commands.checkpoint._shared import NO_CHECKPOINT, WITH_CHECKPOINTS, checkpoint_names
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(
    exclusive=(
        ("tree", "name"),
        ("parent", "roots"),
        ("parent", "tree"),
        ("roots", "tree"),
        ("roots", "from"),
    )
)
def checkpoint_list(
    domain: Any = domain_argument(complete=WITH_CHECKPOINTS),
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
    connection: Any = CONNECTION,
) -> Document:
    """List the checkpoints of a domain.

    They are sorted by name; --topological lists each after its parent.
    """
    moments.check_filters(
        {
            "leaves": bool(flags & CheckpointList.LEAVES),
            "no-leaves": bool(flags & CheckpointList.NO_LEAVES),
        },
        tree=tree,
    )
    if more and from_ is None:
        raise CommandError("--descendants requires --from")
    flags |= more | order
    start = None
    if from_ is not None:
        start = domain.checkpoint_lookup_by_name(from_, 0)
        found = start.list_all_children(flags)
    else:
        found = domain.list_all_checkpoints(flags)
    if tree:
        parents = moments.parents_of(connection, found, NO_CHECKPOINT, "checkpoint")
        if start is not None:
            found.append(start)
            parents[start.name] = None
    if not order:
        found.sort(key=moments.by_name)
    if tree:
        return moments.tree(found, parents)
    if name and not parent:
        return moments.names([(each, None) for each in found], parent=False)
    facts = moments.facts_of(connection, found)
    if name:
        return moments.names(facts, parent=True)
    return moments.table(facts, state=False, parent=parent, title=f"Checkpoints of {domain.name}")
