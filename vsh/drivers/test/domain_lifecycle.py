"""Defining, starting, stopping and removing guests, and what else changes their state."""

from __future__ import annotations

from vsh.api.domain import Domain
from vsh.drivers import _events as events
from vsh.drivers.test import definitions
from vsh.drivers.test._part import Part
from vsh.drivers.test.world import PAUSED, RUNNING, SHUTOFF
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    InvalidArgument,
    OperationInvalid,
    XmlDetail,
    XmlError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.test.world import Vm

# reasons, each in its own state's numbers
BOOTED, UNPAUSED = 1, 5
PAUSED_BY_USER = 1
SHUT_DOWN, DESTROYED = 1, 2

# what on_poweroff and on_reboot may say that leaves the guest running
_GOES_ON = ("restart", "rename-restart")

_VALIDATE = 1  # VIR_DOMAIN_DEFINE_VALIDATE
_START_VALIDATE = 16
_GRACEFUL = 1
_REBOOT_MODES = 1 | 2 | 4 | 8 | 16
_UNDEFINE_SAVED, _UNDEFINE_SNAPSHOTS = 1, 2

# virDomainLifecycle: the attribute of each number, and what libvirt calls it in messages
_ACTION_FIELDS = ("on_poweroff", "on_reboot", "on_crash")
_LIFECYCLES = ("poweroff", "reboot", "crash")
_ACTIONS = (
    "destroy",
    "restart",
    "rename-restart",
    "preserve",
    "coredump-destroy",
    "coredump-restart",
)


