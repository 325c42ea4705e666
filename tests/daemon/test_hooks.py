"""Hooks: programs that the daemon calls at what guests and networks do, as libvirt's daemons do.

What is called when, and with which words, is what libvirt's page on hooks says and libvirtd 9.0.0
does; ``scripts/interop --tck`` runs libvirt-tck's scripts about them on both.
"""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

import vsh
from vsh.errors import Error, HookScriptFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NETWORK = "<network><name>n</name><forward mode='bridge'/><bridge name='outer'/></network>"
PORT = """<networkport><uuid>7d744f21-ba4a-4d6e-bdb2-30a35ff3207d</uuid>
<owner><name>x</name><uuid>8d744f21-ba4a-4d6e-bdb2-30a35ff3207d</uuid></owner>
<mac address='52:54:00:7b:35:93'/></networkport>"""
BEGUN = ["prepare begin -", "start begin -", "started begin -"]
ENDED = ["stopped end -", "release end -"]


class Hooks:
    """Programs in a root's ``hooks``: each writes its words, and keeps what it read."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "hooks"
        self.log = root / "called"
        self.folder.mkdir(parents=True)

    def put(self, name: str, then: str = "") -> None:
        """Have a program; ``then`` are more lines of it."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f'#!/bin/sh\ncat > "{self.log}.$2"\necho "{name} $*" >> "{self.log}"\n{then}\n'
        )
        path.chmod(0o755)

    def called(self) -> list[str]:
        """The words of all calls until now; they are forgotten."""
        said = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return said

    def read(self, operation: str) -> str:
        """What the last program read that was called for an operation."""
        return self.log.with_name(f"{self.log.name}.{operation}").read_text()

    def wait_for(self, line: str) -> None:
        """Wait until a program has been called with these words."""
        limit = time.monotonic() + 30
        while not self.log.exists() or line not in self.log.read_text().splitlines():
            assert time.monotonic() < limit, self.called()
            time.sleep(0.01)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[PrivateVshd, Hooks]]:
    """A vshd that is not started yet, and the hooks of its root."""
    daemon = PrivateVshd(tmp_path)
    yield daemon, Hooks(daemon.root)
    if daemon.process is None:
        daemon.start()
    with vsh.connect(daemon.uri()) as connection:
        for domain in connection.list_all_domains(1):
            domain.destroy()
    daemon.kill()
    assert "Traceback" not in daemon.said()


def of(name: str, *operations: str, driver: str = "qemu") -> list[str]:
    """The words of several calls about one object."""
    return [f"{driver} {name} {operation}" for operation in operations]


def test_a_guest_and_its_network(made: tuple[PrivateVshd, Hooks], tmp_path: Path) -> None:
    vshd, hooks = made
    for name in ("daemon", "qemu", "network", "qemu.d/20-more", "qemu.d/10-more"):
        hooks.put(name)
    (hooks.folder / "qemu.d/30-not").write_text("#!/bin/sh\nexit 1\n")  # nobody may run it
    vshd.start()
    hooks.wait_for("daemon - start - start")
    hooks.called()
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domain_define_xml(TinyGuest(tmp_path, "tiny").xml)
        assert hooks.called() == []
        domain.create()
        all_three = [
            f"{program} tiny {operation}"
            for operation in BEGUN
            for program in ("qemu", "qemu.d/10-more", "qemu.d/20-more")
        ]
        assert hooks.called() == all_three
        assert hooks.read("prepare").startswith("<domain type='qemu' id='1'>")
        assert f"<uuid>{domain.uuid}</uuid>" in hooks.read("started")
        for more in ("10", "20"):
            (hooks.folder / f"qemu.d/{more}-more").unlink()
        domain.destroy()
        assert hooks.called() == of("tiny", *ENDED)
        assert hooks.read("release").startswith("<domain type='qemu'>\n  <name>tiny</name>")
        network = connection.network_define_xml(NETWORK)
        network.create()
        calls = ["start begin -", "started begin -"]
        assert hooks.called() == of("n", *calls, driver="network")
        read = hooks.read("started")
        assert read.startswith("<hookData>\n  <network>\n    <name>n</name>")
        assert read.endswith("</hookData>")
        port = network.port_create_xml(PORT)
        assert hooks.called() == of("n", "port-created begin -", driver="network")
        assert "  <network connections='1'>" in hooks.read("port-created")
        assert f"  <networkport>\n    <uuid>{port.uuid}</uuid>" in hooks.read("port-created")
        port.delete()
        network.destroy()
        calls = ["port-deleted begin -", "stopped end -"]
        assert hooks.called() == of("n", *calls, driver="network")
    vshd.kill(signal.SIGTERM)
    assert hooks.called() == ["daemon - shutdown - shutdown"]


