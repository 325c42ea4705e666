"""Mediated devices: Debian's own mdevctl, which sees a made-up /sys and an /etc of the test's.

This kernel has no mdev, so what the kernel does at a start (a folder in /sys) the wrapper does; and
``modify`` with a document needs a newer mdevctl than Debian's: there it is only written down.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from killing import walk
from packages import unpacked

import vsh
from vsh.drivers.host.node_device import mediated
from vsh.drivers.host.node_device.devices import Device, Devices
from vsh.drivers.qemu.hypervisor import Hypervisor
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    NoNodeDevice,
    OperationInvalid,
    SystemFailure,
    XmlInvalidSchema,
)
from vsh.words.node_device import NodeDeviceUpdate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from made_up_host import Sys

    from vsh.api.connection import Connection

WRAPPER = """#!/bin/sh
case "$*" in
  modify*--jsonfile*) [ ! -e {root}/newer ] || {{ echo "$*"; cat; }} >> {root}/modified
                      [ ! -e {root}/newer ] || exit 0 ;;
esac
look='mount --bind {root}/etc /etc; mount --bind {root}/sys /sys; exec {program} "$@"'
said=$(unshare -m sh -c "$look" sh "$@") || exit
echo "$said"
for word in $said "$@"; do uuid=${{word#--uuid=}}; done
there={card}/$uuid
case $1 in
  start) mkdir $there; : > $there/uevent; ln -s ../mdev_supported_types/t1 $there/mdev_type
         ln -s $there {root}/sys/bus/mdev/devices/$uuid ;;
  stop) rm -r $there {root}/sys/bus/mdev/devices/$uuid ;;
