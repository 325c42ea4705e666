"""Displays by RDP: qemu-rdp beside QEMU, on the guest's D-Bus (libvirt 11.1 and newer).

The program is in no package of Debian's: one of ours stands for it, which is on the real bus of a
real dbus-daemon, tells what it was called with and takes the credentials as the interface
``org.QemuDisplay.RDP`` has it.  QEMU 11.1.3 of the tests lacks the module with which it would be
on that bus (it wants OpenGL) and is started without that display: pictures are not tried.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import newest_libvirtd
import pytest

import vsh
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    OperationFailed,
    OperationUnsupported,
    SystemFailure,
)  # fmt: skip

if TYPE_CHECKING:
    from tiny_guest import TinyGuest

PROGRAM = f"""#!{sys.executable}
import json, os, struct, sys
sys.path.insert(0, {str(Path(vsh.__file__).parents[1])!r})
place = os.path.dirname(os.path.realpath(sys.argv[0]))
if "--print-capabilities" in sys.argv:
    print(open(place + "/says").read())
    raise SystemExit
from vsh.drivers.host import bus
address = sys.argv[1].partition("=")[2]
on = bus.Bus(bus.path(address))
fields = {{bus.PATH: "/org/freedesktop/DBus", bus.MEMBER: "RequestName",
          bus.DESTINATION: bus.BUS, bus.INTERFACE: bus.BUS, bus.SIGNATURE: "su"}}
body = bus.texts("org.QemuDisplay.RDP")
on.send(bus.Message(bus.CALL, fields, body + bytes(-len(body) % 4) + struct.pack("<I", 0)))
while True:
    told = on.next()
    if told.kind == bus.CALL and told.fields.get(bus.MEMBER) == "SetCredentials":
        words, data = [], told.body
        while data:
            length = int.from_bytes(data[:4], "little")
            words.append(data[4 : 4 + length].decode())
            data = data[4 + length + 1 + -(4 + length + 1) % 4 :]
        with open(place + "/told", "a") as file:
            file.write(json.dumps([sys.argv[2:], words]) + "\\n")
        on.send(bus.Message(bus.RETURN, {{bus.REPLY: told.serial,
                                         bus.DESTINATION: told.fields[bus.SENDER]}}))
"""
WITHOUT = """#!/bin/sh
for word; do
  shift
  case "$word" in dbus,*) word=none ;; esac
  set -- "$@" "$word"
