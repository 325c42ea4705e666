"""The guest agent: a channel that nobody listens at in a real guest; the conversation with a peer.

The peer of the conversation is scripted: it listens at a socket as QEMU does for a channel, and
says what an agent says, also what none should say.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.qemu import agent, guest_information, guest_vcpus
from vsh.drivers.qemu.guest import Guest
from vsh.drivers.state.locks import Aside
from vsh.errors import (
    AgentUnresponsive,
    ArgumentUnsupported,
    InternalError,
    InvalidArgument,
    NoHostname,
)
from vsh.qmp.agent import AgentSession
from vsh.words.domain.guest import DomainGuestInfoTypes
from vsh.words.domain.lifecycle import DomainReboot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.qmp.value import Struct

PING = AgentSession.command("guest-ping")
CHANNEL = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"


def test_no_channel_and_no_agent(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    with pytest.raises(ArgumentUnsupported, match="QEMU guest agent is not configured"):
        domain.get_hostname()
    domain.destroy()
    xml = tiny.xml.replace("<memballoon", f"{CHANNEL}<memballoon")
    domain = connection.domain_define_xml(
        xml.replace("<domain type='qemu'>", f"<domain type='qemu'><uuid>{domain.uuid}</uuid>")
    )
    domain.create()
    for ask in (domain.get_hostname, domain.get_time, domain.get_fsinfo, domain.get_guest_vcpus):
        with pytest.raises(AgentUnresponsive, match="QEMU guest agent is not connected"):
            ask()
    assert domain.interface_addresses(0) == []


def peer(path: Path, script: Callable[[socket.socket, int], None]) -> None:
    """Listen at a socket; ``script`` is given the first who comes, and his number."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(1)

    def serve() -> None:
        with listener, listener.accept()[0] as channel:
            first = json.loads(channel.makefile("rb").readline())
            assert first["execute"] == "guest-sync"
            script(channel, first["arguments"]["id"])

    threading.Thread(target=serve, daemon=True).start()


def say(channel: socket.socket, value: object) -> None:
    channel.sendall(json.dumps(value).encode() + b"\n")


def test_what_is_not_for_us_is_passed_over(tmp_path: Path) -> None:
    """Half an answer to somebody else, an old number, then ours; the answer comes in two pieces."""

    def script(channel: socket.socket, number: int) -> None:
        channel.sendall(b'ost-name": "x"}}\n\xff')
        say(channel, {"return": number - 1})
        say(channel, {"return": number})
        assert json.loads(channel.recv(4096)) == {"execute": "guest-ping"}
        channel.sendall(b'{"ret')
        time.sleep(0.05)
        channel.sendall(b'urn": {"a": 1}}\n')

    peer(tmp_path / "agent", script)
    answer = agent._conversation(str(tmp_path / "agent"), PING, 5)
    assert agent.value_of(answer, "guest-ping", newer=False) == {"a": 1}


@pytest.mark.parametrize("synchronised", [False, True])
def test_a_silent_agent(tmp_path: Path, synchronised: bool) -> None:
    over = threading.Event()

    def script(channel: socket.socket, number: int) -> None:
        if synchronised:
            say(channel, {"return": number})
        over.wait(30)

    peer(tmp_path / "agent", script)
    began = time.monotonic()
    with pytest.raises(AgentUnresponsive, match="Guest agent not available for now"):
        agent._conversation(str(tmp_path / "agent"), PING, 0.3, there=0.3)
    assert 0.2 < time.monotonic() - began < 10
    over.set()


@pytest.mark.parametrize("synchronised", [False, True])
def test_newer_libvirt_says_what_an_agent_is_silent_about(
    tmp_path: Path, synchronised: bool
) -> None:
    over = threading.Event()

    def script(channel: socket.socket, number: int) -> None:
        if synchronised:
            say(channel, {"return": number})
        over.wait(30)

    peer(tmp_path / "agent", script)
    with pytest.raises(AgentUnresponsive) as caught:
        agent._conversation(str(tmp_path / "agent"), PING, 0.2, there=1, newer=True)
    begin, what, seconds = (
        ("guest agent command timed out", "command", 0)
        if synchronised
        else ("Guest agent is not responding", "synchronization", 1)
    )
    words = f"guest agent didn't respond to {what} within '{seconds}' seconds"
    assert str(caught.value) == f"{begin}: {words}"
    over.set()


