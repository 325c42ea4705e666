"""libvirt's own virt-admin on vshd."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.errors import Error

if TYPE_CHECKING:
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


def test_servers_pools_and_limits(vshd: PrivateVshd) -> None:
    assert [line.split()[-1] for line in admin(vshd, "server-list")[2:]] == ["libvirtd", "admin"]
    assert admin(vshd, "server-threadpool-set", "libvirtd", "--max-workers", "7") == []
    shown = admin(vshd, "server-threadpool-info", "libvirtd")
    assert "maxWorkers : 7" in shown
    assert admin(vshd, "server-clients-set", "libvirtd", "--max-clients", "77") == []
    assert "nclients_max : 77" in admin(vshd, "server-clients-info", "libvirtd")
    assert "error: Server not found: No server named 'none'" in "\n".join(
        admin(vshd, "server-clients-info", "none")
    )


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
    assert admin(vshd, "daemon-log-filters") == ["Logging filters: 1:daemon.server"]
    assert "came" in path.read_text()
    assert "error" in admin(vshd, "daemon-log-outputs", "--outputs", "9:nowhere")[0]
    assert admin(vshd, "daemon-timeout", "--timeout", "1") == []
    assert vshd.process is not None
    assert vshd.process.wait(15) == 0
    vshd.process = None
