"""What is particular about checkpoints."""

from __future__ import annotations

from vsh.redefine.kinds import Kind
from vsh.redefine.profiles import profile_of
from vsh.redefine.rules import checkpoint_disks, contents, definitions, parents, times
from vsh.redefine.rules import circumstances as asked
from vsh.redefine.rules.forms import CHECKPOINT_SCHEMA
from vsh.redefine.rules.reading import CHECKPOINT_NAME_AND_TIME
from vsh.words.checkpoint import CheckpointCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.redefine.moments import Document, Listing, Moment, Named
    from vsh.redefine.rule import Problem, Rule
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.moment.checkpoint import DomainCheckpoint


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
    schema_rule = CHECKPOINT_SCHEMA
    general_rule = CHECKPOINT_NAME_AND_TIME

    def model(self) -> type[DomainCheckpoint]:
        from vsh.xml.moment.checkpoint import DomainCheckpoint

        return DomainCheckpoint

    def listing(self, domain: Domain) -> Listing:
        return domain.list_all_checkpoints

    def handle(self, domain: Domain, name: str) -> Moment:
        from vsh.api.checkpoint import Checkpoint

        return Checkpoint(domain.connection, name, domain)

    def looking_up(self, domain: Domain) -> Named:
        return domain.checkpoint_lookup_by_name

    def creating(self, domain: Domain) -> Named:
        return domain.checkpoint_create_xml

    def circumstances(self, domain: Domain, flags: int, *, lenient: bool) -> list[Problem]:
        call = domain.checkpoint_create_xml.call
        problems = list(asked.writable(domain, call))
        if problems:
            return problems
        profile = profile_of(domain.connection)
        problems += asked.options(call, flags, (asked.CHECKPOINT_OPTIONS,))
        known, function = profile.checkpoint_flags, profile.checkpoint_function
        problems += asked.known_flags(known, function, flags, asked.CHECKPOINTS_OF_THE_DRIVER)
        validated = bool(flags & CheckpointCreate.REDEFINE_VALIDATE)
        problems += asked.checkpoints(domain, profile, validated=validated)
        return problems

    def rules(self) -> tuple[Rule, ...]:
        return (
            *self.among(),
            definitions.definition_is_not_lost,
            contents.bitmaps_are_sound,
            times.not_younger_than_children,
        )

    def among(self) -> tuple[Rule, ...]:
        return parents.checkpoint_parent, checkpoint_disks.checkpoint_disks

    def align(self, document: Document, domain: Definition | None) -> None:
        from vsh.xml.moment.checkpoint import DomainCheckpoint

        assert isinstance(document, DomainCheckpoint)
        if document.domain is None:
            checkpoint_disks.name_bitmaps(document)
            return
        for _ in checkpoint_disks.align_checkpoint(document, document.domain):
            pass


CHECKPOINT = Checkpoint()
