"""Checkpoints: what they are, making, redefining and deleting them."""

from __future__ import annotations

from vsh.api.checkpoint import Checkpoint
from vsh.drivers._base import bare
from vsh.drivers.test import definitions, moment_documents
from vsh.drivers.test._part import Part
from vsh.errors import OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers._moments import Moment
    from vsh.drivers.test.world import Vm

REDEFINE, QUIESCE = 1, 2

# virCheckpointListFlags
ROOTS, TOPOLOGICAL, LEAVES, NO_LEAVES = 1, 2, 4, 8

_SECURE, _NO_DOMAIN, _SIZE = 1, 2, 4
_CHILDREN, _METADATA_ONLY, _ONLY_CHILDREN = 1, 2, 4


class Checkpoints(Part):
    """Checkpoints."""

    def domain_list_all_checkpoints(self, domain: Any, flags: int = 0) -> list[Checkpoint]:
        self.accept(flags, 15, "testDomainListAllCheckpoints")
        with self.domain(domain) as vm:
            if not vm.has_checkpoints:
                return []
            return _listed(domain, vm, None, flags, deep=not flags & ROOTS)

    def domain_checkpoint_list_all_children(
        self, checkpoint: Any, flags: int = 0
    ) -> list[Checkpoint]:
        self.accept(flags, 15, "testDomainCheckpointListAllChildren")
        with self.domain(checkpoint.domain) as vm:
            moment = _named(vm, checkpoint.name)
            return _listed(checkpoint.domain, vm, moment, flags, deep=bool(flags & ROOTS))

    def domain_checkpoint_lookup_by_name(
        self, domain: Any, name: str, flags: int = 0
    ) -> Checkpoint:
        self.accept(flags, 0, "testDomainCheckpointLookupByName")
        with self.domain(domain) as vm:
            return Checkpoint(domain.connection, _named(vm, name).name, domain)

    def domain_checkpoint_get_parent(self, checkpoint: Any, flags: int = 0) -> Checkpoint:
        self.accept(flags, 0, "testDomainCheckpointGetParent")
        with self.domain(checkpoint.domain) as vm:
            moment = _named(vm, checkpoint.name)
            parent = moment.document.parent
            if parent is None:
                raise _no_checkpoint(f"checkpoint '{moment.name}' does not have a parent")
            return Checkpoint(checkpoint.connection, parent, checkpoint.domain)

    def domain_checkpoint_get_xml_desc(self, checkpoint: Any, flags: int = 0) -> str:
        self.accept(flags, _SECURE | _NO_DOMAIN | _SIZE, "testDomainCheckpointGetXMLDesc")
        with self.domain(checkpoint.domain) as vm:
            moment = _named(vm, checkpoint.name)
            if flags & _SIZE:
                # the sizes must be known, but the test driver's are not valid: none is written
                self.domain(checkpoint.domain, active=True)
            return moment_documents.checkpoint_text(
                moment.document,
                secure=bool(flags & _SECURE),
                without_domain=bool(flags & _NO_DOMAIN),
                size=bool(flags & _SIZE),
            )

    def domain_checkpoint_create_xml(self, domain: Any, xml: str, flags: int = 0) -> Checkpoint:
        self.accept(flags, REDEFINE | QUIESCE, "testDomainCheckpointCreateXML")
        with self.domain(domain) as vm:
            if vm.has_snapshots:
                raise OperationUnsupported("cannot create checkpoint while snapshot exists")
            if not vm.active:
                raise OperationUnsupported("cannot create checkpoint for inactive domain")
            document = moment_documents.checkpoint(xml, redefine=bool(flags & REDEFINE))
            make = _redefine if flags & REDEFINE else _create
            moment = make(vm, document)
            vm.checkpoints.link(moment)
            return Checkpoint(domain.connection, moment.name, domain)

    def domain_checkpoint_delete(self, checkpoint: Any, flags: int = 0) -> None:
        self.accept(
            flags, _CHILDREN | _METADATA_ONLY | _ONLY_CHILDREN, "testDomainCheckpointDelete"
        )
        with self.domain(checkpoint.domain) as vm:
            vm.checkpoints.delete(
                _named(vm, checkpoint.name),
                children=bool(flags & _CHILDREN),
                only_children=bool(flags & _ONLY_CHILDREN),
            )


def _redefine(vm: Vm, document: Any) -> Moment:
    tree = vm.checkpoints
    moment_documents.prepare_checkpoint(vm, document)
    parent = tree.find(document.parent)
    becomes_current = tree.current is None or (parent is not None and parent is tree.current)
    other = tree.find(document.name)
    if other is None:
        other = tree.add(document)
    else:
        tree.replace(other, document)
    if becomes_current:
        tree.current = other
    return other


def _create(vm: Vm, document: Any) -> Moment:
    tree = vm.checkpoints
    document.domain = definitions.copied(vm.definition)
    moment_documents.align_checkpoint(document)
    moment = tree.add(document)
    document.parent = tree.current.name if tree.current is not None else None
    tree.current = moment
    return moment


def _listed(
    domain: Any, vm: Vm, start: Moment | None, flags: int, *, deep: bool
) -> list[Checkpoint]:
    if flags & (LEAVES | NO_LEAVES) == LEAVES | NO_LEAVES:
        return []  # libvirt takes both as two conditions
    leaves = {LEAVES: True, NO_LEAVES: False}.get(flags & (LEAVES | NO_LEAVES))
    found = vm.checkpoints.listing(
        start, deep=deep, topological=bool(flags & TOPOLOGICAL), leaves=leaves
    )
    return [Checkpoint(domain.connection, moment.name, domain) for moment in found]


def _named(vm: Vm, name: str) -> Moment:
    moment = vm.checkpoints.find(name)
    if moment is None:
        raise _no_checkpoint(f"no domain checkpoint with matching name '{name}'")
    return moment


def _no_checkpoint(detail: str) -> Exception:
    return bare(103, f"Domain checkpoint not found: {detail}")
