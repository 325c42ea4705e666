"""polkit's own authority on a bus of the test's own, with libvirt's actions, asked by a nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd

import vsh

if TYPE_CHECKING:
    from collections.abc import Iterator

POLKITD = "/usr/lib/polkit-1/polkitd"
ACTIONS = "/usr/share/polkit-1/actions/org.libvirt.unix.policy"
BUS = """<busconfig><type>system</type><listen>unix:path={}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>"""
RULES = """
polkit.addRule(function(action, subject) {
    if (subject.user != "nobody") return polkit.Result.NOT_HANDLED;
    if (action.id == "org.libvirt.unix.manage") return polkit.Result.YES;
    if (action.id.indexOf("org.libvirt.api.") != 0) return polkit.Result.NOT_HANDLED;
    if (action.lookup("domain_name") == "hidden") return polkit.Result.NO;
    if (action.id == "org.libvirt.api.domain.stop") return polkit.Result.NO;
    return action.lookup("connect_driver") == "Test" ? polkit.Result.YES : polkit.Result.NO;
});
"""
HIDDEN = """<domain type='test'><name>hidden</name><memory>65536</memory>
<os><type>hvm</type></os></domain>"""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that everybody may look into, with a bus, an authority and a folder of its rules."""
    needed = ["dbus-daemon", "pkcheck", "setpriv", "unshare", "virsh"]
    missing = [name for name in needed if shutil.which(name) is None]
    missing += [path for path in (POLKITD, ACTIONS) if not os.path.exists(path)]
    if os.geteuid() != 0 or missing:
        pytest.skip(f"needs root, and {', '.join(missing) or 'nothing else'}")
    folder = Path(tempfile.mkdtemp(prefix="vsh-polkit-", dir="/tmp"))
    folder.chmod(0o755)
    (folder / "bus.conf").write_text(BUS.format(folder))
    (folder / "rules").mkdir(mode=0o755)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={folder}/bus")
    started = []
    with (folder / "said").open("wb") as said:
        script = f"mount --bind {folder}/rules /etc/polkit-1/rules.d && exec {POLKITD} --no-debug"
        for command in (
            ["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile"],
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script],
        ):
            started.append(subprocess.Popen(command, stdout=said, stderr=said))
            until = time.monotonic() + 20
            while not (folder / "bus").exists():
                assert time.monotonic() < until
                time.sleep(0.02)
        ask = ["pkcheck", "--action-id", "org.libvirt.unix.monitor", "--process", str(os.getpid())]
        until = time.monotonic() + 20
        while subprocess.run(ask, capture_output=True).returncode:
            assert time.monotonic() < until, (folder / "said").read_text()
            time.sleep(0.1)
        try:
            yield folder
        finally:
            for each in reversed(started):
                each.terminate()
                each.wait(20)
            shutil.rmtree(folder)


def nobody(daemon: PrivateVshd, command: str, *, readonly: bool = False) -> str:
    """What libvirt's virsh says to somebody without any rights of the system's."""
    done = subprocess.run(
        ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "virsh", "-q", "-c",
         daemon.uri("test", "/default", readonly=readonly), *(["-r"] if readonly else []), command],
        capture_output=True, text=True, timeout=60, env=os.environ | {"HOME": "/proc/none"},
    )  # fmt: skip
    return done.stdout + done.stderr


def test_the_authority_decides(place: Path) -> None:
    """Who may manage, who may only look, and which domains are there for whom."""
    config = place / "vshd.conf"
    config.write_text(
        'auth_unix_rw = "polkit"\nauth_unix_ro = "polkit"\naccess_drivers = [ "polkit" ]\n'
    )
    (place / "rules" / "10-vsh.rules").write_text("")
    daemon = PrivateVshd(place, "--config", str(config), "--verbose")
    daemon.start()
    try:
        with vsh.connect(daemon.uri("test", "/default")) as root:  # root need not ask
            root.domain_define_xml(HIDDEN)
            assert (
                "error: authentication unavailable: no polkit agent available to authenticate "
                "action 'org.libvirt.unix.manage'"
            ) in nobody(daemon, "list")
            assert "test" in nobody(daemon, "list", readonly=True)  # libvirt's own actions allow it
            assert "error: " in nobody(daemon, "suspend test", readonly=True)
            (place / "rules" / "10-vsh.rules").write_text(RULES)
            until = time.monotonic() + 20
            while "test" not in nobody(daemon, "list --all"):
                assert time.monotonic() < until, daemon.said()
                time.sleep(0.1)
            assert "hidden" not in nobody(daemon, "list --all")
            assert "failed to get domain 'hidden'" in nobody(daemon, "domstate hidden")
            assert nobody(daemon, "suspend test") == ""
            assert "error: access denied" in nobody(daemon, "destroy test")
            assert sorted(each.name for each in root.list_all_domains()) == ["hidden", "test"]
    finally:
        daemon.kill()
    assert "polkit: org.libvirt.unix.manage for process" in daemon.said()
    assert "domain:stop denied" in daemon.said()
