"""What there is to say of a guest, events of its QEMU, sockets for its screens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vsh.api.types import TypedParams
from vsh.errors import Error

if TYPE_CHECKING:
    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection

NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0"
MORE = "<q:commandline><q:arg value='-name'/><q:arg value='x'/></q:commandline>"
BRIDGED = (
    "<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='none'/></interface>"
)
SCREEN = "<graphics type='vnc' port='-1'/><video><model type='vga'/></video></devices>"


def test_messages_last_as_long_as_the_run(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(
        tiny.xml.replace(" machine='pc'", " machine='pc-i440fx-1.4'")
        .replace(
            "<domain type='qemu'>",
            "<domain type='qemu' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>",
        )
        .replace(
            "</domain>",
            "<q:commandline><q:arg value='-name'/><q:arg value='x'/></q:commandline></domain>",
        )
    )
    assert domain.get_messages() == []
    domain.create()
    expected = ["tainted: custom configuration parameters specified"]
    guest = connection.driver.hypervisor.guests.named(domain.name)
    if os.stat(f"/proc/{guest.run.process.pid}").st_uid == 0:  # QEMU has no user of its own here
        expected.append("tainted: running with undesirable elevated privileges")
    expected.append("tainted: use of deprecated configuration settings")
    deprecated = ["deprecated configuration: machine type 'pc-i440fx-1.4'"]
    assert domain.get_messages() == expected + deprecated
    domain.monitor_command("info version", 1)
    assert "tainted: custom monitor control commands issued" in domain.get_messages()
    assert domain.get_messages(1) == deprecated
    domain.destroy()
    assert domain.get_messages() == []


def test_events_of_qemu_by_name_and_pattern(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    tiny.wait_for()
    assert domain.get_state().state == 1  # what it told when it began is known then
    driver = connection.driver
    named = connection.domain_monitor_event_register(domain, "stop", 2)
    pattern = connection.domain_monitor_event_register(None, "^RES", 1)
    other = connection.domain_monitor_event_register(None, "STO", 0)
    domain.suspend()
    domain.resume()
    seen = [driver.next_event(10), driver.next_event(10)]
    assert [(one.event, one.callback, one.details, one.domain.name) for one in seen] == [
        ("STOP", named, None, "tiny"),
        ("RESUME", pattern, None, "tiny"),
    ]
    assert driver.next_event(0) is None
    for number in (named, pattern, other):
        connection.domain_monitor_event_deregister(number)
    with pytest.raises(Error, match=f"could not find event callback {named} for deletion"):
        connection.domain_monitor_event_deregister(named)
    with pytest.raises(Error, match="failed to compile regex"):
        connection.domain_monitor_event_register(None, "(", 1)


def test_a_screen_by_a_socket(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml.replace("</devices>", SCREEN))
    with pytest.raises(Error, match="domain is not running"):
        domain.open_graphics_fd(0)
    domain.create()
    tiny.wait_for()
    with pytest.raises(Error, match="No graphics backend with index 1"):
        domain.open_graphics_fd(1)
    descriptor = domain.open_graphics_fd(0, 1)
    assert os.read(descriptor, 12) == b"RFB 003.008\n"
    os.close(descriptor)


def test_a_floor_needs_a_network(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml.replace("</devices>", f"{BRIDGED}</devices>"))
    before = domain.get_xml_desc()
    floor = TypedParams().set("inbound.floor", "uint", 3)
    with pytest.raises(Error, match="'floor' is only supported for interface type 'network'"):
        domain.set_interface_parameters("52:54:00:00:00:01", floor, 2)
    assert domain.get_xml_desc() == before