esac
"""
UUID = "b2a01e8e-f554-4dc1-809d-ee0b88c448ad"
NAME = f"mdev_{UUID.replace('-', '_')}_0000_02_10_7"
DOCUMENT = (
    "<device><name>m</name><parent>pci_0000_02_10_7</parent><capability type='mdev'><type id='t1'/>"
    "<uuid>{}</uuid>{}</capability></device>"
)
LIVE, CONFIG = NodeDeviceUpdate.AFFECT_LIVE, NodeDeviceUpdate.AFFECT_CONFIG


@pytest.fixture
def uri(
    sysfs: Sys,
    card: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    package = unpacked("mdevctl")
    if package is None:
        pytest.skip("apt does not give mdevctl")
    for name in ("callouts", "notifiers"):
        (sysfs.root / "etc/mdevctl.d/scripts.d" / name).mkdir(parents=True)
    (sysfs.root / "sys/bus/mdev/devices").mkdir(parents=True)
    sysfs.link("sys/class/mdev_bus/0000:02:10.7", card)
    (card / "mdev_supported_types/t1/create").touch()
    program = tmp_path_factory.mktemp("bin") / "mdevctl"
    program.write_text(
        WRAPPER.format(root=sysfs.root, card=card, program=package / "usr/bin/mdevctl")
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")

    class OfThatMachine(Devices):
        def all(self) -> list[Device]:
            found = {device.name: device for device in super().all()}
            mediated.add_defined(found)
            return list(found.values())

    devices = property(lambda _: OfThatMachine(str(sysfs.root)))
    monkeypatch.setattr(Hypervisor, "node_devices", devices)
    return f"qemu:///embed?root={tmp_path_factory.mktemp('root')}"


@pytest.fixture
def connection(uri: str) -> Iterator[Connection]:
    with vsh.connect(uri) as opened:
        yield opened


def test_a_definition_is_made_started_changed_and_forgotten(
    connection: Connection, sysfs: Sys
) -> None:
    device = connection.node_device_define_xml(DOCUMENT.format(UUID, ""))
    assert device.name == NAME
    assert (device.is_active(), device.is_persistent(), device.get_autostart()) == (0, 1, 0)
    device.set_autostart(1)
    kept = sysfs.root / f"etc/mdevctl.d/0000:02:10.7/{UUID}"
    assert json.loads(kept.read_text()) == {"mdev_type": "t1", "start": "auto", "attrs": []}
    assert device.get_autostart()
    with pytest.raises(OperationInvalid, match=f"Device '{NAME}' is not active"):
        device.destroy()
    device.create()
    assert device.is_active()
    assert [each.name for each in connection.list_all_node_devices(1 << 14)] == [NAME]
    with pytest.raises(OperationInvalid, match="Device is already active"):
        device.create()
    device.destroy()
    assert not device.is_active()
    device.undefine()
    assert not kept.exists()
    with pytest.raises(NoNodeDevice):
        connection.node_device_lookup_by_name(NAME)


def test_a_transient_one_goes_when_it_stops(connection: Connection) -> None:
    device = connection.node_device_create_xml(DOCUMENT.format(UUID, ""))
    assert (device.is_active(), device.is_persistent()) == (1, 0)
    with pytest.raises(OperationInvalid, match="cannot set autostart for transient device"):
        device.set_autostart(1)
    with pytest.raises(OperationInvalid, match=f"Node device '{NAME}' is not defined"):
        device.undefine()
    with pytest.raises(OperationInvalid, match="do not have any persistent config"):
        device.update(DOCUMENT.format(UUID, ""), CONFIG)
    device.destroy()
    with pytest.raises(NoNodeDevice):
        connection.node_device_lookup_by_name(NAME)


def test_attributes_are_changed_and_nothing_else(connection: Connection, sysfs: Sys) -> None:
    device = connection.node_device_define_xml(DOCUMENT.format(UUID, "<attr name='a' value='1'/>"))
    assert "<attr name='a' value='1'/>" in device.get_xml_desc()
    changed = DOCUMENT.format(UUID, "<attr name='a' value='2'/>")
    with pytest.raises(InternalError, match=f"device '{NAME}': modify unsupported"):
        device.update(changed)
    (sysfs.root / "newer").touch()
    device.update(changed)
    assert (sysfs.root / "modified").read_text() == (
        f"modify --parent=0000:02:10.7 --jsonfile=/dev/stdin --uuid={UUID} --defined\n"
        '{"mdev_type":"t1","start":"manual","attrs":[{"a":"2"}]}'
    )
    with pytest.raises(OperationInvalid, match="node device is not active"):
        device.update(changed, LIVE)
    with pytest.raises(ConfigUnsupported, match="uuid mismatch"):
        device.update(changed.replace(UUID, UUID.replace("b2", "b3")))
    with pytest.raises(ConfigUnsupported, match="type mismatch"):
        device.update(changed.replace("t1", "t2"))
    with pytest.raises(XmlInvalidSchema):
        device.update(changed.replace("<name>m</name>", ""))
    with pytest.raises(ConfigUnsupported, match="Unsupported device type"):
        connection.node_device_lookup_by_name("computer").update(changed)


def test_what_mdevctl_says(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.node_device_define_xml(DOCUMENT.format(UUID, ""))
    with pytest.raises(InternalError, match="Unable to define mediated device: Error: "):
        connection.node_device_define_xml(DOCUMENT.format(UUID, ""))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SystemFailure, match="Cannot find 'mdevctl' in path"):
        connection.node_device_define_xml(DOCUMENT.format(UUID, ""))


def test_killed_between_any_two_steps_it_is_before_or_after(uri: str, sysfs: Sys) -> None:
    """What is defined, what is there and what is listed agree, whenever the process was killed."""
    kept = sysfs.root / f"etc/mdevctl.d/0000:02:10.7/{UUID}"
    there = sysfs.root / f"sys/bus/mdev/devices/{UUID}"

    def live(connection: Connection) -> None:
        device = connection.node_device_define_xml(DOCUMENT.format(UUID, ""))
        device.set_autostart(1)
        device.create()
        device.destroy()
        device.undefine()

    seen = set()
    for _ in walk(uri, live):
        with vsh.connect(uri) as connection:
            known = {each.name: each for each in connection.list_all_node_devices(3 << 14)}
            state = (kept.exists(), there.exists())
            assert (NAME in known) == any(state)
            if NAME in known:
                device = known[NAME]
                assert (device.is_persistent(), device.is_active()) == state
                state += (bool(device.get_autostart()),)
                if device.is_active():
                    device.destroy()
                device.undefine()
            seen.add(state)
            assert not kept.exists()
            assert not there.exists()
    assert (False, False) in seen
    assert (True, True, True) in seen
