"""What is particular about snapshots."""

from __future__ import annotations

from vsh.redefine.kinds import REDEFINE, Kind
from vsh.redefine.profiles import profile_of
from vsh.redefine.rules import circumstances as asked
from vsh.redefine.rules import (
    contents,
    current,
    definitions,
    disks,
    images,
    names,
    parents,
    states,
    times,
)
from vsh.redefine.rules.forms import SNAPSHOT_SCHEMA
from vsh.redefine.rules.reading import DOMAIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.redefine.moments import Document, Listing, Moment, Named
    from vsh.redefine.rule import Problem, Rule
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.moment.snapshot import DomainSnapshot

DISK_ONLY = 16


class Snapshot(Kind):
    """A domain's state at a moment; one of them is the current one."""

    name = "snapshot"
    tag = "domainsnapshot"
    bundle = "domainsnapshots"
    missing = 72
    has_current = True
    schema_rule = SNAPSHOT_SCHEMA
    general_rule = DOMAIN

    def model(self) -> type[DomainSnapshot]:
        from vsh.xml.moment.snapshot import DomainSnapshot

        return DomainSnapshot

    def listing(self, domain: Domain) -> Listing:
        return domain.list_all_snapshots

    def handle(self, domain: Domain, name: str) -> Moment:
        from vsh.api.snapshot import Snapshot

        return Snapshot(domain.connection, name, domain)

    def looking_up(self, domain: Domain) -> Named:
        return domain.snapshot_lookup_by_name

    def creating(self, domain: Domain) -> Named:
        return domain.snapshot_create_xml

    def flags_of(self, domain: Domain, state: str | None) -> int:
        if state != "disk-snapshot":
            return REDEFINE
        return REDEFINE | (DISK_ONLY & profile_of(domain.connection).flags)

    def forgetting(self, domain: Domain) -> int:
        return 0 if profile_of(domain.connection).metadata_only else super().forgetting(domain)

    def circumstances(self, domain: Domain, flags: int, *, lenient: bool) -> list[Problem]:
        call = domain.snapshot_create_xml.call
        problems = list(asked.writable(domain, call))
        if problems:
            return problems
        profile = profile_of(domain.connection)
        options = asked.CURRENT_NEEDS_REDEFINE, asked.NOT_WITHOUT_METADATA, asked.NOT_HALTED
        problems += asked.options(call, flags, options)
        problems += asked.meaningless(flags, lenient=lenient)
        problems += asked.known_flags(profile.flags, profile.function, flags, asked.KNOWN_FLAGS)
        problems += asked.snapshots(domain, profile)
        return problems

    def rules(self) -> tuple[Rule, ...]:
        return (
            names.file_name,
            states.known_state,
            definitions.definition_is_not_lost,
            *self.among(),
            images.survivable,
            definitions.definition_is_kept,
            disks.made_up_path,
            names.every_drivers_name,
            definitions.inactive_uuid,
            images.known_revert_disks,
            images.no_made_up_path,
            current.active_is_current,
            images.one_image_one_snapshot,
            contents.images_are_there,
            contents.format_is_theirs,
            contents.overlays_are_on_top,
            contents.snapshot_is_inside,
            contents.memory_is_there,
            times.not_younger_than_children,
        )

    def among(self) -> tuple[Rule, ...]:
        return (
            parents.own_parent,
            parents.parent_exists,
            parents.no_circle,
            states.disk_only,
            definitions.own_uuid,
            states.online_stays,
            states.disk_only_stays,
            definitions.same_machine,
            disks.fits_domain,
            disks.not_too_many,
        )

    def may_be_deadly(self, domain: Domain, xml: str) -> bool:
        from vsh.redefine.name import has_domain

        if has_domain(xml):
            return False
        return domain.connection.get_lib_version() < images.FIXED_ALIGNMENT

    def align(self, document: Document, domain: Definition | None) -> None:
        from vsh.xml.moment.snapshot import DomainSnapshot

        assert isinstance(document, DomainSnapshot)
        default = disks.default_location(document)
        for _ in disks.align_snapshot(document, domain, default, regular=None):
            pass


SNAPSHOT = Snapshot()
