"""libvirt's error numbers and texts, and one class for each cause that a caller can act on.

Where the facts come from: libvirt's virterror.h.  ``str(error)`` is the message as libvirt words
it, without the "error: " that the command line puts before it in one place.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol, Self

    class Finding(Protocol):
        """One thing that is wrong with a document that was refused; see
        ``vsh.redefine.rule.Problem``."""

        warning: bool

        @property
        def hint(self) -> str | None: ...
        @property
        def place(self) -> str: ...
        def text(self) -> str: ...
        def explanation(self) -> str: ...
        def data(self) -> dict[str, object]: ...


# number: (name without VIR_ERR_, text around the detail)
NUMBERS = {
    1: ("INTERNAL_ERROR", "internal error: %s"),
    2: ("NO_MEMORY", "out of memory: %s"),
    3: ("NO_SUPPORT", "this function is not supported by the connection driver: %s"),
    4: ("UNKNOWN_HOST", "unknown host %s"),
    5: ("NO_CONNECT", "no connection driver available for %s"),
    6: ("INVALID_CONN", "invalid connection pointer in %s"),
    7: ("INVALID_DOMAIN", "invalid domain pointer in %s"),
    8: ("INVALID_ARG", "invalid argument: %s"),
    9: ("OPERATION_FAILED", "operation failed: %s"),
    10: ("GET_FAILED", "GET operation failed: %s"),
    11: ("POST_FAILED", "POST operation failed: %s"),
    12: ("HTTP_ERROR", "got unknown HTTP error code %s"),
    13: ("SEXPR_SERIAL", "failed to serialize S-Expr: %s"),
    14: ("NO_XEN", "could not use Xen hypervisor entry %s"),
    15: ("XEN_CALL", "failed Xen syscall %s"),
    16: ("OS_TYPE", "unknown OS type %s"),
    17: ("NO_KERNEL", "missing kernel information: %s"),
    18: ("NO_ROOT", "missing root device information in %s"),
    19: ("NO_SOURCE", "missing source information for device %s"),
    20: ("NO_TARGET", "missing target information for device %s"),
    21: ("NO_NAME", "missing name information in %s"),
    22: ("NO_OS", "missing operating system information for %s"),
    23: ("NO_DEVICE", "missing devices information for %s"),
    24: ("NO_XENSTORE", "could not connect to Xen Store %s"),
    25: ("DRIVER_FULL", "too many drivers registered in %s"),
    26: ("CALL_FAILED", "library call failed: %s"),
    27: ("XML_ERROR", "XML error: %s"),
    28: ("DOM_EXIST", "domain %s exists already"),
    29: ("OPERATION_DENIED", "operation forbidden: %s"),
    30: ("OPEN_FAILED", "failed to open configuration file %s"),
    31: ("READ_FAILED", "failed to read configuration file %s"),
    32: ("PARSE_FAILED", "failed to parse configuration file %s"),
    33: ("CONF_SYNTAX", "configuration file syntax error: %s"),
    34: ("WRITE_FAILED", "failed to write configuration file: %s"),
    35: ("XML_DETAIL", "%s"),
    36: ("INVALID_NETWORK", "invalid network pointer in %s"),
    37: ("NETWORK_EXIST", "network %s exists already"),
    38: ("SYSTEM_ERROR", "%s"),
    39: ("RPC", "%s"),
    40: ("GNUTLS_ERROR", "%s"),
    41: ("WAR_NO_NETWORK", "Failed to find the network: %s"),
    42: ("NO_DOMAIN", "Domain not found: %s"),
    43: ("NO_NETWORK", "Network not found: %s"),
    44: ("INVALID_MAC", "invalid MAC address: %s"),
    45: ("AUTH_FAILED", "authentication failed: %s"),
    46: ("INVALID_STORAGE_POOL", "invalid storage pool pointer in %s"),
    47: ("INVALID_STORAGE_VOL", "invalid storage volume pointer in %s"),
    48: ("WAR_NO_STORAGE", "Failed to find a storage driver: %s"),
    49: ("NO_STORAGE_POOL", "Storage pool not found: %s"),
    50: ("NO_STORAGE_VOL", "Storage volume not found: %s"),
    51: ("WAR_NO_NODE", "Failed to find a node driver: %s"),
    52: ("INVALID_NODE_DEVICE", "invalid node device pointer in %s"),
    53: ("NO_NODE_DEVICE", "Node device not found: %s"),
    54: ("NO_SECURITY_MODEL", "Security model not found: %s"),
    55: ("OPERATION_INVALID", "Requested operation is not valid: %s"),
    56: ("WAR_NO_INTERFACE", "Failed to find the interface: %s"),
    57: ("NO_INTERFACE", "Interface not found: %s"),
    58: ("INVALID_INTERFACE", "invalid interface pointer in %s"),
    59: ("MULTIPLE_INTERFACES", "multiple matching interfaces found: %s"),
    60: ("WAR_NO_NWFILTER", "Failed to start the nwfilter driver: %s"),
    61: ("INVALID_NWFILTER", "Invalid network filter: %s"),
    62: ("NO_NWFILTER", "Network filter not found: %s"),
    63: ("BUILD_FIREWALL", "Error while building firewall: %s"),
    64: ("WAR_NO_SECRET", "Failed to find a secret storage driver: %s"),
    65: ("INVALID_SECRET", "Invalid secret: %s"),
    66: ("NO_SECRET", "Secret not found: %s"),
    67: ("CONFIG_UNSUPPORTED", "unsupported configuration: %s"),
    68: ("OPERATION_TIMEOUT", "Timed out during operation: %s"),
    69: ("MIGRATE_PERSIST_FAILED", "Failed to make domain persistent after migration: %s"),
    70: ("HOOK_SCRIPT_FAILED", "Hook script execution failed: %s"),
    71: ("INVALID_DOMAIN_SNAPSHOT", "Invalid domain snapshot: %s"),
    72: ("NO_DOMAIN_SNAPSHOT", "Domain snapshot not found: %s"),
    73: ("INVALID_STREAM", "invalid stream pointer in %s"),
    74: ("ARGUMENT_UNSUPPORTED", "argument unsupported: %s"),
    75: ("STORAGE_PROBE_FAILED", "Storage pool probe failed: %s"),
    76: ("STORAGE_POOL_BUILT", "Storage pool already built: %s"),
    77: ("SNAPSHOT_REVERT_RISKY", "revert requires force: %s"),
    78: ("OPERATION_ABORTED", "operation aborted: %s"),
    79: ("AUTH_CANCELLED", "authentication cancelled: %s"),
    80: ("NO_DOMAIN_METADATA", "metadata not found: %s"),
    81: ("MIGRATE_UNSAFE", "Unsafe migration: %s"),
    82: ("OVERFLOW", "numerical overflow: %s"),
    83: ("BLOCK_COPY_ACTIVE", "block copy still active: %s"),
    84: ("OPERATION_UNSUPPORTED", "Operation not supported: %s"),
    85: ("SSH", "SSH transport error: %s"),
    86: ("AGENT_UNRESPONSIVE", "Guest agent is not responding: %s"),
    87: ("RESOURCE_BUSY", "resource busy: %s"),
    88: ("ACCESS_DENIED", "access denied: %s"),
    89: ("DBUS_SERVICE", "error from service: %s"),
    90: ("STORAGE_VOL_EXIST", "storage volume %s exists already"),
    91: ("CPU_INCOMPATIBLE", "the CPU is incompatible with host CPU: %s"),
    92: ("XML_INVALID_SCHEMA", "XML document failed to validate against schema: %s"),
    93: ("MIGRATE_FINISH_OK", "migration successfully aborted: %s"),
    94: ("AUTH_UNAVAILABLE", "authentication unavailable: %s"),
    95: ("NO_SERVER", "Server not found: %s"),
    96: ("NO_CLIENT", "Client not found: %s"),
    97: ("AGENT_UNSYNCED", "guest agent replied with wrong id to guest-sync command: %s"),
    98: ("LIBSSH", "libssh transport error: %s"),
    99: ("DEVICE_MISSING", "device not found: %s"),
    100: ("INVALID_NWFILTER_BINDING", "Invalid network filter binding: %s"),
    101: ("NO_NWFILTER_BINDING", "Network filter binding not found: %s"),
    102: ("INVALID_DOMAIN_CHECKPOINT", "Invalid domain checkpoint: %s"),
    103: ("NO_DOMAIN_CHECKPOINT", "Domain checkpoint not found: %s"),
    104: ("NO_DOMAIN_BACKUP", "Domain backup job id not found: %s"),
    105: ("INVALID_NETWORK_PORT", "Invalid network port pointer: %s"),
    106: ("NETWORK_PORT_EXIST", "network port %s exists already"),
    107: ("NO_NETWORK_PORT", "network port not found: %s"),
    108: ("NO_HOSTNAME", "no hostname found: %s"),
    109: ("CHECKPOINT_INCONSISTENT", "checkpoint inconsistent: %s"),
    110: ("MULTIPLE_DOMAINS", "multiple matching domains found: %s"),
    111: ("NO_NETWORK_METADATA", "metadata not found: %s"),
    112: ("AGENT_COMMAND_TIMEOUT", "guest agent command timed out: %s"),
    113: ("AGENT_COMMAND_FAILED", "guest agent command failed: %s"),
    114: ("INVALID_ENCR_KEY_SECRET", "Invalid encryption key for the secret: %s"),
}


class Domains:
    """Those parts of libvirt (``virErrorDomain``) that callers tell apart."""

    QEMU = 10
    REMOTE = 13
    STORAGE = 18


class Error(Exception):
    """Something that libvirt has a number for.

    detail   what is particular to this case; it is put into the text of the number (``NUMBERS``)
    code     libvirt's number (``virErrorNumber``)
    domain   the part of libvirt that says so (``Domains``), 0 where that is not known
    level    1 warning, 2 error
    hint     what the user can do about it, or None; never part of the message
    problems all that is wrong with the document that was refused, this being the first that is
             (``vsh.redefine.rule.Problem``)
    """

    problems: Sequence[Finding] = ()
    code = 1
    domain = 0
    level = 2
    hint: str | None = None
    facts: dict[str, object] | None = None

    def __init__(self, detail: str, *, hint: str | None = None) -> None:
        self.detail = detail
        super().__init__(NUMBERS[self.code][1].replace("%s", detail, 1))
        if hint is not None:
            self.hint = hint

    @classmethod
    def whole(cls, text: str) -> Self:
        """An error of this kind whose text is complete: nothing is put before it."""
        error = cls.__new__(cls)
        Exception.__init__(error, text)
        error.detail = text
        return error

    @property
    def message(self) -> str:
        """The whole message."""
        return str(self.args[0])


def from_wire(code: int, domain: int, message: str, level: int = 2) -> Error:
    """The Error that a daemon sent: its text is complete and is kept as it came."""
    kind = _class(code)
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    error.detail = message
    error.code = code
    error.domain = domain
    error.level = level
    return error


def _class(code: int) -> type[Error]:
    """The class of a number; ``Error`` where it has none of its own."""
    name = _kinds_by_code.get(code)
    return Error if name is None else getattr(sys.modules[__name__], name)


class CommandError(Exception):
    """A command failed for a reason of the command line's own: the text stands as it is.

    Raised ``from`` an Error it is the line above the reason: "Failed to start domain 'x'", then
    why.

    kind    what the reason is for programs, where a person is not told of it
    listed  whether all problems of the document behind it are shown in plain format, too
    """

    hint: str | None = None
    kind: type[Error] | None = None

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        kind: type[Error] | None = None,
        listed: bool = False,
    ) -> None:
        super().__init__(message)
        self.listed = listed
        if hint is not None:
            self.hint = hint
        if kind is not None:
            self.kind = kind

    @property
    def message(self) -> str:
        """The whole message; empty where the reason says it all."""
        return str(self.args[0])


class failing:  # noqa: N801 (used like a keyword: ``with failing("...")``)
    """Say what failed: an Error or CommandError raised inside is raised again below ``message``.

    The user reads two lines: the message, then the reason.
    """

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Error | CommandError):
            raise CommandError(self.message) from error


class doing:  # noqa: N801 (used like a keyword: ``with doing("...")``)
    """Say what an act was doing: an Error raised inside goes on, with ``message`` as a note.

    The user reads the message, then the error; a program catches the error itself, and finds the
    notes, innermost first, where Python puts them (``__notes__``).
    """

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Error):
            error.add_note(self.message)


if TYPE_CHECKING:
    _kinds_by_code: dict[int, str]

    class InternalError(Error):
        code = 1

    class NoSupport(Error):
        code = 3

    class NoConnect(Error):
        code = 5

    class InvalidConn(Error):
        code = 6

    class InvalidArgument(Error):
        code = 8

    class OperationFailed(Error):
        code = 9

    class UnknownOsType(Error):
        code = 16

    class NoSource(Error):
        code = 19

    class NoTarget(Error):
        code = 20

    class NoName(Error):
        code = 21

    class NoOs(Error):
        code = 22

    class XmlError(Error):
        code = 27

    class DomainExists(Error):
        code = 28

    class OperationDenied(Error):
        code = 29

    class SystemFailure(Error):
        code = 38

    class RpcError(Error):
        code = 39

    class XmlDetail(Error):
        code = 35

    class NoDomain(Error):
        code = 42

    class NoNetwork(Error):
        code = 43

    class NetworkExists(Error):
        code = 37

    class InvalidMac(Error):
        code = 44

    class AuthFailed(Error):
        code = 45

    class InvalidStoragePool(Error):
        code = 46

    class NoStoragePool(Error):
        code = 49

    class NoStorageVolume(Error):
        code = 50

    class InvalidNodeDevice(Error):
        code = 52

    class NoNodeDevice(Error):
        code = 53

    class NoSecurityModel(Error):
        code = 54

    class OperationInvalid(Error):
        code = 55

    class NoInterface(Error):
        code = 57

    class MultipleInterfaces(Error):
        code = 59

    class NoNwfilter(Error):
        code = 62

    class InvalidSecret(Error):
        code = 65

    class NoSecret(Error):
        code = 66

    class OpenFailed(Error):
        code = 30

    class ConfSyntax(Error):
        code = 33

    class ConfigUnsupported(Error):
        code = 67

    class OperationTimeout(Error):
        code = 68

    class OperationUnsupported(Error):
        code = 84

    class HookScriptFailed(Error):
        code = 70

    class NoSnapshot(Error):
        code = 72

    class SnapshotRevertRisky(Error):
        code = 77

    class OperationAborted(Error):
        code = 78

    class AuthCancelled(Error):
        code = 79

    class AccessDenied(Error):
        code = 88

    class StorageVolumeExists(Error):
        code = 90

    class CpuIncompatible(Error):
        code = 91

    class XmlInvalidSchema(Error):
        code = 92

    class MigrateUnsafe(Error):
        code = 81

    class MigrateFinishOk(Error):
        code = 93

    class NoClient(Error):
        code = 96

    class AgentUnresponsive(Error):
        code = 86

    class ResourceBusy(Error):
        code = 87

    class NoCheckpoint(Error):
        code = 103

    class NoDomainBackup(Error):
        code = 104

    class NoHostname(Error):
        code = 108

    class NetworkPortExists(Error):
        code = 106

    class NoNetworkPort(Error):
        code = 107

    class CheckpointInconsistent(Error):
        code = 109

    class MultipleDomains(Error):
        code = 110

    class NoDomainMetadata(Error):
        code = 80

    class NoNetworkMetadata(Error):
        code = 111

    class BlockCopyActive(Error):
        code = 83

    class DeviceMissing(Error):
        code = 99

    class ArgumentUnsupported(Error):
        code = 74

    class ParseFailed(Error):
        code = 32

    class StorageProbeFailed(Error):
        code = 75

    class StoragePoolBuilt(Error):
        code = 76

    class AuthUnavailable(Error):
        code = 94

    class NoServer(Error):
        code = 95

    class NoNwfilterBinding(Error):
        code = 101

    class Overflow(Error):
        code = 82

    class ChangedMeanwhile(OperationInvalid):
        """Somebody else changed what was to be changed; nothing was done."""

else:
    KINDS = {
        "InternalError": 1,
        "NoSupport": 3,
        "NoConnect": 5,
        "InvalidConn": 6,
        "InvalidArgument": 8,
        "OperationFailed": 9,
        "UnknownOsType": 16,
        "NoSource": 19,
        "NoTarget": 20,
        "NoName": 21,
        "NoOs": 22,
        "XmlError": 27,
        "DomainExists": 28,
        "OperationDenied": 29,
        "SystemFailure": 38,
        "RpcError": 39,
        "XmlDetail": 35,
        "NoDomain": 42,
        "NoNetwork": 43,
        "NetworkExists": 37,
        "InvalidMac": 44,
        "AuthFailed": 45,
        "InvalidStoragePool": 46,
        "NoStoragePool": 49,
        "NoStorageVolume": 50,
        "InvalidNodeDevice": 52,
        "NoNodeDevice": 53,
        "NoSecurityModel": 54,
        "OperationInvalid": 55,
        "NoInterface": 57,
        "MultipleInterfaces": 59,
        "NoNwfilter": 62,
        "InvalidSecret": 65,
        "NoSecret": 66,
        "OpenFailed": 30,
        "ConfSyntax": 33,
        "ConfigUnsupported": 67,
        "OperationTimeout": 68,
        "OperationUnsupported": 84,
        "HookScriptFailed": 70,
        "NoSnapshot": 72,
        "SnapshotRevertRisky": 77,
        "OperationAborted": 78,
        "AuthCancelled": 79,
        "AccessDenied": 88,
        "StorageVolumeExists": 90,
        "CpuIncompatible": 91,
        "XmlInvalidSchema": 92,
        "MigrateFinishOk": 93,
        "MigrateUnsafe": 81,
        "NoClient": 96,
        "AgentUnresponsive": 86,
        "ResourceBusy": 87,
        "NoCheckpoint": 103,
        "NoDomainBackup": 104,
        "NoHostname": 108,
        "NetworkPortExists": 106,
        "NoNetworkPort": 107,
        "CheckpointInconsistent": 109,
        "MultipleDomains": 110,
        "NoDomainMetadata": 80,
        "NoNetworkMetadata": 111,
        "BlockCopyActive": 83,
        "DeviceMissing": 99,
        "ArgumentUnsupported": 74,
        "ParseFailed": 32,
        "StorageProbeFailed": 75,
        "StoragePoolBuilt": 76,
        "AuthUnavailable": 94,
        "NoServer": 95,
        "NoNwfilterBinding": 101,
        "Overflow": 82,
    }
    """The classes and their numbers (a test compares).  Each is made when it is needed: to make all
    of them is a good part of a short command."""

    DERIVED = {"ChangedMeanwhile": "OperationInvalid"}
    """Classes that are a kind of another."""

    _kinds_by_code = {code: name for name, code in KINDS.items()}

    def __getattr__(name):
        if name in KINDS:
            base, space = Error, {"code": KINDS[name]}
        elif name in DERIVED:
            base, space = getattr(sys.modules[__name__], DERIVED[name]), {}
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        made = type(name, (base,), {"__module__": __name__, **space})
        return globals().setdefault(name, made)  # one, whoever comes first

    def __dir__():
        return sorted({*globals(), *KINDS, *DERIVED})
