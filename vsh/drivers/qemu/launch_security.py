"""Guests whose memory is encrypted: what their launch measured, and secrets put into them."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.drivers.state import parameters
from vsh.errors import InternalError, OperationInvalid, OperationUnsupported
from vsh.qmp.value import integer, struct, text
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest

_HEADER, _SECRET, _ADDRESS = "sev-secret-header", "sev-secret", "sev-secret-set-address"


class Secret:
    """What is to be put into a guest.  Raises InvalidArgument, ArgumentUnsupported."""

    def __init__(self, params: TypedParams) -> None:
        parameters.check(params, {_HEADER: "string", _SECRET: "string", _ADDRESS: "ullong"})
        self.whole = _HEADER in params and _SECRET in params
        self.arguments = {"packet-header": params.get(_HEADER), "secret": params.get(_SECRET)}
        if _ADDRESS in params:
            self.arguments["gpa"] = params[_ADDRESS]


def _encrypted(guest: Guest) -> bool:
    security = guest.definition.launch_security
    return security is not None and security.type == "sev"


def measured(guest: Guest) -> TypedParams:
    """What the launch of a guest measured; nothing where its memory is not encrypted."""
    params = TypedParams()
    if not _encrypted(guest):
        return params
    measurement = struct(guest.ask("query-sev-launch-measure"))
    found = struct(guest.ask("query-sev"))
    params.set("sev-measurement", "string", text(measurement["data"]))
    for name in ("api-major", "api-minor", "build-id", "policy"):
        params.set(f"sev-{name}", "uint", integer(found[name]))
    return params


def inject(guest: Guest, secret: Secret) -> None:
    """Put a secret into a guest that has not run yet.

    Raises OperationUnsupported, OperationInvalid, InternalError.
    """
    if not _encrypted(guest):
        raise OperationUnsupported(
            "setting a launch secret is only supported in SEV-enabled domains"
        )
    if not secret.whole:
        raise InternalError("Both secret and the secret header are required")
    if guest.run is None:
        raise OperationInvalid("domain is not running")
    if guest.state != DomainState.PAUSED:
        raise OperationInvalid("domain must be in a paused state")
    guest.ask("sev-inject-launch-secret", secret.arguments)