done
exec {} "$@"
"""
RDP = "<graphics type='dbus'/><graphics type='rdp' username='me' passwd='secret'/>"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program, and what qemu.conf says of it."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("no dbus-daemon here")
    place = tmp_path / "rdp"
    place.mkdir()
    (place / "qemu-rdp").write_text(PROGRAM)
    (place / "qemu-rdp").chmod(0o755)
    (place / "says").write_text('{"features": []}')
    for name in ("server-cert.pem", "server-key.pem"):
        (place / name).write_text("")
    settings(tmp_path)
    return place


def settings(tmp_path: Path, *more: str) -> None:
    newest_libvirtd.as_root(tmp_path / "root")
    place = tmp_path / "rdp"
    own = (f'qemu_rdp = "{place}/qemu-rdp"', f'rdp_tls_x509_cert_dir = "{place}"', *more)
    with (tmp_path / "root/qemu.conf").open("a") as file:
        file.write("\n".join(own) + "\n")


def document(tiny: TinyGuest, tmp_path: Path, displays: str = RDP) -> str:
    emulator = tmp_path / "rdp/qemu-system-x86_64"
    if not emulator.exists():
        emulator.write_text(WITHOUT.format(newest_libvirtd.emulator(tmp_path)))
        emulator.chmod(0o755)
    text = tiny.xml.replace(newest_libvirtd.OWN_EMULATOR, str(emulator))
    return text.replace("</devices>", f"{displays}</devices>")


def told(place: Path) -> list[list[list[str]]]:
    return [json.loads(line) for line in (place / "told").read_text().splitlines()]


@pytest.mark.usefixtures("running_newest")
def test_a_display_by_rdp(root: str, tiny: TinyGuest, tmp_path: Path, program: Path) -> None:
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(document(tiny, tmp_path))
        assert "<graphics type='rdp' port='0' autoport='yes' username='me'" in domain.get_xml_desc(
            2
        )
        domain.create()
        guest = connection.driver.hypervisor.guests.named("tiny")  # type: ignore[attr-defined]
        port = guest.definition.graphics[1].port
        assert 3389 <= port < 3489
        shown = domain.get_xml_desc()
        head = f"<graphics type='rdp' port='{port}' autoport='yes' listen='127.0.0.1' username='me'"
        assert head in shown
        assert "<listen type='address' address='127.0.0.1'/>" in shown.partition("type='rdp'")[2]
        words = ["serve", "--bind-address", f"127.0.0.1:{port}"]
        words += [f"--cert={program}/server-cert.pem", f"--key={program}/server-key.pem"]
        assert told(program) == [[words, ["me", "secret", ""]]]
        assert "secret" not in shown
        assert "secret" not in "".join(words)
        assert guest.run.beside["rdp"][0] == "qemu-rdp"
        graphics = (
            "<graphics type='rdp' port='{}' autoport='{}' username='{}' passwd='{}'>"
            "<listen type='address' address='127.0.0.1'/></graphics>"
        )
        domain.update_device_flags(graphics.format(port, "yes", "you", "other"), 1)
        assert told(program)[1:] == [[words, ["you", "other", ""]]]
        assert "username='you'" in domain.get_xml_desc()
        with pytest.raises(OperationUnsupported, match="cannot change port settings on rdp"):
            domain.update_device_flags(graphics.format(5, "no", "you", "other"), 1)
        pid = guest.run.beside["rdp"][1]
        domain.destroy()
        until = time.monotonic() + 10
        while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
            assert time.monotonic() < until, "it is still there"
            time.sleep(0.01)


@pytest.mark.usefixtures("running_newest")
def test_whoever_the_settings_name(
    root: str, tiny: TinyGuest, tmp_path: Path, program: Path
) -> None:
    settings(tmp_path, 'rdp_listen = "::1"', 'rdp_username = "all"', 'rdp_password = "word"')
    displays = "<graphics type='rdp' port='3999' autoport='no'/><graphics type='dbus'/>"
    with vsh.connect(root) as connection:
        domain = connection.domain_create_xml(document(tiny, tmp_path, displays))
        [[words, credentials]] = told(program)
        assert (words[2], credentials) == ("[::1]:3999", ["all", "word", ""])
        domain.destroy()


@pytest.mark.usefixtures("running_newest")
def test_what_cannot_be(root: str, tiny: TinyGuest, tmp_path: Path, program: Path) -> None:
    """In libvirt's words; nothing is left running."""
    one = "<graphics type='dbus'/><graphics type='rdp' {}/>"
    with vsh.connect(root) as connection:
        for more, wrong in (
            ("replaceUser='yes'", "RDP doesn't support 'replaceUser'"),
            ("multiUser='yes'", "RDP doesn't support 'multiUser'"),
            ("passwd='x' passwdValidTo='2030-01-01T00:00:00'", "RDP password expiration isn't"),
        ):
            with pytest.raises(ConfigUnsupported, match=wrong):
                connection.domain_define_xml(document(tiny, tmp_path, one.format(more)))
        with pytest.raises(ConfigUnsupported, match="rdp graphics are not supported with this"):
            connection.domain_define_xml(
                tiny.xml.replace("</devices>", f"{one.format('')}</devices>")
            )
        for displays, wrong in (
            ("<graphics type='rdp'/>", "requires a D-Bus bus graphics device"),
            (one.format("").replace("rdp' /", "rdp'><listen type='address'/>"
             "<listen type='address' address='::1'/></graphics").replace("</graphics/>", ""),
             "qemu-rdp does not support multiple listens"),
        ):  # fmt: skip
            domain = connection.domain_define_xml(document(tiny, tmp_path, displays))
            with pytest.raises(ConfigUnsupported, match=wrong):
                domain.create()
            domain.undefine()
        domain = connection.domain_define_xml(document(tiny, tmp_path))
        for name, wrong in (("server-key.pem", "key"), ("server-cert.pem", "certificate")):
            (program / name).unlink()
            with pytest.raises(OperationFailed, match=f"Missing {wrong} file '{program}/{name}'"):
                domain.create()
        (program / "says").write_text("nothing")
        with pytest.raises(InternalError, match="unable to parse json capabilities"):
            domain.create()
        (program / "qemu-rdp").unlink()
        with pytest.raises(ConfigUnsupported, match="rdp graphics are not supported with this"):
            domain.create()
        guest = connection.driver.hypervisor.guests.named("tiny")  # type: ignore[attr-defined]
        from vsh.drivers.qemu import rdp_program

        with pytest.raises(SystemFailure, match="is not a suitable qemu-rdp helper name"):
            rdp_program.start(
                None, "/dev/null", "/", connection.driver.hypervisor.settings,  # type: ignore[attr-defined]
                guest.definition, guest.definition.graphics[1],
            )  # fmt: skip
