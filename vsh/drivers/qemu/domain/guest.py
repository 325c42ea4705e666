"""What the agent inside a guest answers."""

from __future__ import annotations

import base64

from vsh.api.domain import guest as theme
from vsh.api.domain.records import FilesystemInfo, GuestTime, InterfaceAddresses
from vsh.drivers.qemu import agent, cards, guest_information
from vsh.drivers.qemu.part import QemuPart
from vsh.errors import (
    AgentUnresponsive,
    ArgumentUnsupported,
    InvalidArgument,
    NoHostname,
    OperationUnsupported,
)
from vsh.qmp.value import integer, struct, structs, text, texts
from vsh.words.domain.guest import (
    DomainAuthorizedSSHKeysSet,
    DomainGetHostname,
    DomainInterfaceAddressesSource,
    DomainSetTime,
    DomainSetUserPassword,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.types import TypedParams
    from vsh.qmp.value import Value

_LONGEST_TIME = 2**63 - 1
_LEAST_TIMEOUT = -2


class Guest(QemuPart, answers=theme):
    """Answers of the guest itself."""

    def _ask(self, domain: Domain, name: str, arguments: dict[str, object] | None = None) -> Value:
        with self.guests.query(domain, active=True) as guest:
            return agent.ask(guest, name, arguments)

    def get_hostname(self, domain: Domain, flags: int = 0) -> str:
        kinds = DomainGetHostname
        self.accept(flags, kinds.LEASE | kinds.AGENT, "qemuDomainGetHostname")
        if flags & kinds.LEASE:
            if flags & kinds.AGENT:
                raise InvalidArgument.whole(
                    "Flags 'VIR_DOMAIN_GET_HOSTNAME_LEASE' and 'VIR_DOMAIN_GET_HOSTNAME_AGENT' "
                    "are mutually exclusive"
                )
            with self.guests.query(domain, active=True) as guest:
                name = cards.leased_name(self.hypervisor, guest.definition)
            if name is None:
                raise NoHostname(f"no hostname found for domain {domain.name}")
            return name
        with self.guests.query(domain, active=True) as guest:
            agent.check_available(guest)
            try:
                told = agent.ask(guest, "guest-get-host-name")
            except (AgentUnresponsive, agent.AgentRefused):  # it is there, and does not say
                raise NoHostname(f"no hostname found for domain {domain.name}") from None
            return text(struct(told)["host-name"])

    def get_time(self, domain: Domain, flags: int = 0) -> GuestTime:
        self.accept(flags, 0, "qemuDomainGetTime")
        nanoseconds = integer(self._ask(domain, "guest-get-time"))
        return GuestTime(*divmod(nanoseconds, 1_000_000_000))

    def set_time(self, domain: Domain, seconds: int, nanoseconds: int, flags: int = 0) -> None:
        self.accept(flags, DomainSetTime.SYNC, "qemuDomainSetTime")
        arguments: dict[str, object] | None = None
        if not flags & DomainSetTime.SYNC:
            if seconds > _LONGEST_TIME // 1_000_000_000:
                raise InvalidArgument(f"Time '{seconds}' is too big for guest agent")
            arguments = {"time": seconds * 1_000_000_000 + nanoseconds}
        with self.guests.modify(domain) as guest:
            ticking = guest.definition.os.arch in ("i686", "x86_64")
            if ticking and not guest.active:  # what no QEMU can, libvirt says before it looks
                raise OperationUnsupported(
                    "cannot set time: qemu doesn't support rtc-reset-reinjection command"
                )
            agent.ask(guest, "guest-set-time", arguments)
            if ticking:
                # ticks that were missed must not be made up for now
                guest.ask("rtc-reset-reinjection")

    # ---- file systems

    def fstrim(self, domain: Domain, mountpoint: str | None, minimum: int, flags: int = 0) -> None:
        self.accept(flags, 0, "qemuDomainFSTrim")
        if mountpoint is not None:
            raise ArgumentUnsupported("Specifying mount point is not supported for now")
        self._ask(domain, "guest-fstrim", {"minimum": minimum})

    def fsfreeze(self, domain: Domain, mountpoints: list[str], flags: int = 0) -> int:
        self.accept(flags, 0, "qemuDomainFSFreeze")
        if mountpoints:
            given: dict[str, object] = {"mountpoints": mountpoints}
            return integer(self._ask(domain, "guest-fsfreeze-freeze-list", given))
        return integer(self._ask(domain, "guest-fsfreeze-freeze"))

    def fsthaw(self, domain: Domain, mountpoints: list[str], flags: int = 0) -> int:
        self.accept(flags, 0, "qemuDomainFSThaw")
        if mountpoints:
            raise ArgumentUnsupported("specifying mountpoints is not supported")
        return integer(self._ask(domain, "guest-fsfreeze-thaw"))

    def get_fsinfo(self, domain: Domain, flags: int = 0) -> list[FilesystemInfo]:
        self.accept(flags, 0, "qemuDomainGetFSInfo")
        with self.guests.query(domain, active=True) as guest:
            found = structs(agent.ask(guest, "guest-get-fsinfo"))
            return [  # as they were mounted, which the agent tells the last first
                FilesystemInfo(
                    each["mountpoint"],
                    each["name"],
                    each["type"],
                    guest_information.targets(guest.definition, structs(each["disk"])),
                )
                for each in reversed(found)
            ]

    # ---- who and where

    def interface_addresses(
        self, domain: Domain, source: int, flags: int = 0
    ) -> list[InterfaceAddresses]:
        self.accept(flags, 0, "qemuDomainInterfaceAddresses")
        kinds = DomainInterfaceAddressesSource
        with self.guests.query(domain, active=True) as guest:
            if source == kinds.AGENT:
                told = agent.ask(guest, "guest-network-get-interfaces")
                return guest_information.interfaces(structs(told))
            if source == kinds.ARP:
                return guest_information.neighbours(guest.definition)
            if source != kinds.LEASE:
                raise ArgumentUnsupported(f"Unknown IP address data source {source}")
            return cards.leased(self.hypervisor, guest.definition)

    def get_guest_info(self, domain: Domain, types: int, flags: int = 0) -> TypedParams:
        self.accept(flags, 0, "qemuDomainGetGuestInfo")
        with self.guests.query(domain) as guest:
            return guest_information.gather(guest, types)

    def set_user_password(
        self, domain: Domain, user: str | None, password: str | None, flags: int = 0
    ) -> None:
        self.accept(flags, DomainSetUserPassword.ENCRYPTED, "qemuDomainSetUserPassword")
        self._ask(
            domain,
            "guest-set-user-password",
            {
                "crypted": bool(flags & DomainSetUserPassword.ENCRYPTED),
                "username": user or "",
                "password": base64.b64encode((password or "").encode()).decode(),
            },
        )

    def authorized_ssh_keys_get(self, domain: Domain, user: str, flags: int = 0) -> list[str]:
        self.accept(flags, 0, "qemuDomainAuthorizedSSHKeysGet")
        found = struct(self._ask(domain, "guest-ssh-get-authorized-keys", {"username": user}))
        return texts(found["keys"])

    def authorized_ssh_keys_set(
        self, domain: Domain, user: str, keys: list[str], flags: int = 0
    ) -> None:
        kinds = DomainAuthorizedSSHKeysSet
        self.accept(flags, kinds.APPEND | kinds.REMOVE, "qemuDomainAuthorizedSSHKeysSet")
        arguments: dict[str, object] = {"username": user, "keys": keys}
        if flags & kinds.REMOVE:
            self._ask(domain, "guest-ssh-remove-authorized-keys", arguments)
        else:
            arguments["reset"] = not flags & kinds.APPEND
            self._ask(domain, "guest-ssh-add-authorized-keys", arguments)

    def agent_set_response_timeout(self, domain: Domain, timeout: int, flags: int = 0) -> int:
        self.accept(flags, 0, "qemuDomainAgentSetResponseTimeout")
        if timeout < _LEAST_TIMEOUT:
            raise InvalidArgument(
                f"guest agent timeout '{timeout}' is less than the minimum '{_LEAST_TIMEOUT}'"
            )
        with self.guests.modify(domain) as guest:  # one that is off keeps it for when it runs
            guest.agent_timeout = timeout
            return 0