def test_one_that_refuses(made: tuple[PrivateVshd, Hooks], tmp_path: Path) -> None:
    """Wherever a hook fails the guest or the network is off, and its end is told."""
    vshd, hooks = made
    hooks.put("qemu", '[ "$2" != "$(cat "$0.no")" ] || { echo no >&2; exit 3; }')
    hooks.put("network", '[ "$2" != "$(cat "$0.no")" ] || kill -9 $$')
    vshd.start()
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domain_define_xml(TinyGuest(tmp_path, "tiny").xml)
        network = connection.network_define_xml(NETWORK)
        for number, call in enumerate(BEGUN):
            operation = call.split()[0]
            (hooks.folder / "qemu.no").write_text(operation)
            with pytest.raises(HookScriptFailed) as raised:
                domain.create()
            assert str(raised.value).startswith(
                "Hook script execution failed: internal error: Child process (LC_ALL=C "
            )
            assert str(raised.value).endswith(
                f"{hooks.folder}/qemu tiny {call}) unexpected exit status 3: no\n"
            )
            assert hooks.called() == of("tiny", *BEGUN[: number + 1], *ENDED)
            assert not domain.is_active()
        (hooks.folder / "qemu.no").write_text("stopped")  # it has happened all the same
        domain.create()
        domain.destroy()
        assert not domain.is_active()
        for operation in ("start", "started"):
            (hooks.folder / "network.no").write_text(operation)
            with pytest.raises(HookScriptFailed, match="unexpected fatal signal 9"):
                network.create()
            assert not network.is_active()
    assert "unexpected exit status 3: no" in vshd.said()  # as libvirtd, the log has each


def test_what_comes_from_a_file_is_changed(made: tuple[PrivateVshd, Hooks], tmp_path: Path) -> None:
    """Each program reads what the one before it printed; what does not fit is refused."""
    vshd, hooks = made
    hooks.put("qemu", '[ "$2" != restore ] || sed "s,<title>.*<,<title>once<,;" "$0.log.restore"')
    hooks.put(
        "qemu.d/more",
        '[ "$2" != restore ] || sed "s,once,twice,;$(cat "$0.more")" "$0.log.restore"',
    )
    for name in ("qemu", "qemu.d/more"):
        (hooks.folder / f"{name}.log.restore").symlink_to(f"{hooks.log}.restore")
    more = hooks.folder / "qemu.d/more.more"
    more.write_text("")
    vshd.start()
    with vsh.connect(vshd.uri()) as connection:
        guest = TinyGuest(tmp_path, "tiny")
        text = guest.xml.replace("</name>", "</name><title>never</title>", 1)
        domain = connection.domain_create_xml(text)
        domain.save(str(tmp_path / "saved"))
        hooks.called()
        more.write_text("s,<memory.*/memory>,<memory>99999</memory>,")
        with pytest.raises(Error, match="Target domain max memory"):
            connection.domain_restore(str(tmp_path / "saved"))
        assert connection.list_all_domains() == []
        more.write_text("")
        hooks.called()
        connection.domain_restore(str(tmp_path / "saved"))
        assert hooks.called()[:2] == [
            "qemu tiny restore begin -",
            "qemu.d/more tiny restore begin -",
        ]
        (domain,) = connection.list_all_domains()
        assert "<title>twice</title>" in domain.get_xml_desc()
        tainted = "tainted: configuration potentially modified by hook script"
        assert tainted in domain.get_messages()


def test_a_daemon_that_comes_back(made: tuple[PrivateVshd, Hooks], tmp_path: Path) -> None:
    """Hooks are found at SIGHUP; a guest that runs on while a daemon starts is asked about."""
    vshd, hooks = made
    vshd.start()
    with vsh.connect(vshd.uri()) as connection:
        connection.domain_define_xml(TinyGuest(tmp_path, "tiny").xml).create()
    hooks.put("daemon")
    hooks.put("qemu")
    assert vshd.process is not None
    vshd.process.send_signal(signal.SIGHUP)
    hooks.wait_for("daemon - reload begin SIGHUP")
    hooks.called()
    vshd.kill()
    vshd.start()
    hooks.wait_for("qemu tiny reconnect begin -")
    vshd.kill()
    hooks.called()
    hooks.put("qemu", '[ "$2" != reconnect ]')
    vshd.start()
    hooks.wait_for("qemu tiny release end -")
    assert hooks.called()[1:] == of("tiny", "reconnect begin -", *ENDED)

    def off() -> bool:
        with vsh.connect(vshd.uri()) as connection:
            return not connection.domain_lookup_by_name("tiny").is_active()

    wait_until(off)


def wait_until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    limit = time.monotonic() + 30
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.02)
