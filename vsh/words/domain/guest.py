"""What the guest agent is asked for."""

from vsh.words import Enumeration, Flags


class DomainInterfaceAddressesSource(Enumeration, prefix="VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_"):
    """Whom to ask for addresses."""

    LEASE = 0
    AGENT = 1
    ARP = 2


class DomainAgentResponseTimeout(Enumeration, prefix="VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_"):
    """Special time-outs of the guest's agent."""

    BLOCK = -2
    DEFAULT = -1
    NOWAIT = 0


class DomainGetHostname(Flags, prefix="VIR_DOMAIN_GET_HOSTNAME_"):
    """Whom to ask for the guest's name."""

    LEASE = 1
    AGENT = 2


class DomainSetTime(Flags, prefix="VIR_DOMAIN_TIME_"):
    """Where the time comes from."""

    SYNC = 1


class DomainSetUserPassword(Flags, prefix="VIR_DOMAIN_PASSWORD_"):
    """How the password is given."""

    ENCRYPTED = 1


class DomainGuestInfoTypes(Flags, prefix="VIR_DOMAIN_GUEST_INFO_"):
    """Groups of what a guest tells."""

    USERS = 1
    OS = 2
    TIMEZONE = 4
    HOSTNAME = 8
    FILESYSTEM = 1 << 4
    DISKS = 1 << 5
    INTERFACES = 1 << 6
    LOAD = 1 << 7
    DEVICES = 1 << 8


class DomainAuthorizedSSHKeysSet(Flags, prefix="VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_"):
    """Whether to add or remove instead of replacing."""

    APPEND = 1
    REMOVE = 2
