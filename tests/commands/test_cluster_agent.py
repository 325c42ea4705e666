"""Pacemaker's own agent for domains, run with vsh in virsh's place, on a real libvirtd.

Debian's package resource-agents has it; OCF_ROOT may name the folder of an unpacked one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from private_libvirtd import PrivateLibvirtd
    from tiny_guest import TinyGuest

ROOT = Path(os.environ.get("OCF_ROOT", "/usr/lib/ocf"))
AGENT = ROOT / "resource.d" / "heartbeat" / "VirtualDomain"
SUCCESS, NOT_RUNNING = 0, 7


@pytest.mark.libvirtd
@pytest.mark.skipif(not AGENT.exists(), reason=f"{AGENT} is not there: install resource-agents")
def test_start_monitor_stop(
    libvirtd: PrivateLibvirtd, tiny_guest: Callable[..., TinyGuest], tmp_path: Path
) -> None:
    guest = tiny_guest("ha", define=False)
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "virsh").symlink_to(Path(sys.executable).with_name("vsh"))
    env = {
        "PATH": f"{tools}:{os.environ['PATH']}:/usr/sbin:/sbin",
        "HOME": str(tmp_path),
        "OCF_ROOT": str(ROOT),
        "OCF_FUNCTIONS_DIR": str(ROOT / "lib" / "heartbeat"),
        "OCF_RESOURCE_INSTANCE": "ha",
        "OCF_RESOURCE_TYPE": "VirtualDomain",
        "OCF_RA_VERSION_MAJOR": "1",
        "OCF_RA_VERSION_MINOR": "0",
        "OCF_RESKEY_config": str(guest.file),
        "OCF_RESKEY_hypervisor": libvirtd.uri,
        "OCF_RESKEY_force_stop": "true",
        "OCF_RESKEY_CRM_meta_timeout": "60000",
        "HA_RSCTMP": str(tmp_path),
        "HA_LOGFACILITY": "none",
        "HA_LOGFILE": str(tmp_path / "log"),
    }

    def agent(action: str) -> int:
        done = subprocess.run([str(AGENT), action], env=env, capture_output=True, text=True)
        print(action, done.returncode, done.stdout, done.stderr)
        return done.returncode

    assert agent("monitor") == NOT_RUNNING
    assert agent("start") == SUCCESS
    assert libvirtd.virsh("domstate", "ha").strip() == "running"
    assert agent("monitor") == SUCCESS
    assert agent("stop") == SUCCESS
    assert agent("monitor") == NOT_RUNNING
