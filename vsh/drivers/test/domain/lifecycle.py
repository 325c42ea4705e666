"""Starting, stopping, saving and removing guests, and what else changes their state."""

from __future__ import annotations

from vsh.api.domain import Domain, lifecycle
from vsh.drivers.test import definitions, saved_image
from vsh.drivers.test.part import TestPart
from vsh.errors import (
    ArgumentUnsupported,
    ConfigUnsupported,
    InternalError,
    InvalidArgument,
    OperationInvalid,
    OperationUnsupported,
    XmlError,
)
from vsh.words.domain.lifecycle import (
    DomainCoreDump,
    DomainDestroy,
    DomainLifecycle,
    DomainLifecycleAction,
    DomainSaveRestore,
    DomainUndefine,
)
from vsh.words.domain.state import (
    DomainPausedReason,
    DomainRunningReason,
    DomainShutoffReason,
    DomainState,
)
from vsh.words.event import DomainEventStoppedDetailType, DomainEventType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.test.guest import Guest

# reasons, each in its own state's numbers
# what on_poweroff and on_reboot may say that leaves the guest running
_GOES_ON = ("restart", "rename-restart")
_REBOOT_MODES = 1 | 2 | 4 | 8 | 16


class Lifecycle(TestPart, answers=lifecycle):
    """The life of a guest."""

    def undefine(self, domain: Domain) -> None:
        self.undefine_flags(domain, 0)

    def undefine_flags(self, domain: Domain, flags: int = 0) -> None:
        self.accept(
            flags,
            DomainUndefine.MANAGED_SAVE | DomainUndefine.SNAPSHOTS_METADATA,
            "testDomainUndefineFlags",
        )
        with self.guests.modify(domain) as guest:
            if guest.managed_save and not flags & DomainUndefine.MANAGED_SAVE:
                raise OperationInvalid(
                    "Refusing to undefine while domain managed save image exists"
                )
            if (
                not guest.active
                and guest.has_snapshots
                and not flags & DomainUndefine.SNAPSHOTS_METADATA
            ):
                raise OperationInvalid(
                    f"cannot delete inactive domain with {len(guest.snapshots)} snapshots"
                )
            self.tell_life(guest, DomainEventType.UNDEFINED, 0)
            guest.managed_save = False
            if guest.active:
                guest.persistent = False
            else:
                self.guests.remove(guest)

    def rename(self, domain: Domain, new_name: str | None, flags: int = 0) -> int:
        from vsh.words.event_id import DomainEventID

        self.accept(flags, 0, "testDomainRename")
        name = new_name or ""
        with self.guests.modify(domain) as guest:
            if guest.active:
                raise OperationInvalid("cannot rename active domain")
            if not guest.persistent:
                raise OperationInvalid("cannot rename a transient domain")
            if guest.state != DomainState.SHUTOFF:
                raise OperationInvalid("domain has to be shutoff before renaming")
            if guest.name == name:
                raise OperationInvalid("Can't rename domain to itself")
            if self.guests.named(name) is not None:
                raise OperationInvalid(f"domain with name '{name}' already exists")
            if "/" in name:
                raise XmlError(f"name {name} cannot contain '/'")
            before, uuid = guest.name, guest.uuid
            if not self.guests.rename(guest, name):  # another thread was faster
                raise OperationInvalid(f"domain with name '{name}' already exists")
            guest.definition.name = name
            old = (before, uuid, -1)
            self.tell(
                "domain",
                DomainEventID.LIFECYCLE,
                uuid,
                lambda asker: Domain(asker, *old),
                DomainEventType.UNDEFINED,
                1,
            )
            self.tell_life(guest, DomainEventType.DEFINED, 2)
            return 0

    def create(self, domain: Domain) -> None:
        self.create_with_flags(domain, 0)

    def create_with_flags(self, domain: Domain, flags: int = 0) -> Domain:
        self.accept(flags, 0, "testDomainCreateWithFlags")
        with self.guests.modify(domain) as guest:
            if guest.state != DomainState.SHUTOFF:
                raise InternalError(f"Domain '{domain.name}' is already running")
            self.guests.start(guest, DomainRunningReason.BOOTED)
            domain.id = guest.id
            self.tell_life(guest, DomainEventType.STARTED, 0)
            return Domain(domain.connection, guest.name, guest.uuid, guest.id)

    def create_with_files(self, domain: Domain, files: list[int], flags: int = 0) -> Domain:
        return self.create_with_flags(domain, flags)

    def destroy(self, domain: Domain) -> None:
        self.destroy_flags(domain, 0)

    def destroy_flags(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, DomainDestroy.GRACEFUL, "testDomainDestroyFlags")
        with self.guests.modify(domain, active=True) as guest:
            self.stop(guest, DomainShutoffReason.DESTROYED, 1)

    def shutdown(self, domain: Domain) -> None:
        self.shutdown_flags(domain, 0)

    def shutdown_flags(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainShutdownFlags")
        with self.guests.modify(domain) as guest:
            if guest.state == DomainState.SHUTOFF:
                raise InternalError(f"domain '{domain.name}' not running")
            self._act(guest, guest.definition.on_poweroff)

    def reboot(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, _REBOOT_MODES, "testDomainReboot")
        with self.guests.modify(domain, active=True) as guest:
            self._act(guest, guest.definition.on_reboot)

    def reset(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainReset")
        self.guests.check(domain, active=True)

    def suspend(self, domain: Domain) -> None:
        with self.guests.modify(domain) as guest:
            if guest.state in (DomainState.SHUTOFF, DomainState.PAUSED):
                raise InternalError(f"domain '{domain.name}' not running")
            guest.state, guest.reason = DomainState.PAUSED, DomainPausedReason.USER
            self.tell_life(guest, DomainEventType.SUSPENDED, 0)

    def resume(self, domain: Domain) -> None:
        with self.guests.modify(domain) as guest:
            if guest.state != DomainState.PAUSED:
                raise InternalError(f"domain '{domain.name}' not paused")
            guest.state, guest.reason = DomainState.RUNNING, DomainRunningReason.UNPAUSED
            self.tell_life(guest, DomainEventType.RESUMED, 0)

    def get_autostart(self, domain: Domain) -> int:
        with self.guests.query(domain) as guest:
            return int(guest.autostart)

    def set_autostart(self, domain: Domain, autostart: int) -> None:
        with self.guests.modify(domain) as guest:
            guest.autostart = bool(autostart)

    def set_lifecycle_action(self, domain: Domain, kind: int, action: int, flags: int = 0) -> None:
        self.accept(flags, 3, "testDomainSetLifecycleAction")
        if not 0 <= kind < len(DomainLifecycle.words()):
            raise InvalidArgument(f"invalid lifecycle type '{kind}'")
        if not 0 <= action < len(DomainLifecycleAction.words()):
            raise InvalidArgument(f"invalid lifecycle action '{action}'")
        if kind != 2 and action >= 4:
            raise ConfigUnsupported(
                f"Lifecycle event '{DomainLifecycle.word_of(kind)}' doesn't support "
                f"'{DomainLifecycleAction.word_of(action)}' action"
            )
        with self.guests.modify(domain) as guest:
            for definition in guest.both(flags):
                if definition is not None:
                    setattr(
                        definition,
                        f"on_{DomainLifecycle.word_of(kind)}",
                        DomainLifecycleAction.word_of(action),
                    )

    def _act(self, guest: Guest, action: str | None) -> None:
        if action in _GOES_ON:
            guest.state, guest.reason = DomainState.RUNNING, DomainRunningReason.BOOTED
        else:
            self.stop(guest, DomainShutoffReason.SHUTDOWN, 0)

    def save(self, domain: Domain, path: str) -> None:
        self.save_flags(domain, path, None, 0)

    def save_flags(self, domain: Domain, path: str, xml: str | None = None, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainSaveFlags")
        if xml is not None:
            raise ArgumentUnsupported("xml modification unsupported")
        with self.guests.modify(domain, active=True) as guest:
            saved_image.write(path, guest.name, definitions.text(guest.definition, guest.id))
            self.stop(guest, DomainShutoffReason.SAVED, DomainEventStoppedDetailType.SAVED)

    def managed_save(self, domain: Domain, flags: int = 0) -> None:
        self.accept(
            flags,
            DomainSaveRestore.BYPASS_CACHE | DomainSaveRestore.RUNNING | DomainSaveRestore.PAUSED,
            "testDomainManagedSave",
        )
        with self.guests.modify(domain, active=True) as guest:
            if not guest.persistent:
                raise OperationInvalid("cannot do managed save for transient domain")
            self.stop(guest, DomainShutoffReason.SAVED, DomainEventStoppedDetailType.SAVED)
            guest.managed_save = True

    def managed_save_remove(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainManagedSaveRemove")
        with self.guests.modify(domain) as guest:
            guest.managed_save = False

    def core_dump(self, domain: Domain, path: str, flags: int = 0) -> None:
        self.core_dump_with_format(domain, path, 0, flags)

    def core_dump_with_format(self, domain: Domain, path: str, kind: int, flags: int = 0) -> None:
        self.accept(flags, DomainCoreDump.CRASH, "testDomainCoreDumpWithFormat")
        with self.guests.modify(domain, active=True) as guest:
            try:
                saved_image.write_bytes(path, saved_image.MAGIC)
            except OSError as error:
                raise saved_image.failure(
                    f"domain '{domain.name}' coredump: failed to open {path}", error
                ) from error
            if kind != 0:
                raise OperationUnsupported("kdump-compressed format is not supported here")
            if flags & DomainCoreDump.CRASH:
                self.stop(guest, DomainShutoffReason.CRASHED, DomainEventStoppedDetailType.CRASHED)
