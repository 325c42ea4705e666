"""What the guest agent is asked for."""


class DomainInterfaceAddressesSource:
    """Whom to ask for addresses."""

    prefix = "VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_"
    LEASE = 0
    AGENT = 1
    ARP = 2


class DomainAgentResponseTimeout:
    """Special time-outs of the guest's agent."""

    prefix = "VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_"
    BLOCK = -2
    DEFAULT = -1
    NOWAIT = 0


class DomainGetHostname:
    """Whom to ask for the guest's name."""

    prefix = "VIR_DOMAIN_GET_HOSTNAME_"
    LEASE = 1
    AGENT = 2


class DomainSetTime:
    """Where the time comes from."""

    prefix = "VIR_DOMAIN_TIME_"
    SYNC = 1


class DomainSetUserPassword:
    """How the password is given."""

    prefix = "VIR_DOMAIN_PASSWORD_"
    ENCRYPTED = 1


class DomainGuestInfoTypes:
    """Groups of what a guest tells."""

    prefix = "VIR_DOMAIN_GUEST_INFO_"
    USERS = 1
    OS = 2
    TIMEZONE = 4
    HOSTNAME = 8
    FILESYSTEM = 1 << 4
    DISKS = 1 << 5
    INTERFACES = 1 << 6
    LOAD = 1 << 7
    DEVICES = 1 << 8


class DomainAuthorizedSSHKeysSet:
    """Whether to add or remove instead of replacing."""

    prefix = "VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_"
    APPEND = 1
    REMOVE = 2
