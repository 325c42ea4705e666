"""Starting, stopping, pausing, renaming and removing guests."""

from __future__ import annotations

import contextlib
import os

from vsh.api.domain import lifecycle
from vsh.drivers.host import page_cache
from vsh.drivers.qemu import happenings, telling, turning_off
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state.guest import handle
from vsh.drivers.state.jobs import DESTROY, SUSPEND
from vsh.drivers.state.taints import HOOK
from vsh.errors import InvalidArgument, OperationFailed, OperationInvalid, XmlError
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.job import DomainJobOperation
from vsh.words.domain.lifecycle import (
    DomainCoreDump,
    DomainCreate,
    DomainDestroy,
    DomainReboot,
    DomainSaveImageXML,
    DomainSaveRestore,
    DomainShutdown,
    DomainUndefine,
)
from vsh.words.domain.state import DomainPausedReason, DomainRunningReason, DomainState
from vsh.words.event import (
    DomainEventStartedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventType,
    DomainEventUndefinedDetailType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.run import Run
    from vsh.drivers.qemu.save_forms import Form

_MODES = DomainShutdown.ACPI_POWER_BTN | DomainShutdown.GUEST_AGENT
_OVER = (DomainState.PAUSED, DomainPausedReason.SHUTTING_DOWN)
"""Of a guest that has powered off, and whose QEMU is kept."""
_SAVING = DomainSaveRestore.BYPASS_CACHE | DomainSaveRestore.RUNNING | DomainSaveRestore.PAUSED
_IMPACT = DomainModificationImpact.LIVE | DomainModificationImpact.CONFIG
_DUMPING = (
    DomainCoreDump.LIVE
    | DomainCoreDump.CRASH
    | DomainCoreDump.BYPASS_CACHE
    | DomainCoreDump.RESET
    | DomainCoreDump.MEMORY_ONLY
)
_EDITING = DomainSaveRestore.RUNNING | DomainSaveRestore.PAUSED
_VARIABLES = DomainUndefine.NVRAM | DomainUndefine.KEEP_NVRAM
_GRACE = 15.0
"""Seconds that a QEMU has to end when it was asked to."""
_MOMENT = 1.0
"""Seconds that an act which is under way has to end before its QEMU does."""

_SUSPENDED = DomainEventSuspendedDetailType


class Lifecycle(QemuPart, answers=lifecycle):
    """The life of a guest."""

    def create(self, domain: Domain) -> None:
        self.create_with_flags(domain, 0)

    def create_with_flags(self, domain: Domain, flags: int = 0) -> Domain:
        from vsh.drivers.qemu import launch

        known = (
            DomainCreate.START_PAUSED
            | DomainCreate.START_AUTODESTROY
            | DomainCreate.START_BYPASS_CACHE
            | DomainCreate.START_FORCE_BOOT
            | DomainCreate.START_RESET_NVRAM
        )
        self.accept(flags, known, "qemuDomainCreateWithFlags")
        with self.guests.modify(domain) as guest:
            if guest.active:
                raise OperationInvalid("domain is already running")
            paused = bool(flags & DomainCreate.START_PAUSED)
            if guest.managed_save and self._goes_on(guest, flags, paused=paused):
                self.end_with_connection(guest, flags)
                domain.id = guest.id
                return handle(domain.connection, guest)
            launch.start(
                self.hypervisor, guest, DomainRunningReason.BOOTED, paused=paused,
                new_variables=bool(flags & DomainCreate.START_RESET_NVRAM),
            )  # fmt: skip
            self.end_with_connection(guest, flags)
            telling.tell_start(self.hypervisor, guest, DomainEventStartedDetailType.BOOTED)
            domain.id = guest.id
            return handle(domain.connection, guest)

    def suspend(self, domain: Domain) -> None:
        with self.guests.modify(domain, active=True, kind=SUSPEND) as guest:
            if guest.state == DomainState.PMSUSPENDED:
                raise OperationInvalid("domain is pmsuspended")
            if guest.state == DomainState.PAUSED or guest.run is None:
                return
            long = guest.jobs.long  # one that moves goes on there, or here where it is called back
            moves = long is not None and long.operation == DomainJobOperation.MIGRATION_OUT
            guest.run.paused = (
                int(DomainPausedReason.MIGRATION if moves else DomainPausedReason.USER),
                int(_SUSPENDED.MIGRATED if moves else _SUSPENDED.PAUSED),
            )
            guest.ask("stop")
            self.hypervisor.digest(guest)

    def resume(self, domain: Domain) -> None:
        with self.guests.modify(domain, active=True) as guest:
            if guest.state == DomainState.PMSUSPENDED:
                raise OperationInvalid("domain is pmsuspended")
            if guest.state == DomainState.RUNNING:
                raise OperationInvalid("domain is already running")
            if guest.state not in (DomainState.PAUSED, DomainState.CRASHED):
                return
            over = (guest.state, guest.reason) == _OVER
            if over and is_modern(guest.definition):  # it begins again, as with newer libvirt
                guest.ask("system_reset")
            guest.ask("cont")
            self.hypervisor.digest(guest)

    def shutdown(self, domain: Domain) -> None:
        self.shutdown_flags(domain, 0)

    def shutdown_flags(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, _MODES, "qemuDomainShutdownFlags")
        with self.guests.modify(domain, active=True) as guest:
            if guest.state != DomainState.RUNNING:  # it can be rebooted, which it hears later
                raise OperationInvalid("domain is not running")
            again = guest.definition.on_poweroff in ("restart", "rename-restart")
            turning_off.turn_off(self.hypervisor, guest, flags, again=again)

    def reboot(self, domain: Domain, flags: int = 0) -> None:
        self.accept(
            flags, DomainReboot.ACPI_POWER_BTN | DomainReboot.GUEST_AGENT, "qemuDomainReboot"
        )
        with self.guests.modify(domain, active=True) as guest:
            again = guest.definition.on_reboot not in ("destroy", "preserve")
            turning_off.turn_off(self.hypervisor, guest, flags, again=again)

    def set_lifecycle_action(self, domain: Domain, kind: int, action: int, flags: int = 0) -> None:
        from vsh.drivers.qemu import lifecycle_actions

        self.accept(flags, _IMPACT, "qemuDomainSetLifecycleAction")
        lifecycle_actions.check(kind, action)
        with self.guests.modify(domain) as guest:
            lifecycle_actions.change(guest, kind, action, flags)

    def pm_suspend_for_duration(
        self, domain: Domain, target: int, duration: int, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu import sleeping

        self.accept(flags, 0, "qemuDomainPMSuspendForDuration")
        command = sleeping.command(target, duration)
        with self.guests.modify(domain) as guest:
            sleeping.suspend(self.hypervisor, guest, command)

    def pm_wakeup(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, 0, "qemuDomainPMWakeup")
        with self.guests.modify(domain, active=True) as guest:
            guest.ask("system_wakeup")
            self.hypervisor.digest(guest)

    def reset(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, 0, "qemuDomainReset")
        with self.guests.modify(domain, active=True) as guest:
            guest.ask("system_reset")
            if guest.state == DomainState.CRASHED:
                guest.state = DomainState.PAUSED
                guest.reason = DomainPausedReason.CRASHED
            self.hypervisor.digest(guest)

    def destroy(self, domain: Domain) -> None:
        self.destroy_flags(domain, 0)

    def destroy_flags(self, domain: Domain, flags: int = 0) -> None:
        known = DomainDestroy.GRACEFUL | DomainDestroy.REMOVE_LOGS
        self.accept(flags, known, "qemuDomainDestroyFlags")
        gently = bool(flags & DomainDestroy.GRACEFUL)
        with self.guests.query(domain, active=True) as guest:
            run, idle = guest.run, guest.jobs.settled(_MOMENT)
            if run is None:
                raise OperationInvalid("domain is not running")
            run.destroying = True
        try:
            if not idle:  # whoever waits for this QEMU lets go when it has ended
                _kill(run, gently=gently)
            with self.guests.modify(domain, active=True, kind=DESTROY) as guest:
                if gently:
                    _kill(run, gently=True)
                happenings.destroyed(self.hypervisor, guest)
        finally:
            run.destroying = False

    def undefine(self, domain: Domain) -> None:
        self.undefine_flags(domain, 0)

    def undefine_flags(self, domain: Domain, flags: int = 0) -> None:
        from vsh.drivers.qemu import undefining, variables

        known = (
            DomainUndefine.MANAGED_SAVE
            | DomainUndefine.SNAPSHOTS_METADATA
            | DomainUndefine.NVRAM
            | DomainUndefine.KEEP_NVRAM
            | DomainUndefine.CHECKPOINTS_METADATA
            | DomainUndefine.TPM
            | DomainUndefine.KEEP_TPM
        )
        self.accept(flags, known, "qemuDomainUndefineFlags")
        if flags & DomainUndefine.NVRAM and flags & DomainUndefine.KEEP_NVRAM:
            raise OperationInvalid("cannot both keep and delete nvram")
        if flags & DomainUndefine.TPM and flags & DomainUndefine.KEEP_TPM:
            raise OperationInvalid("cannot both keep and delete TPM")
        with self.guests.modify(domain) as guest:
            if not guest.persistent:
                raise OperationInvalid("cannot undefine transient domain")
            if not guest.active:
                self._check_moments(guest, flags)
            if guest.managed_save and not flags & DomainUndefine.MANAGED_SAVE:
                raise OperationInvalid(
                    "Refusing to undefine while domain managed save image exists"
                )
            stored = variables.of(guest.definition, self.hypervisor.root / "nvram")
            if stored is not None and not flags & _VARIABLES:
                raise OperationInvalid(
                    "Cannot undefine domain with NVRAM/varstore"
                    if is_modern(guest.definition)
                    else "cannot undefine domain with nvram"
                )
            self.tell_life(guest, DomainEventType.UNDEFINED, DomainEventUndefinedDetailType.REMOVED)
            undefining.undefine(self.hypervisor, guest, flags)

    def rename(self, domain: Domain, new_name: str | None, flags: int = 0) -> int:
        self.accept(flags, 0, "qemuDomainRename")
        name = new_name or ""
        with self.guests.modify(domain) as guest:
            if guest.active:
                raise OperationInvalid("cannot rename active domain")
            if not guest.persistent:
                raise OperationInvalid("cannot rename a transient domain")
            if guest.managed_save:
                raise OperationInvalid("domain with a managed saved state can't be renamed")
            if guest.name == name:
                raise OperationInvalid("Can't rename domain to itself")
            if "/" in name:
                raise XmlError(f"name {name} cannot contain '/'")
            definition, before = guest.definition, guest.name
            with self.hypervisor.state.act():
                if not self.guests.rename(guest, name):
                    raise OperationInvalid(f"domain with name '{name}' already exists")
                definition.name = name
                self.guests.keep(guest)
            telling.tell_renamed(self.hypervisor, guest, before)
            return 0

    # ---- dumping and saving

    def core_dump(self, domain: Domain, to: str, flags: int = 0) -> None:
        self._dump(domain, to, 0, flags, "qemuDomainCoreDump")

    def core_dump_with_format(self, domain: Domain, to: str, kind: int, flags: int = 0) -> None:
        self._dump(domain, to, kind, flags, "qemuDomainCoreDumpWithFormat")

    def _dump(self, domain: Domain, to: str, kind: int, flags: int, function: str) -> None:
        from vsh.drivers.qemu import dumps

        modern = is_modern(self.guests.find(domain).definition)
        if modern:  # newer libvirt has no live dumps
            self.accept(flags, _DUMPING & ~DomainCoreDump.LIVE, function)
        self.accept(flags, _DUMPING, "qemuDomainCoreDumpWithFormat")
        with self.guests.query(domain, active=True) as guest:
            dumps.dump(self.hypervisor, guest, os.path.abspath(to), kind, flags)

    def save(self, domain: Domain, to: str) -> None:
        self.save_flags(domain, to, None, 0)

    def save_flags(self, domain: Domain, to: str, dxml: str | None = None, flags: int = 0) -> None:
        self.accept(flags, _SAVING, "qemuDomainSaveFlags")
        with self.guests.query(domain, active=True) as guest:
            self._save(guest, os.path.abspath(to), dxml, flags)

    def save_params(self, domain: Domain, params: TypedParams, flags: int = 0) -> None:
        from vsh.drivers.qemu.save_forms import Form, channels

        self.accept(flags, _SAVING, "qemuDomainSaveParams")
        for name in params:
            if name not in ("file", "dxml", "image_format", "parallel.channels"):
                raise InvalidArgument(f"parameter '{name}' not supported")
        to = params.get("file")
        if to is None:
            self.managed_save(domain, flags)
            return
        dxml = params.get("dxml")
        name = str(params.get("image_format") or self.hypervisor.settings.save_image_format)
        form = Form(name)
        with self.guests.query(domain, active=True) as guest:
            form.channels = channels(params.get("parallel.channels"), form.number)
            path = os.path.abspath(str(to))
            self._save(guest, path, None if dxml is None else str(dxml), flags, form)

    def managed_save(self, domain: Domain, flags: int = 0) -> None:
        from vsh.drivers.qemu import saved

        self.accept(flags, _SAVING, "qemuDomainManagedSave")
        with self.guests.query(domain, active=True) as guest:
            if not guest.persistent:
                raise OperationInvalid("cannot do managed save for transient domain")
            self._save(guest, saved.managed_path(self.hypervisor, guest), None, flags)

    def managed_save_remove(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, 0, "qemuDomainManagedSaveRemove")
        with self.guests.modify(domain) as guest:
            self._forget_save(guest)

    def managed_save_get_xml_desc(self, domain: Domain, flags: int = 0) -> str:
        from vsh.drivers.qemu import definitions, saved

        self.accept(flags, DomainSaveImageXML.SECURE, "qemuDomainManagedSaveGetXMLDesc")
        with self.guests.query(domain) as guest:
            text = saved.complete(self._saved_path(guest)).text
            definition = saved.definition_of(text, self.hypervisor)
            return definitions.given_out(definition, -1, flags)

    def managed_save_define_xml(
        self, domain: Domain, dxml: str | None = None, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu import saved

        self.accept(flags, _EDITING, "qemuDomainManagedSaveDefineXML")
        with self.guests.modify(domain) as guest:
            saved.replace(
                self.hypervisor, self._saved_path(guest), dxml, running=saved.wanted(flags)
            )

    def _save(
        self, guest: Guest, path: str, dxml: str | None, flags: int, form: Form | None = None
    ) -> None:
        from vsh.drivers.qemu import save_forms, saved
        from vsh.drivers.qemu.migration import safety

        safety.check_written(guest)
        text = saved.document(guest)
        if dxml is not None:
            text = saved.fitting(self.hypervisor, text, dxml)
        form = form or save_forms.Form(self.hypervisor.settings.save_image_format)
        saved.save(self.hypervisor, guest, path, text, form, running=saved.wanted(flags))
        if flags & DomainSaveRestore.BYPASS_CACHE:
            page_cache.drop(path)

    def _saved_path(self, guest: Guest) -> str:
        """Where a guest's managed save is.  Raises OperationInvalid."""
        if not guest.managed_save:
            raise OperationInvalid("domain does not have managed save image")
        from vsh.drivers.qemu import saved

        return saved.managed_path(self.hypervisor, guest)

    def _forget_save(self, guest: Guest) -> None:
        from vsh.drivers.qemu import saved

        if guest.managed_save:
            guest.managed_save = False
            self.guests.keep(guest)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(saved.managed_path(self.hypervisor, guest))

    def _goes_on(self, guest: Guest, flags: int, *, paused: bool) -> bool:
        """Start a guest from its managed save; False where it has to boot instead."""
        from vsh.drivers.qemu import saved

        path = saved.managed_path(self.hypervisor, guest)
        forget = flags & DomainCreate.START_FORCE_BOOT
        image = None if forget or not os.path.exists(path) else saved.read(path)
        if image is None or image.partial:
            self._forget_save(guest)
            return False
        definition, hooked = saved.hooked(self.hypervisor, image.text)
        if (definition.name, definition.uuid) != (guest.name, guest.uuid):
            raise OperationFailed(
                f"cannot restore domain '{guest.name}' uuid {guest.uuid} from a file which belongs "
                f"to domain '{definition.name}' uuid {definition.uuid}"
            )
        with guest.starting_as(definition):
            running = False if paused else None
            saved.restore(self.hypervisor, guest, path, image, running=running, managed=True)
            if hooked:
                guest.taints.add(HOOK)
        if flags & DomainCreate.START_BYPASS_CACHE:
            page_cache.drop(path)
        self._forget_save(guest)
        return True

    def get_autostart(self, domain: Domain) -> int:
        with self.guests.query(domain) as guest:
            return int(guest.autostart)

    def set_autostart(self, domain: Domain, autostart: int) -> None:
        with self.guests.modify(domain) as guest:
            if not guest.persistent:
                raise OperationInvalid("cannot set autostart for transient domain")
            guest.autostart = bool(autostart)

    def get_autostart_once(self, domain: Domain) -> int:
        with self.guests.query(domain) as guest:
            return int(guest.autostart_once)

    def set_autostart_once(self, domain: Domain, autostart: int) -> None:
        with self.guests.modify(domain) as guest:
            if not guest.persistent:
                raise OperationInvalid("cannot set autostart for transient domain")
            guest.autostart_once = bool(autostart)

    @staticmethod
    def _check_moments(guest: Guest, flags: int) -> None:
        if guest.has_snapshots and not flags & DomainUndefine.SNAPSHOTS_METADATA:
            raise OperationInvalid(
                f"cannot delete inactive domain with {len(guest.snapshots)} snapshots"
            )
        if guest.has_checkpoints and not flags & DomainUndefine.CHECKPOINTS_METADATA:
            raise OperationInvalid(
                f"cannot delete inactive domain with {len(guest.checkpoints)} checkpoints"
            )


def _kill(run: Run, *, gently: bool) -> None:
    """End a guest's QEMU; its guest is left as it is.  Raises OperationFailed."""
    if not (run.process.kill(gently=True, timeout=_GRACE) if gently else run.process.kill()):
        raise OperationFailed(
            f"Failed to terminate process {run.process.pid} with "
            f"SIG{'TERM' if gently else 'KILL'}: Device or resource busy"
        )
