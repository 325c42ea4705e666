"""A domain: a guest, running or not."""

from __future__ import annotations

from vsh.api._call import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.checkpoint import Checkpoint
    from vsh.api.collection import Checkpoints, Snapshots
    from vsh.api.domain.block import Block
    from vsh.api.domain.cpu import Cpu
    from vsh.api.domain.devices import Devices
    from vsh.api.domain.guest import Guest
    from vsh.api.domain.info import Info
    from vsh.api.domain.lifecycle import Lifecycle
    from vsh.api.domain.memory import Memory
    from vsh.api.domain.migration import Migration
    from vsh.api.domain.moments import Moments
    from vsh.api.domain.state import State
    from vsh.api.editing import Edit
    from vsh.api.snapshot import Snapshot
    from vsh.api.types import UUID, Text, i32
    from vsh.words import Enumeration
    from vsh.words.domain.document import DomainMetadataType
    from vsh.words.domain.state import DomainState
    from vsh.xml import domain as documents

    class _Calls(Lifecycle, State, Memory, Cpu, Block, Devices, Guest, Migration, Moments):
        pass

else:
    _Calls = Object


class Domain(_Calls):
    """A domain, known by its UUID; ``id`` is -1 unless it was running when the handle was made.

    Each property asks the hypervisor when it is read.  Raises NoDomain if the domain has gone.
    """

    __slots__ = ()
    kind = "Domain"
    fields = ("name", "uuid", "id")
    themes = (
        "state",
        "lifecycle",
        "memory",
        "cpu",
        "moments",
        "block",
        "devices",
        "guest",
        "migration",
    )
    name: Text
    uuid: UUID
    id: i32

    @property
    def state(self) -> DomainState:
        """What it is doing: ``DomainState.RUNNING``, of which ``.word`` is "running"."""
        from vsh.words.domain.state import DomainState

        return DomainState(self.get_state().state)

    @property
    def reason(self) -> Enumeration:
        """Why it is in its state: ``DomainPausedReason.USER``, of which ``.word`` is "user"."""
        from vsh.words.domain.state import REASONS

        answer = self.get_state()
        return REASONS[answer.state if answer.state < len(REASONS) else 0](answer.reason)

    @property
    def info(self) -> Info:
        """State, memory in bytes, number of CPUs and their time, all at one moment."""
        from datetime import timedelta

        from vsh.api.domain.info import Info
        from vsh.words.domain.state import DomainState

        found = self.get_info()
        return Info(
            state=DomainState(found.state),
            memory=found.memory * 1024,
            max_memory=found.maxMem * 1024,
            vcpus=found.nrVirtCpu,
            cpu_time=timedelta(microseconds=found.cpuTime / 1000),
        )

    @property
    def active(self) -> bool:
        """Whether it runs, paused counted as running."""
        return bool(self.is_active())

    @property
    def persistent(self) -> bool:
        """Whether it has a definition, which stays when it stops."""
        return bool(self.is_persistent())

    @property
    def updated(self) -> bool:
        """Whether it was changed since it started."""
        return bool(self.is_updated())

    @property
    def autostart(self) -> bool:
        """Whether it starts with the host."""
        return bool(self.get_autostart())

    @property
    def saved(self) -> bool:
        """Whether its next start goes on from a managed save."""
        return bool(self.has_managed_save_image())

    @property
    def title(self) -> str | None:
        """Its title, or None."""
        from vsh.words.domain.document import DomainMetadataType

        return self._metadata(DomainMetadataType.TITLE)

    @property
    def description(self) -> str | None:
        """Its description, or None."""
        from vsh.words.domain.document import DomainMetadataType

        return self._metadata(DomainMetadataType.DESCRIPTION)

    @property
    def xml(self) -> documents.Domain:
        """Its document as it is now, as a model: ``domain.xml.devices.disks``.

        Changing the model changes nothing: see ``edit``.
        """
        from vsh.xml.domain import Domain
        from vsh.xml.engine.reader import read

        return read(self.get_xml_desc(0), Domain)

    @property
    def definition(self) -> documents.Domain:
        """What it will be at its next start, as a model."""
        from vsh.words.domain.document import DomainXML
        from vsh.xml.domain import Domain
        from vsh.xml.engine.reader import read

        return read(self.get_xml_desc(DomainXML.INACTIVE), Domain)

    def edit(self) -> Edit[documents.Domain]:
        """Change the definition: ``with domain.edit() as xml: xml.title = "..."``.

        Defined at the end of ``with``, for the next start.  Raises ChangedMeanwhile where somebody
        else has changed it meanwhile, and what defining it raises.
        """
        from vsh.api.editing import Edit
        from vsh.words.domain.document import DomainXML
        from vsh.words.domain.lifecycle import DomainDefine
        from vsh.xml.domain import Domain

        wanted = DomainXML.INACTIVE | DomainXML.SECURE
        define = self.connection.domain_define_xml_flags
        return Edit(
            "domain",
            self.name,
            lambda: self.get_xml_desc(wanted),
            lambda text: define(text, DomainDefine.VALIDATE),
            Domain,
        )

    @property
    def snapshots(self) -> Snapshots:
        """Its snapshots: ``domain.snapshots["before"]``, ``domain.snapshots.current``."""
        from vsh.api.collection import Snapshots

        return Snapshots(self)

    @property
    def checkpoints(self) -> Checkpoints:
        """Its checkpoints, by name."""
        from vsh.api.collection import Checkpoints

        return Checkpoints(self)

    def wait(
        self,
        condition: str | None = None,
        timeout: float | None = None,
        *,
        state: DomainState | str | None = None,
    ) -> bool:
        """Wait until it is in a state, or "domain-inactive", or "guest-agent-available".

        False if that has not come after so many seconds; None waits for ever.
        """
        from vsh.api.act import act_named

        act: Callable[..., bool] = act_named("wait")
        return act(self, condition, timeout, state=state)

    def _metadata(self, kind: DomainMetadataType) -> str | None:
        from vsh.errors import NoDomainMetadata

        try:
            return self.get_metadata(kind)
        except NoDomainMetadata:
            return None

    def snapshot(self, name: str) -> Snapshot:
        """The snapshot of that name.  Raises NoSnapshot."""
        found: Snapshot = self.snapshot_lookup_by_name(name)
        return found

    def checkpoint(self, name: str) -> Checkpoint:
        """The checkpoint of that name.  Raises NoCheckpoint."""
        found: Checkpoint = self.checkpoint_lookup_by_name(name)
        return found
