"""The capabilities of mainframe devices: channels, channel groups and crypto processors."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import UINT_MAX, number
from vsh.xml.host.node_device.base import Capability, DeviceFacts, Number, capabilities, nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from lxml.etree import _Element

    from vsh.xml.engine.reading import Reading

STATES = ("offline", "online")
GROUPS = ("qeth_generic", "qeth_layer2", "qeth_layer3")
_LAST_DOMAIN = 255


def _values(
    model: object, reading: Reading, *wanted: tuple[str, str, int]
) -> Iterable[tuple[str, Error]]:
    """Read numbers that have to be there: (field, its element, base)."""
    name = DeviceFacts.of(reading).name
    for field, tag, base in wanted:
        text = getattr(model, field)
        if text is None:
            yield field, ConfigUnsupported(f"missing {tag} value for '{name}'")
            continue
        try:
            value = number(text, base)
        except ValueError:
            value = -1
        if not 0 <= value <= UINT_MAX:
            yield field, ConfigUnsupported(f"invalid {tag} value '{text}' for '{name}'")
            value = 0
        setattr(model, field, value)


_ADDRESS = (("cssid", "cssid", 0), ("ssid", "ssid", 0), ("devno", "devno", 16))


class ChannelAddress(Element, tag="channel_dev_addr"):
    """The address of the device on a subchannel."""

    needs = ("cssid", "ssid", "devno")

    cssid = Number("cssid", "0x{:x}")
    ssid = Number("ssid", "0x{:x}")
    devno = Number("devno", "0x{:04x}")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        return _values(self, reading, *_ADDRESS)


class GroupMember(Capability):
    """The group that a device is part of."""

    group = Given("group_device")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.group is None:
            yield ConfigUnsupported(
                f"missing group_device value for '{DeviceFacts.of(reading).name}'"
            )


def _state(model: Any, reading: Reading) -> Iterable[tuple[str, Error]]:
    if model.state is not None and model.state not in STATES:
        yield (
            "state",
            ConfigUnsupported(
                f"unknown state '{model.state}' for '{DeviceFacts.of(reading).name}'"
            ),
        )


def _any(element: _Element, word: str | None, reading: Reading) -> None:
    """Other capabilities are dropped, with or without a type."""


class Channel(Capability):
    """A channel device (``ccw``)."""

    state = Given("state")
    cssid = Number("cssid", "0x{:x}")
    ssid = Number("ssid", "0x{:x}")
    devno = Number("devno", "0x{:04x}")
    capabilities = capabilities({"ccwgroup_member": GroupMember}, _any)

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        yield from _state(self, reading)
        yield from _values(self, reading, *_ADDRESS)


class Subchannel(Capability):
    """A subchannel (``css``)."""

    cssid = Number("cssid", "0x{:x}")
    ssid = Number("ssid", "0x{:x}")
    devno = Number("devno", "0x{:04x}")
    channel = Child(ChannelAddress, "channel_dev_addr", after="capabilities")
    capabilities = capabilities({"mdev_types": "vsh.xml.host.node_device.base:MdevTypes"}, nothing)
    state = Given("state", when=lambda subchannel: False, after="")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        yield from _state(self, reading)
        yield from _values(self, reading, *_ADDRESS)


class GroupDevice(Element, tag="ccw_device"):
    """A device of a group."""

    ref = Text("@ref")
    device = Text(".")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        self.device = self.device or ""
        if self.ref is None:
            name = DeviceFacts.of(reading).name
            yield XmlError(f"Missing ref property on ccw_device in members for '{name}'")


class Qeth(Element, tag="capability"):
    """What kind of group it is."""

    type = Choice[str]("@type", GROUPS, required=True)
    card_type = Given("card_type")
    channel_path = Given("chpid")

    open = (".",)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        self.card_type = self.card_type or "(null)"
        self.channel_path = self.channel_path or "(null)"
        return ()


class ChannelGroup(Capability):
    """A group of channel devices (``ccwgroup``)."""

    state = Given("state")
    cssid = Number("cssid", "0x{:x}")
    ssid = Number("ssid", "0x{:x}")
    devno = Number("devno", "0x{:04x}")
    members = Children(GroupDevice, "members/ccw_device")
    kind = Child(Qeth, "capability")

    open = (".", "members")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        yield from _state(self, reading)
        yield from _values(self, reading, *_ADDRESS)


class CryptoCard(Capability):
    """A crypto card (``ap_card``)."""

    adapter = Number("ap-adapter", "0x{:02x}")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        return _values(self, reading, ("adapter", "ap-adapter", 0))


class CryptoQueue(Capability):
    """A queue of a crypto card (``ap_queue``)."""

    adapter = Number("ap-adapter", "0x{:02x}")
    domain = Number("ap-domain", "0x{:04x}")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        text = self.domain
        yield from _values(self, reading, ("adapter", "ap-adapter", 0), ("domain", "ap-domain", 0))
        if (self.domain or 0) > _LAST_DOMAIN:
            yield (
                "domain",
                ConfigUnsupported(
                    f"ap-domain value '{text}' is out of range for '{DeviceFacts.of(reading).name}'"
                ),
            )


class CryptoMatrix(Capability):
    """All crypto processors together (``ap_matrix``)."""

    capabilities = capabilities({"mdev_types": "vsh.xml.host.node_device.base:MdevTypes"}, nothing)
