"""What a guest does by itself, told: channels it opens, vCPUs it lets go, cards it shows."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

import newest_libvirtd
import pytest
from tiny_guest import TinyGuest

from vsh.api.event import Graphics
from vsh.api.types import TypedParams
from vsh.drivers.qemu import happenings
from vsh.errors import ArgumentUnsupported, InvalidArgument, OperationUnsupported
from vsh.qmp.message import Event

if TYPE_CHECKING:
    from pathlib import Path

    from vsh.api.connection import Connection

CHANNEL = "<channel type='unix'><target type='virtio' name='{}'/></channel>"
CARD = """<interface type='udp'><mac address='52:54:00:11:22:33'/>
<source address='127.0.0.1' port='{}'><local address='127.0.0.1' port='0'/></source>
<model type='e1000'/></interface>"""
SWITCH, CHOOSE, EJECT = "o /w 0xaf00 0", "o /w 0xaf00 {}", "o /b 0xaf04 8"
"""What a guest's ACPI writes to have a vCPU taken away."""


def test_a_card_announces_itself(connection: Connection, tiny: TinyGuest) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind(("127.0.0.1", 0))
        wire.settimeout(10)
        card = CARD.format(wire.getsockname()[1])
        domain = connection.domain_define_xml(tiny.xml.replace("<memballoon", f"{card}<memballoon"))
        domain.create()
        for device in (None, "52:54:00:11:22:33"):
            domain.announce_interface(device, TypedParams().set("rounds", "uint", 1))
            frame = wire.recv(2048)
            assert frame[6:14] == bytes.fromhex("5254001122338035")  # from it, RARP
        with pytest.raises(InvalidArgument, match="'52:54:00:11:22:34' is not a known interface"):
            domain.announce_interface("52:54:00:11:22:34", TypedParams())
        with pytest.raises(ArgumentUnsupported, match="parameter 'speed' not supported"):
            domain.announce_interface(None, TypedParams().set("speed", "uint", 1))


def test_channels_come_and_go(connection: Connection, tiny: TinyGuest) -> None:
    """The events of QEMU are made up: the tiny guest has no driver for channels."""
    names = "org.example.one", "org.qemu.guest_agent.0"
    channels = "".join(CHANNEL.format(name) for name in names)
    domain = connection.domain_define_xml(tiny.xml.replace("<memballoon", f"{channels}<memballoon"))
    domain.create()
    hypervisor = connection.driver.hypervisor
    guest = hypervisor.guests.named("tiny")
    with connection.watch("channel-lifecycle", "agent-lifecycle", timeout=60) as watch:
        for alias, opened in (("channel0", True), ("channel1", True), ("channel0", False)):
            data = {"id": alias, "open": opened}
            with hypervisor.guests.query(guest):
                happenings.took_place(hypervisor, guest, Event("VSERPORT_CHANGE", data, 0, 0))
        told = [
            (event.word, getattr(event, "channelName", None), event.state, event.reason)
            for _, event in zip(range(4), watch, strict=False)
        ]
    assert told == [
        ("channel-lifecycle", names[0], 1, 2), ("agent-lifecycle", None, 1, 2),
        ("channel-lifecycle", names[1], 1, 2), ("channel-lifecycle", names[0], 2, 2),
    ]  # fmt: skip
    assert "state='disconnected'" in domain.get_xml_desc().partition(names[0])[2][:80]


