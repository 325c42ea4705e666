"""What is particular about snapshots."""

from __future__ import annotations

from vsh.redefine.kinds import REDEFINE, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.redefine.check import Checked
    from vsh.redefine.plan import Target
    from vsh.redefine.problem import Problem

DISK_ONLY = 16


class Snapshot(Kind):
    """A domain's state at a moment; one of them is the current one."""

    name = "snapshot"
    tag = "domainsnapshot"
    bundle = "domainsnapshots"
    missing = 72
    has_current = True
    schema_rule = "9"
    general_rule = "16"

    def model(self) -> Any:
        from vsh.xml.moment.snapshot import DomainSnapshot

        return DomainSnapshot

    def listing(self, domain: Domain) -> Any:
        return domain.list_all_snapshots

    def looking_up(self, domain: Domain) -> Any:
        return domain.snapshot_lookup_by_name

    def creating(self, domain: Domain) -> Any:
        return domain.snapshot_create_xml

    def flags_of(self, domain: Domain, state: str | None) -> int:
        if state != "disk-snapshot":
            return REDEFINE
        from vsh.redefine.circumstances import profile_of

        return REDEFINE | (DISK_ONLY & profile_of(domain.connection).flags)

    def forgetting(self, domain: Domain) -> int:
        from vsh.redefine.circumstances import profile_of

        return 0 if profile_of(domain.connection).metadata_only else super().forgetting(domain)

    def circumstances(self, domain: Domain, flags: int, *, lenient: bool) -> list[Problem]:
        from vsh.redefine.circumstances import snapshot_circumstances

        return snapshot_circumstances(domain, flags, lenient=lenient)

    def check(
        self, domain: Domain, target: Target, checked: Checked, flags: int, *, lenient: bool
    ) -> Iterable[Problem]:
        from vsh.redefine.check import snapshot_problems_of

        return snapshot_problems_of(domain, target, checked, flags, lenient=lenient)

    def may_be_deadly(self, domain: Domain, xml: str) -> bool:
        from vsh.redefine.name import has_domain
        from vsh.redefine.profiles import FIXED_ALIGNMENT

        return not has_domain(xml) and domain.connection.get_lib_version() < FIXED_ALIGNMENT

    def align(self, document: Any, domain: Any) -> None:
        from vsh.redefine.align import align_snapshot, default_location

        for _ in align_snapshot(document, domain, default_location(document), regular=None):
            pass


SNAPSHOT = Snapshot()
