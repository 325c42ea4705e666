"""Snapshots: what they are, making, redefining, reverting to and deleting them."""

from __future__ import annotations

from vsh.api.snapshot import Snapshot
from vsh.drivers import _events as events
from vsh.drivers._base import bare
from vsh.drivers.test import definitions, moment_documents
from vsh.drivers.test._part import Part
from vsh.drivers.test.world import PAUSED, SHUTOFF, STATE_WORDS
from vsh.errors import OperationInvalid, OperationUnsupported, SnapshotRevertRisky

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.drivers._moments import Moment, MomentTree
    from vsh.drivers.test.world import Vm

# virSnapshotCreateFlags
REDEFINE, CURRENT, HALT, QUIESCE, ATOMIC, LIVE, VALIDATE = 1, 2, 8, 64, 128, 256, 512
_CREATE = REDEFINE | CURRENT | HALT | QUIESCE | ATOMIC | LIVE | VALIDATE

# virSnapshotListFlags
ROOTS, METADATA, LEAVES, NO_LEAVES, NO_METADATA = 1, 2, 4, 8, 16
INACTIVE, ACTIVE, DISK_ONLY, INTERNAL, EXTERNAL, TOPOLOGICAL = 32, 64, 128, 256, 512, 1024
_LISTING = 2047

# reasons of states
_SHUTOFF_BY_SNAPSHOT, _RUNNING_BY_SNAPSHOT, _PAUSED_BY_SNAPSHOT = 7, 4, 7

# details of events
_STOPPED, _STARTED, _SUSPENDED = 6, 3, 5

_REVERT_RUNNING, _REVERT_PAUSED, _REVERT_FORCE = 1, 2, 4
_CHILDREN, _ONLY_CHILDREN = 1, 4


