# mypy: disable-error-code="no-any-return"
"""A snapshot of a domain.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from vsh.aio.domain import Domain
    from vsh.api.types import Text, i32, u32
    from vsh.words.snapshot import SnapshotDelete, SnapshotList, SnapshotRevert, SnapshotXML
    from vsh.xml.moment.snapshot import DomainSnapshot


class Snapshot(Object):
    """A snapshot, known by its name and its domain."""

    fields = ("name", "domain")
    name: Text
    domain: Domain

    @property
    async def parent(self) -> Snapshot | None:
        """The snapshot that it was taken upon, or None."""
        from vsh.errors import NoSnapshot

        try:
            return await self.get_parent()
        except NoSnapshot:
            return None

    @property
    async def children(self) -> list[Snapshot]:
        """The snapshots that were taken upon it."""
        return await self.list_all_children()

    @property
    async def is_current(self) -> bool:
        """Whether the domain's present state comes from it."""
        return bool(await self.get_is_current())

    @property
    async def xml(self) -> DomainSnapshot:
        """Its document as a model."""
        from vsh.xml.engine.flags import REDEFINE
        from vsh.xml.engine.reader import read
        from vsh.xml.moment.snapshot import DomainSnapshot

        return read(await self.get_xml_desc(0), DomainSnapshot, flags=REDEFINE)

    @property
    async def created(self) -> datetime:
        """When it was taken, in UTC."""
        from datetime import UTC, datetime

        return datetime.fromtimestamp((await self.xml).created or 0, UTC)

    @property
    async def description(self) -> str | None:
        """Its description, or None."""
        return (await self.xml).description or None

    @property
    async def state(self) -> str | None:
        """What the domain was doing: "running", "shutoff", "disk-snapshot" ..."""
        state: str | None = (await self.xml).state
        return state

    async def revert(self) -> None:
        """Bring the domain back to it."""
        await self.revert_to_snapshot(0)

    async def get_xml_desc(self, flags: SnapshotXML | u32 = 0) -> Text:
        """Its document."""
        return await self._ask("get_xml_desc", flags)

    async def delete(self, flags: SnapshotDelete | u32 = 0) -> None:
        """Delete it; its children become children of its parent."""
        await self._ask("delete", flags)

    async def get_parent(self, flags: u32 = 0) -> Snapshot:
        """Its parent.  Raises NoSnapshot if it is a root."""
        return await self._ask("get_parent", flags)

    async def num_children(self, flags: SnapshotList | u32 = 0) -> i32:
        """How many children it has."""
        return await self._ask("num_children", flags)

    async def list_children_names(self, flags: SnapshotList | u32 = 0) -> list[Text]:
        """Names of its children."""
        return await self._ask("list_children_names", flags)

    async def get_is_current(self, flags: u32 = 0) -> i32:
        """1 if it is the domain's current snapshot."""
        return await self._ask("get_is_current", flags)

    async def has_metadata(self, flags: u32 = 0) -> i32:
        """1 if libvirt keeps a record of it that would be lost with the domain."""
        return await self._ask("has_metadata", flags)

    async def list_all_children(self, flags: SnapshotList | u32 = 0) -> list[Snapshot]:
        """Its children."""
        return await self._ask("list_all_children", flags)

    async def revert_to_snapshot(self, flags: SnapshotRevert | u32 = 0) -> None:
        """Bring the domain back to it."""
        await self._ask("revert_to_snapshot", flags)
