"""A port of a virtual network of this machine."""

from __future__ import annotations

from vsh.api import network_port as api
from vsh.api.types import TypedParams
from vsh.drivers.host.network import check_port
from vsh.drivers.part import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.network.host import NetworkHost
    from vsh.xml.shared.link import Bandwidth, Rate

_LIMITS = {
    "inbound": ("average", "peak", "floor", "burst"),
    "outbound": ("average", "peak", "burst"),
}


class NetworkPort(Part, answers=api):
    """Answers about a port."""

    prefix = "network"
    driver: HostDriver

    @property
    def _host(self) -> NetworkHost:
        return self.driver.hypervisor.network_host

    def get_xml_desc(self, port: api.NetworkPort, flags: int = 0) -> str:
        self.accept(flags, 0, "networkPortGetXMLDesc")
        with self._host.networks.query(port.network) as found:
            check_port(found, port.uuid)
            return found.ports[port.uuid].format()

    def delete(self, port: api.NetworkPort, flags: int = 0) -> None:
        from vsh.drivers.host.network import ports

        self.accept(flags, 0, "networkPortDelete")
        with self._host.networks.modify(port.network) as found:
            check_port(found, port.uuid)
            ports.delete(self._host, found, port.uuid)

    def get_parameters(self, port: api.NetworkPort, flags: int = 0) -> TypedParams:
        self.accept(flags, 0, "networkPortGetParameters")
        params = TypedParams()
        with self._host.networks.query(port.network) as found:
            check_port(found, port.uuid)
            limits: Bandwidth | None = found.ports[port.uuid].bandwidth
            for direction, names in _LIMITS.items():
                rates: list[Rate] = [] if limits is None else getattr(limits, direction)
                for name in names if rates else ():
                    value = getattr(rates[0], name) or 0
                    params.set(f"{direction}.{name}", "uint", value)
        return params

    def set_parameters(self, port: api.NetworkPort, params: TypedParams, flags: int = 0) -> None:
        from vsh.drivers.host.network import ports
        from vsh.xml.shared.link import FloorRate, PortBandwidth, Rate

        self.accept(flags, 0, "networkPortSetParameters")
        given: dict[str, dict[str, int]] = {direction: {} for direction in _LIMITS}
        for key in params:
            direction, _, name = key.partition(".")
            if name in _LIMITS.get(direction, ()):
                given[direction][name] = int(str(params.get(key)))
        inbound, outbound = given["inbound"], given["outbound"]
        with self._host.networks.modify(port.network) as found:
            check_port(found, port.uuid)
            limits = PortBandwidth(
                inbound=[FloorRate(**inbound)]
                if inbound.get("average") or inbound.get("floor")
                else [],
                outbound=[Rate(**outbound)] if outbound.get("average") else [],
            )
            ports.limit(found, found.ports[port.uuid], limits)
