# mypy: disable-error-code="no-any-return"
"""A checkpoint of a domain: where its dirty blocks are counted from.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from vsh.aio.domain import Domain
    from vsh.api.types import Text, u32
    from vsh.words.checkpoint import CheckpointDelete, CheckpointList, CheckpointXML
    from vsh.xml.moment.checkpoint import DomainCheckpoint


class Checkpoint(Object):
    """A checkpoint, known by its name and its domain."""

    fields = ("name", "domain")
    name: Text
    domain: Domain

    @property
    async def parent(self) -> Checkpoint | None:
        """The checkpoint before it, or None."""
        from vsh.errors import NoCheckpoint

        try:
            return await self.get_parent()
        except NoCheckpoint:
            return None

    @property
    async def children(self) -> list[Checkpoint]:
        """The checkpoints after it."""
        return await self.list_all_children()

    @property
    async def xml(self) -> DomainCheckpoint:
        """Its document as a model."""
        from vsh.xml.engine.flags import REDEFINE
        from vsh.xml.engine.reader import read
        from vsh.xml.moment.checkpoint import DomainCheckpoint

        return read(await self.get_xml_desc(0), DomainCheckpoint, flags=REDEFINE)

    @property
    async def created(self) -> datetime:
        """When it was made, in UTC."""
        from datetime import UTC, datetime

        return datetime.fromtimestamp((await self.xml).created or 0, UTC)

    async def get_xml_desc(self, flags: CheckpointXML | u32 = 0) -> Text:
        """Its document."""
        return await self._ask("get_xml_desc", flags)

    async def list_all_children(self, flags: CheckpointList | u32 = 0) -> list[Checkpoint]:
        """Its children."""
        return await self._ask("list_all_children", flags)

    async def get_parent(self, flags: u32 = 0) -> Checkpoint:
        """Its parent.  Raises NoCheckpoint if it is a root."""
        return await self._ask("get_parent", flags)

    async def delete(self, flags: CheckpointDelete | u32 = 0) -> None:
        """Delete it; its parent takes over what it has tracked."""
        await self._ask("delete", flags)
