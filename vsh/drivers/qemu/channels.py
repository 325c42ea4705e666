"""Where the character devices of a guest that runs are, and whether it has its channels open."""

from __future__ import annotations

from vsh.drivers.qemu import agent, telling
from vsh.qmp.value import structs, text
from vsh.words.event import DomainEventAgentLifecycleReason as Reason
from vsh.words.event import DomainEventAgentLifecycleState as State
from vsh.words.event_id import DomainEventID
from vsh.xml.domain.devices.chardev import CharSource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.monitor import Monitor
    from vsh.qmp.value import Struct
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.chardev import Channel

_WORDS = {True: "connected", False: "disconnected"}


def settle(live: Definition, monitor: Monitor, sockets: dict[str, str]) -> None:
    """What only a QEMU that has just been started knows: its terminals, who has channels open.

    sockets  those that were made for it, by the aliases of their devices
    """
    told = {text(each["label"]): each for each in structs(monitor.call("query-chardev"))}
    for channel in live.channels:  # those whose sockets the driver chose
        path = sockets.get(str(channel.alias))
        if path and not any(source.path for source in channel.sources):
            channel.sources = [CharSource(path=path, mode="bind")]
        _learn(channel, told.get(f"char{channel.alias}", {}))
    for device in (*live.serials, *live.parallels, *live.channels, *live.consoles):
        file = text(told.get(f"char{device.alias}", {}).get("filename"), "")
        if file.startswith("pty:"):
            device.sources = [CharSource(path=file[4:])]


def _learn(channel: Channel, told: Struct) -> None:
    opened = told.get("frontend-open")
    if channel.target_type == "virtio" and isinstance(opened, bool):
        channel.state = _WORDS[opened]


def started(hypervisor: Hypervisor, guest: Guest) -> None:
    """Tell which channels a guest has open that has just been started."""
    for channel in guest.definition.channels:
        if channel.state is not None:
            _tell(hypervisor, guest, channel, Reason.DOMAIN_STARTED)


def found_again(hypervisor: Hypervisor, guest: Guest) -> None:
    """Learn what happened to the channels of a guest while nobody looked."""
    channels = [each for each in guest.definition.channels if each.target_type == "virtio"]
    if not channels:
        return
    told = {text(each["label"]): each for each in structs(guest.ask("query-chardev"))}
    for channel in channels:
        before = channel.state
        _learn(channel, told.get(f"char{channel.alias}", {}))
        if channel.state != before:
            _tell(hypervisor, guest, channel, Reason.CHANNEL)


def changed(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """A guest has opened a channel, or closed it (VSERPORT_CHANGE)."""
    for channel in guest.definition.channels:
        if channel.alias == data.get("id") and channel.target_type == "virtio":
            channel.state = _WORDS[bool(data.get("open"))]
            hypervisor.guests.keep(guest)
            _tell(hypervisor, guest, channel, Reason.CHANNEL)


def _tell(hypervisor: Hypervisor, guest: Guest, channel: Channel, reason: int) -> None:
    state = State.CONNECTED if channel.state == "connected" else State.DISCONNECTED
    if channel.name == agent.NAME:
        telling.tell(hypervisor, guest, DomainEventID.AGENT_LIFECYCLE, int(state), int(reason))
    if channel.name:
        telling.tell(
            hypervisor,
            guest,
            DomainEventID.CHANNEL_LIFECYCLE,
            channel.name,
            int(state),
            int(reason),
        )
