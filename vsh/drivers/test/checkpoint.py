"""A checkpoint: what it is, what is below it, and dropping it."""

from __future__ import annotations

from vsh.api import checkpoint as api
from vsh.drivers.test import checkpoints, moment_documents
from vsh.drivers.test.part import TestPart

_SECURE, _NO_DOMAIN, _SIZE = 1, 2, 4
_CHILDREN, _METADATA_ONLY, _ONLY_CHILDREN = 1, 2, 4


class Checkpoint(TestPart, answers=api):
    """Answers about a checkpoint."""

    def list_all_children(self, checkpoint: api.Checkpoint, flags: int = 0) -> list[api.Checkpoint]:
        self.accept(flags, 15, "testDomainCheckpointListAllChildren")
        with self.guests.query(checkpoint.domain) as guest:
            moment = checkpoints.named(guest, checkpoint.name)
            return checkpoints.listed(
                checkpoint.domain, guest, moment, flags, deep=bool(flags & checkpoints.ROOTS)
            )

    def get_parent(self, checkpoint: api.Checkpoint, flags: int = 0) -> api.Checkpoint:
        self.accept(flags, 0, "testDomainCheckpointGetParent")
        with self.guests.query(checkpoint.domain) as guest:
            moment = checkpoints.named(guest, checkpoint.name)
            parent = moment.document.parent
            if parent is None:
                raise checkpoints.no_checkpoint(
                    f"checkpoint '{moment.name}' does not have a parent"
                )
            return api.Checkpoint(checkpoint.connection, parent, checkpoint.domain)

    def get_xml_desc(self, checkpoint: api.Checkpoint, flags: int = 0) -> str:
        self.accept(flags, _SECURE | _NO_DOMAIN | _SIZE, "testDomainCheckpointGetXMLDesc")
        with self.guests.query(checkpoint.domain) as guest:
            moment = checkpoints.named(guest, checkpoint.name)
            if flags & _SIZE:
                # the sizes must be known, but the test driver's are not valid: none is written
                self.guests.check(checkpoint.domain, active=True)
            return moment_documents.checkpoint_text(
                moment.document,
                secure=bool(flags & _SECURE),
                without_domain=bool(flags & _NO_DOMAIN),
                size=bool(flags & _SIZE),
            )

    def delete(self, checkpoint: api.Checkpoint, flags: int = 0) -> None:
        self.accept(
            flags, _CHILDREN | _METADATA_ONLY | _ONLY_CHILDREN, "testDomainCheckpointDelete"
        )
        with self.guests.modify(checkpoint.domain) as guest:
            guest.checkpoints.delete(
                checkpoints.named(guest, checkpoint.name),
                children=bool(flags & _CHILDREN),
                only_children=bool(flags & _ONLY_CHILDREN),
            )
