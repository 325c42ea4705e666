"""The inside of a guest: its clock, name, file systems, addresses, keys and signals."""

from __future__ import annotations

from vsh.api.domain.records import (
    ControlInfo,
    FilesystemInfo,
    GuestTime,
    InterfaceAddresses,
    IpAddress,
    SecurityLabel,
)
from vsh.drivers.test import device_model
from vsh.drivers.test._part import Part
from vsh.drivers.test.network import address_in, network_named
from vsh.drivers.test.world import RUNNING
from vsh.errors import ArgumentUnsupported, InternalError, InvalidArgument, OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.test.world import Vm

_MOUNT_POINTS = ("/", "/boot")
_SYNC = 1
_ENCRYPTED = 1
_SIGNALS = 65
_SOURCES = 3

# virDomainControlState and the error details that follow from the guest's clock
_OK, _JOB, _OCCUPIED, _ERROR = 0, 1, 2, 3

# virDomainTaintFlags by number
TAINTS = (
    "custom configuration parameters specified",
    "custom monitor control commands issued",
    "running with undesirable elevated privileges",
    "network configuration using opaque shell scripts",
    "potentially unsafe disk format probing",
    "managing externally launched configuration",
    "potentially unsafe use of host CPU passthrough",
    "configuration potentially modified by hook script",
    "use of host cdrom passthrough",
    "custom device tree blob used",
    "custom guest agent control commands issued",
    "hypervisor feature autodetection override",
    "use of deprecated configuration settings",
    "custom device configuration",
    "nbdkit restart failed",
)


