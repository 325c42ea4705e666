"""Redefining many snapshots or checkpoints of a domain from their documents, parents first."""

from __future__ import annotations

from vsh.acts.note import carry_out
from vsh.acts.redefine import redefine
from vsh.errors import InvalidArgument
from vsh.redefine.kinds.checkpoint import CHECKPOINT
from vsh.redefine.kinds.snapshot import SNAPSHOT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.api._call import Object
    from vsh.api.domain import Domain
    from vsh.redefine.kinds import Kind

KINDS: dict[str, Kind] = {"snapshot": SNAPSHOT, "checkpoint": CHECKPOINT}


def redefine_all(
    domain: Domain, kind: str, documents: Iterable[str], *, lenient: bool = False
) -> list[Object]:
    """Bring back the records of snapshots or checkpoints.  Returns them, each after its parent.

    kind     "snapshot" or "checkpoint"
    lenient  whether what libvirt would take although it cannot be right may pass
    Each document is checked by every rule before it is sent.  Raises the Error of the first that
    is refused, with all that is wrong with it as ``problems``; those before it are there then.
    """
    rules = KINDS[kind]
    given: dict[str, tuple[str | None, str | None, str]] = {}
    for xml in documents:
        model = rules.read(xml)
        if model.name in given:
            raise InvalidArgument(f"two of the documents are of {kind} '{model.name}'")
        given[str(model.name)] = (model.parent, getattr(model, "state", None), xml)
    made: list[Object] = []
    for name in _parents_first({name: parent for name, (parent, _, _) in given.items()}):
        _, state, xml = given[name]
        flags = rules.flags_of(domain, state)
        made.append(carry_out(redefine(domain, rules, xml, flags, lenient=lenient)))
    return made


def _parents_first(parents: dict[str, str | None]) -> list[str]:
    """The names in an order in which each comes after its parent, if that is one of them.

    What is in a circle is left in its place: the rules refuse it.
    """
    order: dict[str, None] = {}
    for name in parents:
        above: list[str] = []
        step: str | None = name
        while step is not None and step in parents and step not in order and step not in above:
            above.append(step)
            step = parents[step]
        order.update(dict.fromkeys(reversed(above)))
    return list(order)
