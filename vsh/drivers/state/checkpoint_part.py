"""What every embedded driver answers about a checkpoint in the same way."""

from __future__ import annotations

from vsh.api import checkpoint as api
from vsh.drivers.part import Part
from vsh.drivers.state import checkpoints, moment_documents
from vsh.words.checkpoint import CheckpointList, CheckpointXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.state.guest import Guest
    from vsh.drivers.state.store import Looking


class CheckpointPart(Part):
    """Answers about a checkpoint that only look."""

    if TYPE_CHECKING:

        @property
        def guests(self) -> Looking[Guest]: ...

    def list_all_children(self, checkpoint: api.Checkpoint, flags: int = 0) -> list[api.Checkpoint]:
        self.accept(flags, 15, self.function("DomainCheckpointListAllChildren"))
        with self.guests.query(checkpoint.domain) as guest:
            moment = checkpoints.named(guest, checkpoint.name)
            return checkpoints.listed(
                checkpoint.domain,
                guest,
                moment,
                flags,
                deep=bool(flags & CheckpointList.DESCENDANTS),
            )

    def get_parent(self, checkpoint: api.Checkpoint, flags: int = 0) -> api.Checkpoint:
        self.accept(flags, 0, self.function("DomainCheckpointGetParent"))
        with self.guests.query(checkpoint.domain) as guest:
            moment = checkpoints.named(guest, checkpoint.name)
            parent = moment.document.parent
            if parent is None:
                raise checkpoints.no_checkpoint(
                    f"checkpoint '{moment.name}' does not have a parent"
                )
            return api.Checkpoint(checkpoint.connection, parent, checkpoint.domain)

    def get_xml_desc(self, checkpoint: api.Checkpoint, flags: int = 0) -> str:
        self.accept(
            flags,
            CheckpointXML.SECURE | CheckpointXML.NO_DOMAIN | CheckpointXML.SIZE,
            self.function("DomainCheckpointGetXMLDesc"),
        )
        with self.guests.query(checkpoint.domain) as guest:
            moment = checkpoints.named(guest, checkpoint.name)
            if flags & CheckpointXML.SIZE:
                # the sizes must be known, but the test driver's are not valid: none is written
                self.guests.check(checkpoint.domain, active=True)
            return moment_documents.checkpoint_text(
                moment.document,
                secure=bool(flags & CheckpointXML.SECURE),
                without_domain=bool(flags & CheckpointXML.NO_DOMAIN),
                size=bool(flags & CheckpointXML.SIZE),
            )