class DomainLifecycle(Part):
    """The life of a guest."""

    # ---- definitions

    def domain_define_xml(self, connection: Any, xml: str) -> Domain:
        return self.domain_define_xml_flags(connection, xml, 0)

    def domain_define_xml_flags(self, connection: Any, xml: str, flags: int = 0) -> Domain:
        self.accept(flags, _VALIDATE, "testDomainDefineXMLFlags")
        definition = definitions.parsed(xml, validate=bool(flags & _VALIDATE))
        if "\n" in definition.name:
            raise XmlDetail("invalid char in name: \n")
        definitions.name_interfaces(definition)
        with self.world.lock:
            vm, old = self.world.take_definition(definition)
            vm.persistent = True
            self.lifecycle_event(vm, events.DEFINED, 0 if old is None else 1)
            return Domain(connection, vm.name, vm.uuid, vm.id)

    def domain_undefine(self, domain: Any) -> None:
        self.domain_undefine_flags(domain, 0)

    def domain_undefine_flags(self, domain: Any, flags: int = 0) -> None:
        self.accept(flags, _UNDEFINE_SAVED | _UNDEFINE_SNAPSHOTS, "testDomainUndefineFlags")
        with self.domain(domain) as vm:
            if vm.managed_save and not flags & _UNDEFINE_SAVED:
                raise OperationInvalid(
                    "Refusing to undefine while domain managed save image exists"
                )
            if not vm.active and vm.has_snapshots and not flags & _UNDEFINE_SNAPSHOTS:
                raise OperationInvalid(
                    f"cannot delete inactive domain with {len(vm.snapshots)} snapshots"
                )
            self.lifecycle_event(vm, events.UNDEFINED, 0)
            vm.managed_save = False
            if vm.active:
                vm.persistent = False
            else:
                self.world.remove(vm)

    def domain_rename(self, domain: Any, new_name: str | None, flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainRename")
        name = new_name or ""
        with self.domain(domain) as vm:
            if vm.active:
                raise OperationInvalid("cannot rename active domain")
            if not vm.persistent:
                raise OperationInvalid("cannot rename a transient domain")
            if vm.state != SHUTOFF:
                raise OperationInvalid("domain has to be shutoff before renaming")
            if vm.name == name:
                raise OperationInvalid("Can't rename domain to itself")
            if name in self.world.by_name:
                raise OperationInvalid(f"domain with name '{name}' already exists")
            if "/" in name:
                raise XmlError(f"name {name} cannot contain '/'")
            self.lifecycle_event(vm, events.UNDEFINED, 1)
            self.world.rename(vm, name)
            self.lifecycle_event(vm, events.DEFINED, 2)
            return 0

    # ---- start and stop

    def domain_create(self, domain: Any) -> None:
        self.domain_create_with_flags(domain, 0)

    def domain_create_with_flags(self, domain: Any, flags: int = 0) -> Domain:
        self.accept(flags, 0, "testDomainCreateWithFlags")
        with self.domain(domain) as vm:
            if vm.state != SHUTOFF:
                raise InternalError(f"Domain '{domain.name}' is already running")
            vm.start(BOOTED)
            domain.id = vm.id
            self.lifecycle_event(vm, events.STARTED, 0)
            return Domain(domain.connection, vm.name, vm.uuid, vm.id)

    def domain_create_with_files(self, domain: Any, files: list[int], flags: int = 0) -> Domain:
        return self.domain_create_with_flags(domain, flags)

    def domain_create_xml(self, connection: Any, xml: str, flags: int = 0) -> Domain:
        self.accept(flags, _START_VALIDATE, "testDomainCreateXML")
        definition = definitions.parsed(xml, validate=bool(flags & _START_VALIDATE))
        definitions.name_interfaces(definition)
        with self.world.lock:
            vm, _ = self.world.take_definition(definition, live=True)
            vm.start(BOOTED)
            self.lifecycle_event(vm, events.STARTED, 0)
            return Domain(connection, vm.name, vm.uuid, vm.id)

    def domain_create_xml_with_files(
        self, connection: Any, xml: str, files: list[int], flags: int = 0
    ) -> Domain:
        return self.domain_create_xml(connection, xml, flags)

    def domain_destroy(self, domain: Any) -> None:
        self.domain_destroy_flags(domain, 0)

    def domain_destroy_flags(self, domain: Any, flags: int = 0) -> None:
        self.accept(flags, _GRACEFUL, "testDomainDestroyFlags")
        with self.domain(domain, active=True) as vm:
            self.stop(vm, DESTROYED, 1)

    def domain_shutdown(self, domain: Any) -> None:
        self.domain_shutdown_flags(domain, 0)

    def domain_shutdown_flags(self, domain: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainShutdownFlags")
        with self.domain(domain) as vm:
            if vm.state == SHUTOFF:
                raise InternalError(f"domain '{domain.name}' not running")
            self._act(vm, vm.definition.on_poweroff)

    def domain_reboot(self, domain: Any, flags: int = 0) -> None:
        self.accept(flags, _REBOOT_MODES, "testDomainReboot")
        with self.domain(domain, active=True) as vm:
            self._act(vm, vm.definition.on_reboot)

    def domain_reset(self, domain: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainReset")
        self.domain(domain, active=True)

    def domain_suspend(self, domain: Any) -> None:
        with self.domain(domain) as vm:
            if vm.state in (SHUTOFF, PAUSED):
                raise InternalError(f"domain '{domain.name}' not running")
            vm.state, vm.reason = PAUSED, PAUSED_BY_USER
            self.lifecycle_event(vm, events.SUSPENDED, 0)

    def domain_resume(self, domain: Any) -> None:
        with self.domain(domain) as vm:
            if vm.state != PAUSED:
                raise InternalError(f"domain '{domain.name}' not paused")
            vm.state, vm.reason = RUNNING, UNPAUSED
            self.lifecycle_event(vm, events.RESUMED, 0)

    # ---- settings of its life

    def domain_get_autostart(self, domain: Any) -> int:
        return int(self.domain(domain).autostart)

    def domain_set_autostart(self, domain: Any, autostart: int) -> None:
        with self.domain(domain) as vm:
            vm.autostart = bool(autostart)

    def domain_set_lifecycle_action(
        self, domain: Any, kind: int, action: int, flags: int = 0
    ) -> None:
        self.accept(flags, 3, "testDomainSetLifecycleAction")
        if not 0 <= kind < len(_LIFECYCLES):
            raise InvalidArgument(f"invalid lifecycle type '{kind}'")
        if not 0 <= action < len(_ACTIONS):
            raise InvalidArgument(f"invalid lifecycle action '{action}'")
        if kind != 2 and action >= 4:
            raise ConfigUnsupported(
                f"Lifecycle event '{_LIFECYCLES[kind]}' doesn't support '{_ACTIONS[action]}' action"
            )
        with self.domain(domain) as vm:
            for definition in vm.both(flags):
                if definition is not None:
                    setattr(definition, _ACTION_FIELDS[kind], _ACTIONS[action])

    def _act(self, vm: Vm, action: str | None) -> None:
        if action in _GOES_ON:
            vm.state, vm.reason = RUNNING, BOOTED
        else:
            self.stop(vm, SHUT_DOWN, 0)
