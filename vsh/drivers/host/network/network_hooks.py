"""What a daemon's hooks are told of networks and of what is plugged into them."""

from __future__ import annotations

from vsh.drivers.host import hooks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.network.networks import Network
    from vsh.xml.network.port import NetworkPort


def call(network: Network, operation: str, port: NetworkPort | None = None) -> None:
    """Ask whether a network, or a port of it, may be as it is to be.  Raises HookScriptFailed."""
    if hooks.present("network"):
        hooks.call("network", network.name, operation, "begin", text=_text(network, port))


def told(network: Network, operation: str, sub: str, port: NetworkPort | None = None) -> None:
    """Tell that a network, or a port of it, is not there any more."""
    if hooks.present("network"):
        hooks.told("network", network.name, operation, sub, text=_text(network, port))


def _text(network: Network, port: NetworkPort | None) -> str:
    definition = network.definition
    if network.ports:
        definition = definition.copy()
        definition.connections = str(len(network.ports))
    documents = definition.format() + ("" if port is None else port.format())
    lines = "".join(f"  {line}\n" for line in documents.splitlines())
    return f"<hookData>\n{lines}</hookData>"
