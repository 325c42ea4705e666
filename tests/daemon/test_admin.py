"""libvirt's own virt-admin on vshd."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.errors import Error

if TYPE_CHECKING:
    from pathlib import Path

    from private_libvirtd import PrivateLibvirtd
    from private_vshd import PrivateVshd

PROGRAM = shutil.which("virt-admin")


def admin(vshd: PrivateVshd, *words: str) -> list[str]:
    """The lines that virt-admin prints, errors too."""
    if PROGRAM is None:
        pytest.skip("no virt-admin here")
    place = vshd.socket.with_name("libvirt-admin-sock")
    done = subprocess.run(
        [PROGRAM, "-c", f"libvirtd:///system?socket={place}", *words],
        capture_output=True,
        text=True,
        timeout=30,
    )
    text = done.stdout + done.stderr
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


LINES = """
srv-threadpool-info libvirtd
srv-threadpool-info nobody
srv-threadpool-set libvirtd --min-workers 3
srv-threadpool-set libvirtd --min-workers 30
srv-threadpool-set libvirtd --min-workers 8 --max-workers 8
srv-threadpool-set libvirtd --max-workers 2
srv-threadpool-set libvirtd --max-workers 0
srv-threadpool-set libvirtd --max-workers 25 --priority-workers 7
srv-threadpool-info libvirtd
srv-threadpool-set libvirtd
srv-threadpool-set admin --max-workers 3
srv-threadpool-info admin
srv-clients-list nobody
srv-clients-info libvirtd
srv-clients-info admin
srv-clients-set libvirtd --max-clients 50
srv-clients-set libvirtd --max-unauth-clients 60
srv-clients-set libvirtd --max-clients 10
srv-clients-set libvirtd --max-clients 100 --max-unauth-clients 60
srv-clients-info libvirtd
srv-clients-set libvirtd
srv-clients-set admin --max-clients 55
srv-clients-info admin
srv-update-tls libvirtd
srv-update-tls nobody
client-info libvirtd 999
client-info nobody 1
client-info admin 1
client-disconnect libvirtd 999
client-disconnect nobody 1
daemon-log-filters "1:util 3:rpc"
daemon-log-filters
daemon-log-filters nonsense
daemon-log-filters 7:util
daemon-log-filters 1:
daemon-log-filters "1:util 1:+"
daemon-log-filters 1:+util
daemon-log-filters
daemon-log-filters ""
daemon-log-filters
daemon-log-outputs "1:file:/tmp/../dev/null"
daemon-log-outputs
daemon-log-outputs nonsense
daemon-log-outputs 9:stderr
daemon-log-outputs 1:file
daemon-log-outputs 1:nothing
daemon-log-outputs 1:syslog
daemon-log-outputs 1:file:/proc/none/x
daemon-log-outputs 1:stderr:x
daemon-log-outputs "1:stderr 3:stderr"
daemon-log-outputs
daemon-log-outputs "1:file:/dev/null 2:syslog:other 2:file:/dev/null"
daemon-log-outputs
daemon-timeout --timeout 100
daemon-timeout --timeout 0
daemon-timeout --timeout 4294967295
daemon-timeout
"""


def told(place: Path) -> list[tuple[str, str, str]]:
    """What virt-admin says to each line on a daemon's admin socket, errors too."""
    found = []
    for line in LINES.split("\n")[1:-1]:
        done = subprocess.run(
            ["virt-admin", "-c", f"libvirtd:///system?socket={place}", line],
            capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        # a worker may still be with the client before
        text = re.sub(r"(freeWorkers +:) \d+", r"\1 N", done.stdout + done.stderr)
        words = (
            text.replace(number, "N") for number in re.findall(r"unix_process_id: (\d+)", text)
        )
        found.append((line, next(words, text), str(done.returncode)))
    return found


def test_every_command_says_what_it_says_on_libvirtd(
    vshd: PrivateVshd, libvirtd: PrivateLibvirtd
) -> None:
    """Byte for byte, errors too: but versions, and which of the two servers stands first."""
    if PROGRAM is None:
        pytest.skip("no virt-admin here")
    libvirtd.kill()
    libvirtd.start()  # its numbers of clients start anew, and what is set here goes with it
    theirs = told(libvirtd.folder / "run/libvirt/libvirt-admin-sock")
    libvirtd.kill()
    assert told(vshd.socket.with_name("libvirt-admin-sock")) == theirs
    assert sorted(line.split()[-1] for line in admin(vshd, "server-list")[2:]) == [
        "admin", "libvirtd",
    ]  # fmt: skip


def test_clients(vshd: PrivateVshd) -> None:
    """Listed, shown, and sent away."""
    with vsh.connect(vshd.uri("test", "/default", readonly=True)) as connection:
        rows = admin(vshd, "client-list", "libvirtd")[2:]
        assert len(rows) == 1
        number = rows[0].split()[0]
        shown = admin(vshd, "client-info", "libvirtd", number)
        assert "readonly : yes" in shown
        assert any(line.startswith("unix_process_id") for line in shown), shown
        assert admin(vshd, "client-disconnect", "libvirtd", number) == [
            f"Client '{number}' disconnected"
        ]
        with pytest.raises(Error):
            connection.get_hostname()


def test_log_and_timeout(vshd: PrivateVshd) -> None:
    path = vshd.folder / "other.log"
    assert admin(vshd, "daemon-log-outputs", "--outputs", f"1:file:{path}") == []
    assert admin(vshd, "daemon-log-outputs") == [f"Logging outputs: 1:file:{path}"]
    assert admin(vshd, "daemon-log-filters", "--filters", "1:daemon.server") == []
    until = time.monotonic() + 30
    while " goes: " not in path.read_text():  # the loop takes note after the client has gone
        assert time.monotonic() < until
        time.sleep(0.02)
    assert admin(vshd, "daemon-timeout", "--timeout", "1") == []
    assert vshd.process is not None
    assert vshd.process.wait(15) == 0
    vshd.process = None
