"""Passwords of a guest's displays, and what else of a display can change while the guest runs."""

from __future__ import annotations

import calendar
import time

from vsh.errors import DeviceMissing, InternalError, OperationUnsupported
from vsh.xml.domain.devices.graphics import Graphics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.settings import Settings
    from vsh.hypervisors.qemu.argv.host import Host
    from vsh.qmp.value import Ask
    from vsh.xml.domain import Domain
    from vsh.xml.engine.element import Element

_WITH_PASSWORD = ("vnc", "spice")


def check_encryption(hypervisor: Hypervisor, device: Element) -> None:
    """Refuse a display that is to be encrypted, where qemu.conf does not say how."""
    if isinstance(device, Graphics) and not hypervisor.settings.spice_tls:
        from vsh.hypervisors.qemu.argv.graphics import refuse_encryption

        refuse_encryption(device)


def settle(definition: Domain, host: Host, hypervisor: Hypervisor) -> None:
    """Say where the displays of a guest that is about to start listen.

    Raises NoNetwork, or InternalError for a network that has no address.
    """
    for display in definition.graphics:
        own = {"vnc": host.vnc_listen, "spice": host.spice_listen, "rdp": host.rdp_listen}.get(
            str(display.type)
        )
        for listen in display.listens:
            if listen.type == "network" and listen.network is not None:
                listen.address = _address_in(hypervisor, listen.network)
            elif listen.address is not None:
                continue
            elif listen.type == "address" and display.type in host.by_socket:
                listen.type = "socket"
                listen.socket = f"{host.folder(definition)}/{display.type}.sock"
                listen.by_settings = True
            elif listen.type in ("address", "network"):
                listen.address = own
                listen.by_settings = listen.type == "address" and own is not None


def _address_in(hypervisor: Hypervisor, name: str) -> str:
    """The host's own address in a network.  Raises NoNetwork, InternalError."""
    host = hypervisor.network_host
    host.look()
    with host.networks.query(host.networks.called(name)) as network:
        definition = network.definition
    mode, forward = definition.mode, definition.forward
    if mode in ("none", "nat", "route", "open"):
        if not definition.ips:
            raise InternalError(f"network '{name}' doesn't have an IP address")
        return str(definition.ips[0].address)
    interfaces = [] if forward is None else forward.interfaces
    device = definition.bridge if mode == "bridge" else None
    device = device or next((each.dev for each in interfaces), None)
    if device is None:
        raise InternalError(f"network '{name}' has no associated interface or bridge")
    from vsh.drivers.host.netlink import Netlink

    with Netlink() as netlink:
        link = netlink.link(device)
        found = [] if link is None else [a for a in netlink.addresses() if a.index == link.index]
    if not found:
        raise InternalError(f"no IP address found for interface '{device}'")
    return found[0].address


def set_passwords(definition: Domain, ask: Ask, settings: Settings) -> None:
    """Give a QEMU that has just been started the passwords of its displays.

    settings  has those of displays that have none of their own
    """
    for display in definition.graphics:
        usual = {"vnc": settings.vnc_password, "spice": settings.spice_password}
        if display.type in usual:
            set_password(display, ask, usual[str(display.type)])
        elif display.type == "rdp":
            set_credentials(definition, display, settings)


def set_credentials(definition: Domain, display: Graphics, settings: Settings) -> None:
    """Say who may look at a display by RDP, if anybody is named.  Raises InternalError."""
    password = settings.rdp_password if display.passwd is None else display.passwd
    if display.passwd is None and not password:
        return
    from vsh.drivers.qemu import rdp_program

    user = settings.rdp_username if display.username is None else display.username
    rdp_program.set_credentials(rdp_program.address_of(definition), user, password)


def set_password(display: Graphics, ask: Ask, usual: str = "") -> None:
    """Give a QEMU the password of a display, and the time until which it counts.

    usual  where the display has none; "": then there is none
    """
    password = display.passwd
    if password is None and usual:
        password = usual[:8] if display.type == "vnc" else usual
    if password is None:
        return
    arguments = {"protocol": display.type, "password": password}
    if display.connected:
        arguments["connected"] = display.connected
    ask("set_password", arguments)
    until = expiry(display)
    word = "never" if until is None else str(until)
    if password == "" or (until is not None and until <= time.time()):
        word = "now"
    ask("expire_password", {"protocol": display.type, "time": word})


def expiry(display: Graphics) -> int | None:
    """When the password ceases to count, in seconds since 1970 (UTC); None for never."""
    text = display.passwd_valid_to
    if not text:
        return None
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%S"))


def change(guest: Guest, wanted: Graphics, settings: Settings) -> None:
    """Change a display of a guest that runs: its password alone.  Raises Error."""
    display = next((one for one in guest.definition.graphics if one.type == wanted.type), None)
    if display is None:
        raise DeviceMissing(
            f"cannot find existing graphics device to modify of type '{wanted.type}'"
        )
    _check_listens(display, wanted)
    if wanted.type not in (*_WITH_PASSWORD, "rdp"):
        raise InternalError(f"unable to change config on '{wanted.type}' graphics type")
    ports = ("port", "tls_port") if wanted.type == "spice" else ("port",)
    if bool(display.autoport) != bool(wanted.autoport) or (
        not wanted.autoport
        and any((getattr(display, n) or 0) != (getattr(wanted, n) or 0) for n in ports)
    ):
        raise OperationUnsupported(f"cannot change port settings on {wanted.type} graphics")
    if display.keymap != wanted.keymap:
        raise OperationUnsupported(f"cannot change keymap setting on {wanted.type} graphics")
    if (
        display.passwd_valid_to
        or wanted.passwd_valid_to
        or display.connected != wanted.connected
        or (wanted.type == "spice" and wanted.connected == "disconnect")
        or display.passwd != wanted.passwd
        or (wanted.type == "rdp" and display.username != wanted.username)
    ):
        if wanted.type == "rdp":
            set_credentials(guest.definition, wanted, settings)
            display.username = wanted.username
        else:
            set_password(wanted, guest.ask)
        display.passwd = wanted.passwd
        display.passwd_valid_to = wanted.passwd_valid_to
        display.connected = wanted.connected


def _check_listens(display: Graphics, wanted: Graphics) -> None:
    kind = wanted.type
    if len(display.listens) != len(wanted.listens):
        raise OperationUnsupported(
            f"cannot change the number of listen addresses on '{kind}' graphics"
        )
    for old, new in zip(display.listens, wanted.listens, strict=True):
        if old.type != new.type:
            raise OperationUnsupported(
                f"cannot change the type of listen address on '{kind}' graphics"
            )
        if (old.type == "address" and old.address != new.address) or (
            old.type == "network" and old.network != new.network
        ):
            raise OperationUnsupported(f"cannot change listen address setting on '{kind}' graphics")
        if old.type == "socket" and old.socket != new.socket:
            raise OperationUnsupported(f"cannot change listen socket setting on '{kind}' graphics")
