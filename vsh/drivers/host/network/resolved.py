"""A network's names are the host's too, where its document asks for that: by systemd-resolved."""

from __future__ import annotations

from vsh.drivers.host import programs
from vsh.errors import InternalError, OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.network import Network as Definition

_CLIENT = "resolvectl"
_FAILED = "failed to register name server"


def register(definition: Definition) -> None:
    """Have the host ask a network's dnsmasq for what is in its domain; gone with its bridge.

    Raises OperationInvalid without systemd-resolved, InternalError where that refuses it.
    """
    if not (definition.domain and definition.domain_register and definition.ips):
        return
    if programs.find(_CLIENT) is None or programs.run([_CLIENT, "status"], check=False) is None:
        raise OperationInvalid(f"{_FAILED}: systemd-resolved is not available")
    for word, value in (
        ("domain", f"~{definition.domain}"),
        ("dns", str(definition.ips[0].address)),
    ):
        done = programs.run([_CLIENT, word, str(definition.bridge), value], check=False)
        if done is None:
            raise InternalError(_FAILED)
