"""The inside of a guest: its clock, name, file systems, addresses and users."""

from __future__ import annotations

from vsh.api.domain import guest
from vsh.api.domain.records import FilesystemInfo, GuestTime, InterfaceAddresses, IpAddress
from vsh.drivers.test import device_model
from vsh.drivers.test.network import address_in
from vsh.drivers.test.part import TestPart
from vsh.errors import ArgumentUnsupported, OperationInvalid
from vsh.words.domain.guest import DomainSetTime, DomainSetUserPassword
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain

_MOUNT_POINTS = ("/", "/boot")
_SOURCES = 3


class Guest(TestPart, answers=guest):
    """Answers about guest."""

    def get_hostname(self, domain: Domain, flags: int = 0) -> str:
        self.accept(flags, 0, "testDomainGetHostname")
        self.guests.check(domain, active=True)
        return f"{domain.name}host"

    def get_time(self, domain: Domain, flags: int = 0) -> GuestTime:
        self.accept(flags, 0, "testDomainGetTime")
        with self.guests.modify(domain) as guest:
            if guest.state != DomainState.RUNNING:
                raise OperationInvalid("domain is not running")
            return GuestTime(guest.seconds, guest.nanoseconds)

    def set_time(self, domain: Domain, seconds: int, nanoseconds: int, flags: int = 0) -> None:
        self.accept(flags, DomainSetTime.SYNC, "testDomainSetTime")
        with self.guests.modify(domain, active=True) as guest:
            guest.seconds, guest.nanoseconds = seconds, nanoseconds

    def fsfreeze(self, domain: Domain, mountpoints: list[str], flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainFSFreeze")
        with self.guests.modify(domain, active=True) as guest:
            return _freeze(guest.frozen, mountpoints, frozen=True)

    def fsthaw(self, domain: Domain, mountpoints: list[str], flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainFSThaw")
        with self.guests.modify(domain, active=True) as guest:
            return _freeze(guest.frozen, mountpoints, frozen=False)

    def fstrim(self, domain: Domain, mountpoint: str | None, minimum: int, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainFSTrim")
        self.guests.check(domain, active=True)
        if mountpoint is not None and mountpoint not in _MOUNT_POINTS:
            raise OperationInvalid(f"mount point not found: {mountpoint}")

    def get_fsinfo(self, domain: Domain, flags: int = 0) -> list[FilesystemInfo]:
        self.accept(flags, 0, "testDomainGetFSInfo")
        with self.guests.modify(domain, active=True) as guest:
            for disk in guest.definition.disks:
                if disk.device == "disk":
                    target = disk.target
                    return [
                        FilesystemInfo(mountpoint, f"{target}{number}", "ext4", [target])
                        for number, mountpoint in enumerate(_MOUNT_POINTS, 1)
                    ]
        return []

    def interface_addresses(
        self, domain: Domain, source: int, flags: int = 0
    ) -> list[InterfaceAddresses]:
        self.accept(flags, 0, "testDomainInterfaceAddresses")
        if source >= _SOURCES:
            raise ArgumentUnsupported(f"Unknown IP address data source {source}")
        with self.guests.query(domain, active=True) as guest:
            answer = []
            for number, interface in enumerate(guest.definition.interfaces):
                if interface.type == "network":
                    offset = 20 * (guest.id - 1) + number + 1
                    network = self.hypervisor.networks.called(device_model.network_of(interface))
                    address = address_in(network, offset)
                else:
                    address = IpAddress(0, f"192.168.0.{1 + number}", 24)
                answer.append(InterfaceAddresses(interface.target, interface.mac, [address]))
            return answer

    def set_user_password(
        self, domain: Domain, user: str | None = None, password: str | None = None, flags: int = 0
    ) -> None:
        self.accept(flags, DomainSetUserPassword.ENCRYPTED, "testDomainSetUserPassword")
        self.guests.check(domain, active=True)


def _freeze(now: list[bool], mountpoints: list[str], *, frozen: bool) -> int:
    wanted = []
    for mountpoint in mountpoints or _MOUNT_POINTS:
        if mountpoint not in _MOUNT_POINTS:
            raise OperationInvalid(f"mount point not found: {mountpoint}")
        wanted.append(_MOUNT_POINTS.index(mountpoint))
    changed = {number for number in wanted if now[number] is not frozen}
    for number in changed:
        now[number] = frozen
    return len(changed)