def test_who_waits_for_no_answer_has_asked(tmp_path: Path) -> None:
    heard, over = [], threading.Event()

    def script(channel: socket.socket, number: int) -> None:
        say(channel, {"return": number})
        heard.append(json.loads(channel.recv(4096)))
        over.set()

    peer(tmp_path / "agent", script)
    with pytest.raises(AgentUnresponsive, match="Guest agent not available for now"):
        agent._conversation(str(tmp_path / "agent"), PING, 0)
    assert over.wait(30)
    assert heard == [{"execute": "guest-ping"}]


def test_a_slow_agent_that_has_answered_has_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by libvirt, which asks whether an agent is there when it connects, and so the first time
    (libvirt-tck's domain/500 on a busy host)."""
    monkeypatch.setattr(agent, "SYNC_TIME", 0.1)

    pauses = [0.3, 0.0, 0.3]

    def script(channel: socket.socket, number: int) -> None:
        time.sleep(pauses.pop(0))
        with contextlib.suppress(OSError):  # who asked has gone
            say(channel, {"return": number})
            channel.recv(4096)
            say(channel, {"return": {}})

    for known in (False, True, True):
        (tmp_path / "agent").unlink(missing_ok=True)
        peer(tmp_path / "agent", script)
        if known:
            assert agent._conversation(str(tmp_path / "agent"), PING, 5) == {"return": {}}
        else:
            with pytest.raises(AgentUnresponsive, match="not available for now"):
                agent._conversation(str(tmp_path / "agent"), PING, 5)


def test_an_agent_that_goes_away(tmp_path: Path) -> None:
    peer(tmp_path / "agent", lambda channel, number: say(channel, {"return": number}))
    with pytest.raises(AgentUnresponsive, match="Guest agent disappeared while executing"):
        agent._conversation(str(tmp_path / "agent"), PING, 5)


def test_an_agent_that_goes_with_its_machine_has_done_what_it_was_asked(tmp_path: Path) -> None:
    """QEMU, asked to power off, closes the agent's channel before it says that it ends
    (libvirt-tck's domain/500)."""

    def script(channel: socket.socket, number: int) -> None:
        say(channel, {"return": number})
        channel.recv(4096)

    peer(tmp_path / "agent", script)
    found = agent._conversation(str(tmp_path / "agent"), PING, 30, lambda: False)
    assert agent.value_of(found, "guest-shutdown", newer=False) is None


def test_errors_of_an_agent() -> None:
    error = {"error": {"class": "CommandNotFound", "desc": "The command has not been found"}}
    with pytest.raises(agent.AgentRefused) as caught:
        agent.value_of(error, "guest-x", newer=False)
    assert caught.value.unknown
    words = "unable to execute QEMU agent command 'guest-x': The command has not been found"
    assert str(caught.value) == f"internal error: {words}"
    with pytest.raises(agent.AgentRefused) as caught:
        agent.value_of(error, "guest-x", newer=True)
    assert (caught.value.code, str(caught.value)) == (113, f"guest agent command failed: {words}")


def test_what_is_no_answer() -> None:
    session = AgentSession(7)
    session.feed(b'{"return": 7}\n')
    assert session.synchronised
    with pytest.raises(InternalError, match="isn't an object"):
        session.feed(b"[1]\n")
    with pytest.raises(InternalError, match="Unknown JSON reply"):
        session.feed(b"{}\n")


def test_vcpus_are_told_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever order the agent has them in."""
    said = [
        {"logical-id": 1, "online": True, "can-offline": True},
        {"logical-id": 0, "online": True, "can-offline": False},
    ]
    monkeypatch.setattr(agent, "ask", lambda guest, command: said)
    guest = Guest("any", "5b3f6f0e-6f53-4d5c-8f0e-3c1d2b7a9e10")
    found = guest_vcpus.described(guest)
    assert dict(found) == {"vcpus": "0-1", "online": "0-1", "offlinable": "1"}


def test_a_reset_of_which_the_daemons_ear_was_told(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent has the guest begin again and says nothing; a thread hears what QEMU tells."""

    def talk(guest: Guest, _command: bytes, _timeout: int, done: Callable[[], bool]) -> Struct:
        guest.ask("system_reset")
        until = time.monotonic() + 30
        with Aside(guest.lock):
            while guest.run is not None and not guest.run.resets:
                assert time.monotonic() < until
                time.sleep(0.01)
        assert done()
        return {"return": {}}

    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    connection.driver.hypervisor.watch()
    monkeypatch.setattr(agent, "talk", talk)
    domain.reboot(DomainReboot.GUEST_AGENT)
    domain.destroy()


def test_file_systems_are_told_as_they_were_mounted(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent tells the last one first; its answer is made up."""
    said = [
        {"name": name, "mountpoint": f"/{name}", "type": "ext4", "disk": []} for name in ("b", "a")
    ]
    monkeypatch.setattr(agent, "ask", lambda guest, command: said)
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    assert [each.mountpoint for each in domain.get_fsinfo()] == ["/a", "/b"]
    told = domain.get_guest_info(int(DomainGuestInfoTypes.FILESYSTEM))
    assert [told["fs.0.name"], told["fs.1.name"]] == ["a", "b"]
    domain.destroy()


def test_what_newer_agents_tell_is_for_newer_guests(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names and numbers of libvirtd 12.8.0 with an agent that says the same."""
    told: dict[str, object] = {
        "guest-get-load": {"load1m": 0.5, "load5m": 1.25, "load15m": 3},
        "guest-get-devices": [
            {
                "driver-name": "disk", "driver-date": 1234567890 * 10**9, "driver-version": "1",
                "id": {"type": "pci", "vendor-id": 6900, "device-id": 4097},
            },
            {"driver-name": "plain"},
        ],
    }  # fmt: skip
    monkeypatch.setattr(agent, "ask", lambda guest, command: told[command])
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    types = DomainGuestInfoTypes.LOAD | DomainGuestInfoTypes.DEVICES
    with pytest.raises(InvalidArgument, match="unsupported guest information types '0x180'"):
        domain.get_guest_info(int(types))
    monkeypatch.setattr(guest_information, "is_modern", lambda definition: True)
    assert dict(domain.get_guest_info(int(types))) == {
        "load.1m": 0.5, "load.5m": 1.25, "load.15m": 3.0,
        "device.count": 2,
        "device.0.driverName": "disk", "device.0.driverDate": 1234567890,
        "device.0.driverVersion": "1",
        "device.0.idType": "pci", "device.0.pciVendor": 6900, "device.0.pciDevice": 4097,
        "device.1.driverName": "plain",
    }  # fmt: skip
    domain.destroy()


def test_an_agent_that_does_not_say_its_name(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(guest: Guest, command: str) -> None:
        raise agent.AgentRefused(command, "CommandDisabled", "no", newer=False)

    monkeypatch.setattr(agent, "check_available", lambda guest: None)
    monkeypatch.setattr(agent, "ask", refuse)
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    with pytest.raises(NoHostname, match="no hostname found for domain tiny"):
        domain.get_hostname()
    domain.destroy()


def test_the_time_for_answers_of_a_guest_that_is_off(root: str, tiny: TinyGuest) -> None:
    """It is kept for when the guest runs."""
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.agent_set_response_timeout(7)
        with pytest.raises(InvalidArgument, match="guest agent timeout '-3' is less than"):
            domain.agent_set_response_timeout(-3)
    with vsh.connect(root) as connection:
        [guest] = connection.driver.hypervisor.guests.all()
        assert guest.agent_timeout == 7
