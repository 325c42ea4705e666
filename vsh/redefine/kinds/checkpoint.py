"""What is particular about checkpoints."""

from __future__ import annotations

from vsh.redefine.kinds import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.redefine.check import Checked
    from vsh.redefine.plan import Target
    from vsh.redefine.problem import Problem


class Checkpoint(Kind):
    """A point in time that backups are made relative to.

    The first child of the current one becomes current itself: which is first must not be left to
    chance, so they are sent one after the other.
    """

    name = "checkpoint"
    tag = "domaincheckpoint"
    bundle = "domaincheckpoints"
    missing = 103
    serial = True
    without_domain = 2
    schema_always = True
    schema_rule = "47"
    general_rule = "48"

    def model(self) -> Any:
        from vsh.xml.moment.checkpoint import DomainCheckpoint

        return DomainCheckpoint

    def listing(self, domain: Domain) -> Any:
        return domain.list_all_checkpoints

    def looking_up(self, domain: Domain) -> Any:
        return domain.checkpoint_lookup_by_name

    def creating(self, domain: Domain) -> Any:
        return domain.checkpoint_create_xml

    def circumstances(self, domain: Domain, flags: int, *, lenient: bool) -> list[Problem]:
        from vsh.redefine.circumstances import checkpoint_circumstances

        return checkpoint_circumstances(domain, flags)

    def check(
        self, domain: Domain, target: Target, checked: Checked, flags: int, *, lenient: bool
    ) -> Iterable[Problem]:
        from vsh.redefine.check import checkpoint_problems_of

        return checkpoint_problems_of(target, checked, lenient=lenient)

    def align(self, document: Any, domain: Any) -> None:
        from vsh.redefine.align import align_checkpoint, name_bitmaps

        if document.domain is None:
            name_bitmaps(document)
            return
        for _ in align_checkpoint(document, document.domain):
            pass


CHECKPOINT = Checkpoint()