class Snapshots(Part):
    """Snapshots."""

    # ---- which there are

    def domain_snapshot_num(self, domain: Any, flags: int = 0) -> int:
        return len(self._snapshots(domain, flags, "testDomainSnapshotNum"))

    def domain_snapshot_list_names(self, domain: Any, flags: int = 0) -> list[str]:
        found = self._snapshots(domain, flags, "testDomainSnapshotListNames")
        return [moment.name for moment in found]

    def domain_list_all_snapshots(self, domain: Any, flags: int = 0) -> list[Snapshot]:
        found = self._snapshots(domain, flags, "testDomainListAllSnapshots")
        return [self._handle(domain, moment) for moment in found]

    def domain_snapshot_num_children(self, snapshot: Any, flags: int = 0) -> int:
        return len(self._snapshots_below(snapshot, flags, "testDomainSnapshotNumChildren"))

    def domain_snapshot_list_children_names(self, snapshot: Any, flags: int = 0) -> list[str]:
        found = self._snapshots_below(snapshot, flags, "testDomainSnapshotListChildrenNames")
        return [moment.name for moment in found]

    def domain_snapshot_list_all_children(self, snapshot: Any, flags: int = 0) -> list[Snapshot]:
        found = self._snapshots_below(snapshot, flags, "testDomainSnapshotListAllChildren")
        return [self._handle(snapshot.domain, moment) for moment in found]

    def domain_snapshot_lookup_by_name(self, domain: Any, name: str, flags: int = 0) -> Snapshot:
        self.accept(flags, 0, "testDomainSnapshotLookupByName")
        with self.domain(domain) as vm:
            return self._handle(domain, _named(vm, name))

    def domain_has_current_snapshot(self, domain: Any, flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainHasCurrentSnapshot")
        with self.domain(domain) as vm:
            return int(vm.has_snapshots and vm.snapshots.current is not None)

    def domain_snapshot_current(self, domain: Any, flags: int = 0) -> Snapshot:
        self.accept(flags, 0, "testDomainSnapshotCurrent")
        with self.domain(domain) as vm:
            current = vm.snapshots.current
            if current is None:
                raise _no_snapshot("the domain does not have a current snapshot")
            return self._handle(domain, current)

    # ---- what one is

    def domain_snapshot_get_parent(self, snapshot: Any, flags: int = 0) -> Snapshot:
        self.accept(flags, 0, "testDomainSnapshotGetParent")
        with self.domain(snapshot.domain) as vm:
            moment = _named(vm, snapshot.name)
            parent = moment.document.parent
            if parent is None:
                raise _no_snapshot(f"snapshot '{moment.name}' does not have a parent")
            return Snapshot(snapshot.connection, parent, snapshot.domain)

    def domain_snapshot_get_xml_desc(self, snapshot: Any, flags: int = 0) -> str:
        self.accept(flags, 1, "testDomainSnapshotGetXMLDesc")
        with self.domain(snapshot.domain) as vm:
            moment = _named(vm, snapshot.name)
            return moment_documents.snapshot_text(moment.document, vm.uuid, secure=bool(flags & 1))

    def domain_snapshot_is_current(self, snapshot: Any, flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainSnapshotIsCurrent")
        with self.domain(snapshot.domain) as vm:
            return int(_named(vm, snapshot.name) is vm.snapshots.current)

    def domain_snapshot_has_metadata(self, snapshot: Any, flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainSnapshotHasMetadata")
        with self.domain(snapshot.domain) as vm:
            _named(vm, snapshot.name)
            return 1

    # ---- making

    def domain_snapshot_create_xml(self, domain: Any, xml: str, flags: int = 0) -> Snapshot:
        self.accept(flags, _CREATE, "testDomainSnapshotCreateXML")
        with self.domain(domain) as vm:
            if vm.has_checkpoints:
                raise OperationUnsupported("cannot create snapshot while checkpoint exists")
            if not vm.persistent and flags & HALT:
                raise OperationInvalid("cannot halt after transient domain snapshot")
            document = moment_documents.snapshot(
                xml, redefine=bool(flags & REDEFINE), validate=bool(flags & VALIDATE)
            )
            if flags & REDEFINE:
                moment = _redefined(vm, document, flags)
            else:
                moment = self._taken(vm, document, flags)
            if not flags & REDEFINE or flags & CURRENT:
                vm.snapshots.current = moment
            vm.snapshots.link(moment)
            return self._handle(domain, moment)

    def _taken(self, vm: Vm, document: Any, flags: int) -> Moment:
        tree = vm.snapshots
        document.domain = definitions.copied(vm.definition)
        if any(disk.snapshot == "manual" for disk in document.disks or ()):
            raise OperationUnsupported("'manual' snapshot mode is not supported by the test driver")
        document.state = STATE_WORDS[vm.state]
        if document.memory != "external":
            document.memory = "no" if vm.state == SHUTOFF else "internal"
        moment_documents.align_snapshot(
            document, "external" if document.memory == "external" else "internal"
        )
        moment = tree.add(document)
        document.parent = tree.current.name if tree.current is not None else None
        if flags & HALT and vm.active:
            vm.stop(_SHUTOFF_BY_SNAPSHOT)
            self.lifecycle_event(vm, events.STOPPED, _STOPPED)
        return moment

    # ---- going back

    def domain_revert_to_snapshot(self, snapshot: Any, flags: int = 0) -> None:
        self.accept(
            flags, _REVERT_RUNNING | _REVERT_PAUSED | _REVERT_FORCE, "testDomainRevertToSnapshot"
        )
        with self.domain(snapshot.domain) as vm:
            moment = _named(vm, snapshot.name)
            document = moment.document
            running = document.state in ("running", "paused")
            asked = flags & (_REVERT_RUNNING | _REVERT_PAUSED)
            if not vm.persistent and not running and not asked:
                raise OperationInvalid(
                    "transient domain needs to request run or pause to revert to inactive snapshot"
                )
            if document.domain is None:
                raise SnapshotRevertRisky(
                    f"snapshot '{moment.name}' lacks domain '{vm.name}' rollback info"
                )
            vm.snapshots.current = None
            definition = definitions.copied(document.domain)
            if running:
                self._revert_running(vm, definition, document.state, flags)
            else:
                self._revert_shut_off(vm, definition, asked)
            vm.snapshots.current = moment

    def _revert_running(self, vm: Vm, definition: Any, state: str, flags: int) -> None:
        if vm.active:
            vm.stop(_SHUTOFF_BY_SNAPSHOT)
            self.lifecycle_event(vm, events.STOPPED, _STOPPED)
        vm.assign(definition, live=False)
        vm.start(_RUNNING_BY_SNAPSHOT)
        self.lifecycle_event(vm, events.STARTED, _STARTED)
        if not flags & _REVERT_RUNNING and (state == "paused" or flags & _REVERT_PAUSED):
            vm.state, vm.reason = PAUSED, _PAUSED_BY_SNAPSHOT
            self.lifecycle_event(vm, events.SUSPENDED, _SUSPENDED)

    def _revert_shut_off(self, vm: Vm, definition: Any, asked: int) -> None:
        vm.assign(definition, live=False)
        if vm.active:
            vm.stop(_SHUTOFF_BY_SNAPSHOT)
            self.lifecycle_event(vm, events.STOPPED, _STOPPED)
        if asked:
            # as libvirt's test driver: events say that the guest starts, and it stays shut off
            self.lifecycle_event(vm, events.STARTED, _STARTED)
            if asked & _REVERT_PAUSED:
                self.lifecycle_event(vm, events.SUSPENDED, _SUSPENDED)

    # ---- dropping

    def domain_snapshot_delete(self, snapshot: Any, flags: int = 0) -> None:
        self.accept(flags, _CHILDREN | _ONLY_CHILDREN, "testDomainSnapshotDelete")
        with self.domain(snapshot.domain) as vm:
            vm.snapshots.delete(
                _named(vm, snapshot.name),
                children=bool(flags & _CHILDREN),
                only_children=bool(flags & _ONLY_CHILDREN),
            )

    # ---- what these share

    @staticmethod
    def _handle(domain: Any, moment: Moment) -> Snapshot:
        return Snapshot(domain.connection, moment.name, domain)

    def _snapshots(self, domain: Any, flags: int, function: str) -> list[Moment]:
        self.accept(flags, _LISTING, function)
        with self.domain(domain) as vm:
            if not vm.has_snapshots:
                return []
            return filtered(vm.snapshots, None, flags, deep=not flags & ROOTS)

    def _snapshots_below(self, snapshot: Any, flags: int, function: str) -> list[Moment]:
        self.accept(flags, _LISTING, function)
        with self.domain(snapshot.domain) as vm:
            moment = _named(vm, snapshot.name)
            return filtered(vm.snapshots, moment, flags, deep=bool(flags & ROOTS))


def filtered(tree: MomentTree, start: Moment | None, flags: int, *, deep: bool) -> list[Moment]:
    """What a listing with these flags shows; within a group of flags all or none is no filter."""
    if flags & (METADATA | NO_METADATA) == NO_METADATA:
        return []
    if flags & (LEAVES | NO_LEAVES) == LEAVES | NO_LEAVES:
        return []  # here libvirt takes both of the group as two conditions
    leaves = {LEAVES: True, NO_LEAVES: False}.get(flags & (LEAVES | NO_LEAVES))
    return tree.listing(
        start, deep=deep, topological=bool(flags & TOPOLOGICAL), leaves=leaves, keep=_keep(flags)
    )


def _redefined(vm: Vm, document: Any, flags: int) -> Moment:
    tree = vm.snapshots
    other = tree.find(document.name)
    moment_documents.prepare_snapshot(vm, tree, document, disk_only=bool(flags & 16))
    if other is None:
        return tree.add(document)
    if document.domain is None:
        document.domain = other.document.domain
    tree.replace(other, document)
    return other


def _keep(flags: int) -> Callable[[Moment], bool] | None:
    status = flags & (INACTIVE | ACTIVE | DISK_ONLY)
    place = flags & (INTERNAL | EXTERNAL)
    if status == INACTIVE | ACTIVE | DISK_ONLY:
        status = 0
    if place == INTERNAL | EXTERNAL:
        place = 0
    if not status and not place:
        return None

    def keep(moment: Moment) -> bool:
        document = moment.document
        if status:
            bit = {"shutoff": INACTIVE, "disk-snapshot": DISK_ONLY}.get(document.state, ACTIVE)
            if not status & bit:
                return False
        if place:
            return bool(place & (EXTERNAL if document.external else INTERNAL))
        return True

    return keep


def _named(vm: Vm, name: str) -> Moment:
    moment = vm.snapshots.find(name)
    if moment is None:
        raise _no_snapshot(f"no domain snapshot with matching name '{name}'")
    return moment


def _no_snapshot(detail: str) -> Exception:
    return bare(72, f"Domain snapshot not found: {detail}")