class Guest(Part):
    """The inside of a guest."""

    def domain_get_hostname(self, domain: Any, flags: int = 0) -> str:
        self.accept(flags, 0, "testDomainGetHostname")
        self.domain(domain, active=True)
        return f"{domain.name}host"

    def domain_get_time(self, domain: Any, flags: int = 0) -> GuestTime:
        self.accept(flags, 0, "testDomainGetTime")
        with self.domain(domain) as vm:
            if vm.state != RUNNING:
                raise OperationInvalid("domain is not running")
            return GuestTime(vm.seconds, vm.nanoseconds)

    def domain_set_time(self, domain: Any, seconds: int, nanoseconds: int, flags: int = 0) -> None:
        self.accept(flags, _SYNC, "testDomainSetTime")
        with self.domain(domain, active=True) as vm:
            vm.seconds, vm.nanoseconds = seconds, nanoseconds

    def domain_get_control_info(self, domain: Any, flags: int = 0) -> ControlInfo:
        self.accept(flags, 0, "testDomainGetControlInfo")
        with self.domain(domain, active=True) as vm:
            # the guest's clock picks the answer, so that a test can have any
            now = vm.seconds
            if 0 < now < 10000:
                return ControlInfo(_JOB, 0, now)
            if 10000 <= now < 30000:
                return ControlInfo(_OCCUPIED, 0, now - 10000)
            if 30000 <= now < 60000:
                return ControlInfo(_ERROR, now % 4, now - 30000)
            return ControlInfo(_OK, 0, 0)

    def domain_fsfreeze(self, domain: Any, mountpoints: list[str], flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainFSFreeze")
        with self.domain(domain, active=True) as vm:
            return _freeze(vm, mountpoints, frozen=True)

    def domain_fsthaw(self, domain: Any, mountpoints: list[str], flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainFSThaw")
        with self.domain(domain, active=True) as vm:
            return _freeze(vm, mountpoints, frozen=False)

    def domain_fstrim(
        self, domain: Any, mountpoint: str | None, minimum: int, flags: int = 0
    ) -> None:
        self.accept(flags, 0, "testDomainFSTrim")
        self.domain(domain, active=True)
        if mountpoint is not None and mountpoint not in _MOUNT_POINTS:
            raise OperationInvalid(f"mount point not found: {mountpoint}")

    def domain_get_fsinfo(self, domain: Any, flags: int = 0) -> list[FilesystemInfo]:
        self.accept(flags, 0, "testDomainGetFSInfo")
        with self.domain(domain, active=True) as vm:
            for disk in device_model.disks(vm.definition):
                if disk.device == "disk":
                    target = disk.target
                    return [
                        FilesystemInfo(mountpoint, f"{target}{number}", "ext4", [target])
                        for number, mountpoint in enumerate(_MOUNT_POINTS, 1)
                    ]
        return []

    def domain_interface_addresses(
        self, domain: Any, source: int, flags: int = 0
    ) -> list[InterfaceAddresses]:
        self.accept(flags, 0, "testDomainInterfaceAddresses")
        if source >= _SOURCES:
            raise ArgumentUnsupported(f"Unknown IP address data source {source}")
        with self.domain(domain, active=True) as vm:
            answer = []
            for number, interface in enumerate(device_model.interfaces(vm.definition)):
                if interface.type == "network":
                    offset = 20 * (vm.id - 1) + number + 1
                    network = network_named(self.world, device_model.network_of(interface))
                    address = address_in(network, offset)
                else:
                    address = IpAddress(0, f"192.168.0.{1 + number}", 24)
                answer.append(InterfaceAddresses(interface.target, interface.mac, [address]))
            return answer

    def domain_set_user_password(
        self, domain: Any, user: str | None = None, password: str | None = None, flags: int = 0
    ) -> None:
        self.accept(flags, _ENCRYPTED, "testDomainSetUserPassword")
        self.domain(domain, active=True)

    def domain_inject_nmi(self, domain: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainInjectNMI")
        self.domain(domain, active=True)

    def domain_send_key(
        self, domain: Any, codeset: int, hold: int, codes: list[int], flags: int = 0
    ) -> None:
        self.accept(flags, 0, "testDomainSendKey")
        self.domain(domain, active=True)
        from vsh.drivers.test._keycodes import KEY_SETS
        from vsh.xml.engine.values import parse_set

        name, ranges = KEY_SETS[codeset] if codeset < len(KEY_SETS) else (str(codeset), "")
        known = parse_set(ranges) if ranges else ()
        for code in codes:
            if code not in known:
                raise InternalError(f"invalid keycode {code} of {name} codeset")

    def domain_send_process_signal(
        self, domain: Any, pid: int, number: int, flags: int = 0
    ) -> None:
        self.accept(flags, 0, "testDomainSendProcessSignal")
        if pid != 1:
            raise InvalidArgument("only sending a signal to pid 1 is supported")
        if number >= _SIGNALS:
            raise InvalidArgument(f"signum value {number} is out of range")
        self.domain(domain)

    def domain_get_security_label(self, domain: Any) -> SecurityLabel:
        with self.domain(domain) as vm:
            return SecurityLabel("libvirt-test", 1) if vm.active else SecurityLabel("", 0)

    def domain_get_launch_security_info(self, domain: Any, flags: int = 0) -> Any:
        from vsh.api.types import TypedParams

        # libvirt's public layer always says that strings are welcome, which this function refuses
        self.accept(flags | 4, 0, "testDomainGetLaunchSecurityInfo")
        return TypedParams()

    def domain_get_messages(self, domain: Any, flags: int = 0) -> list[str]:
        self.accept(flags, 7, "testDomainGetMessages")
        with self.domain(domain) as vm:
            _ = vm.definition
            messages = []
            if not flags or flags & 2:
                messages += [f"tainted: {TAINTS[number]}" for number in sorted(vm.taints)]
            if not flags or flags & 1:
                messages += [f"deprecated configuration: {text}" for text in vm.deprecations]
            return messages


def _freeze(vm: Vm, mountpoints: list[str], *, frozen: bool) -> int:
    wanted = []
    for mountpoint in mountpoints or _MOUNT_POINTS:
        if mountpoint not in _MOUNT_POINTS:
            raise OperationInvalid(f"mount point not found: {mountpoint}")
        wanted.append(_MOUNT_POINTS.index(mountpoint))
    changed = {number for number in wanted if vm.frozen[number] is not frozen}
    for number in changed:
        vm.frozen[number] = frozen
    return len(changed)