def test_a_guest_lets_go_of_a_vcpu(
    connection: Connection, tiny: TinyGuest, tmp_path: Path, running_newest: object
) -> None:
    """The tiny guest knows nothing of ACPI: QEMU's monitor writes to its ports what it would, after
    which QEMU has the vCPU no more; it tells of it where the guest did that itself, so that this
    event is made up.
    """
    newest_libvirtd.as_root(tmp_path / "root")
    emulator = newest_libvirtd.emulator(tmp_path)
    text = tiny.xml.replace(newest_libvirtd.OWN_EMULATOR, emulator)
    domain = connection.domain_define_xml(
        text.replace("<vcpu>1</vcpu>", "<vcpu current='1'>4</vcpu>")
    )
    domain.create()
    tiny.wait_for()
    domain.monitor_command(SWITCH, 1)
    domain.set_vcpus_flags(3, 1)
    hypervisor = connection.driver.hypervisor
    guest = hypervisor.guests.named("tiny")
    with connection.watch("vcpu-removed", timeout=60) as watch:
        domain.set_vcpus_flags(2, 1 | 32)
        assert domain.get_vcpus_flags(1) == 3  # nobody has waited for it
        domain.set_vcpu("1", 0, 1 | 4)
        for number in (2, 1):
            domain.monitor_command(CHOOSE.format(number), 1)
            domain.monitor_command(EJECT, 1)
            data = {"device": f"vcpu{number}", "path": f"/machine/peripheral/vcpu{number}"}
            with hypervisor.guests.query(guest):
                happenings.took_place(hypervisor, guest, Event("DEVICE_DELETED", data, 0, 0))
            assert domain.get_vcpus_flags(1) == number
        told = [event.vcpuid for _, event in zip(range(2), watch, strict=False)]
    assert told == [2, 1]
    # emulated vCPUs that have left keep their room in QEMU, which ends where there is none
    with pytest.raises(OperationUnsupported, match="have 2 more vCPUs, but 1: 2 were taken out"):
        domain.set_vcpus_flags(3, 1)
    domain.set_vcpus_flags(2, 1)
    assert domain.get_vcpus_flags(1) == 2
    with pytest.raises(OperationUnsupported, match="QEMU would end"):
        domain.set_vcpu("2", 1, 1)
    assert domain.is_active()


def test_waiting_for_no_vcpu_is_newer_libvirts(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    for ask in (
        lambda: domain.set_vcpus_flags(1, 2 | 32), lambda: domain.set_vcpu("0", 1, 2 | 4)
    ):  # fmt: skip
        with pytest.raises(InvalidArgument, match="unsupported flags"):
            ask()


def test_viewers_come_and_go(connection: Connection, tiny: TinyGuest) -> None:
    """A real one, who says hello as RFC 6143 wants it (7.1) and leaves."""
    display = "<graphics type='vnc' autoport='yes' listen='127.0.0.1'/>"
    domain = connection.domain_define_xml(tiny.xml.replace("<memballoon", f"{display}<memballoon"))
    domain.create()
    port = int(domain.get_xml_desc().partition("type='vnc' port='")[2].partition("'")[0])
    with connection.watch("graphics", timeout=60) as watch:
        with ExitStack() as watching:
            viewer = watching.enter_context(socket.create_connection(("127.0.0.1", port)))
            own = viewer.getsockname()[1]
            said = watching.enter_context(viewer.makefile("rwb", buffering=0))
            assert said.read(12).startswith(b"RFB 003")
            said.write(b"RFB 003.008\n")
            assert said.read(2) == b"\x01\x01"  # one kind of security: none
            said.write(b"\x01")
            assert said.read(4) == bytes(4)
            said.write(b"\x01")  # others may look, too
            assert len(said.read(24)) > 0
        told = [event for _, event in zip(range(3), watch, strict=False)]
    assert [event.phase for event in told] == [0, 1, 2]
    for event in told:
        assert isinstance(event, Graphics)
        assert (event.local.family, event.local.node, event.local.service) == (
            0, "127.0.0.1", str(port),
        )  # fmt: skip
        assert (event.remote.node, event.remote.service) == ("127.0.0.1", str(own))
        assert (event.authScheme, list(event.subject)) == ("none", [])


def test_what_nobody_can_have_happen_here(connection: Connection, tiny: TinyGuest) -> None:
    """The events of QEMU are made up: of memory that fails, of a guest's own crash dump."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    hypervisor = connection.driver.hypervisor
    guest = hypervisor.guests.named("tiny")
    flags = {"action-required": True, "recursive": True}
    with connection.watch("memory-failure", "lifecycle", timeout=60) as watch:
        for name, data in (
            ("MEMORY_FAILURE", {"recipient": "guest", "action": "inject", "flags": flags}),
            ("MEMORY_FAILURE", {"recipient": "nobody", "action": "inject"}),
            ("GUEST_CRASHLOADED", {"action": "run"}),
        ):
            with hypervisor.guests.query(guest):
                happenings.took_place(hypervisor, guest, Event(name, data, 0, 0))
        failed, crashed = (event for _, event in zip(range(2), watch, strict=False))
    assert (failed.recipient, failed.action, failed.flags) == (1, 1, 3)
    assert (crashed.event, crashed.detail) == (8, 1)
    assert domain.get_state().state == 1  # it goes on
