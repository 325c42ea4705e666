"""What the twelve everyday commands cost, in numbers that do not depend on the machine: modules,
calls on the wire, documents that are parsed, system calls of a start.

A ceiling here only goes down, or up for a reason that is worth it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from delay_proxy import DelayProxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from private_libvirtd import PrivateLibvirtd
    from tiny_guest import TinyGuest

# modules of ours on the test driver and over a socket, and the calls on the wire
EVERYDAY = {
    "list": (52, 60, 5),
    "list --all": (52, 60, 5),
    "domstate test": (49, 58, 5),
    "dominfo test": (60, 62, 13),
    "dumpxml test": (51, 58, 5),
    "snapshot-list test": (69, 69, 5),
    "domstats": (49, 58, 4),
    "net-list": (62, 63, 7),
    "vol-list default-pool": (65, 66, 5),
    "nodeinfo": (48, 56, 4),
    "version": (49, 56, 5),
    "echo hello": (39, 52, 3),
}
FOREIGN = {"__future__"}
FOREIGN_ON_A_SOCKET = FOREIGN | {"_socket", "_struct", "errno", "select"}
"""What is imported beside our own modules: none of it parses XML."""

PROBE = """\
import sys
bare = set(sys.modules)
sys.argv = ["vsh", *{words!r}]
from vsh.main import main
status = main()
sys.stdout.flush()
sys.stderr.write(" ".join(sorted(set(sys.modules) - bare)))
sys.exit(status)
"""


def imported(*words: str) -> tuple[set[str], set[str]]:
    """The modules of ours and the others that a command imports beyond a bare interpreter."""
    command = [sys.executable, "-I", "-c", PROBE.format(words=words)]
    # the first run compiles what has changed, which may itself need a module
    subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    modules = set(done.stderr.split())
    ours = {name for name in modules if name.partition(".")[0] == "vsh"}
    return ours, modules - ours


@pytest.mark.parametrize("words", EVERYDAY)
def test_modules_on_the_test_driver(words: str) -> None:
    ours, others = imported("-c", "test:///default", *words.split())
    assert others <= FOREIGN
    assert len(ours) <= EVERYDAY[words][0], sorted(ours)


@pytest.fixture(scope="module")
def counted(
    running_libvirtd: PrivateLibvirtd, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DelayProxy]:
    """A way to the daemon on which calls are counted; it takes no time."""
    place = tmp_path_factory.mktemp("way") / "socket"
    with DelayProxy(place, running_libvirtd.socket, 0.0) as proxy:
        yield proxy


@pytest.mark.parametrize("words", EVERYDAY)
def test_modules_and_calls_over_a_socket(counted: DelayProxy, words: str) -> None:
    uri = f"test+unix:///default?socket={counted.listen}"
    ours, others = imported("-c", uri, *words.split())
    assert others <= FOREIGN_ON_A_SOCKET
    assert len(ours) <= EVERYDAY[words][1], sorted(ours)
    counted.clear()
    done = subprocess.run(
        [sys.executable, "-m", "vsh", "-c", uri, *words.split()], capture_output=True
    )
    assert done.returncode == 0
    counted.wait_for_leave()
    assert len(counted.calls) == EVERYDAY[words][2], counted.calls


def test_calls_of_a_long_script(counted: DelayProxy, tmp_path: Path) -> None:
    """Hello and good-bye are said once, and each command asks as often as the first."""
    uri = f"test+unix:///default?socket={counted.listen}"
    calls = []
    for count in (10, 40):
        counted.clear()
        script = "domstate test\n" * count
        done = subprocess.run(
            [sys.executable, "-m", "vsh", "-c", uri], input=script, capture_output=True, text=True
        )
        assert done.stdout.split() == ["running"] * count
        counted.wait_for_leave()
        calls.append(len(counted.calls))
    assert calls == [3 + 2 * 10, 3 + 2 * 40]


def test_a_look_at_real_guests(tiny_guest: Callable[..., TinyGuest], tmp_path: Path) -> None:
    """Neither documents nor what Python has for JSON, processes and threads are needed, whether
    guests run or not; nor are guests where something else is asked for.
    """
    root = f"qemu:///embed?root={tmp_path}/root"
    runs, rests = (tiny_guest(name, define=False) for name in ("looked-at", "resting"))
    vsh = [sys.executable, "-m", "vsh", "-q", "-c", root]
    script = f"define {runs.file}; start looked-at; define {rests.file}"
    subprocess.run([*vsh, script], check=True, capture_output=True)
    looks = ("domstate looked-at", "list --all", "domstats", "domstats --block resting")
    monitor = str(tmp_path / "calls")
    try:
        seen = {words: imported("-c", root, *words.split())[1] for words in (*looks, "pool-list")}
        if shutil.which("strace") is not None:
            for words in ("pool-list", "domstate looked-at"):
                trace = ["strace", "-f", "-e", "connect", "-o", f"{monitor}-{words}"]
                subprocess.run([*trace, *vsh, *words.split()], check=True, capture_output=True)
    finally:
        subprocess.run([*vsh, "destroy", "looked-at"], check=True, capture_output=True)
    heavy = {"json", "re", "enum", "socket", "subprocess", "threading", "hashlib", "shutil", "lxml"}
    for words, others in seen.items():
        assert not others & heavy, words
        assert "_sqlite3" in others
    if shutil.which("strace") is not None:
        assert "monitor.sock" not in Path(f"{monitor}-pool-list").read_text()
        assert "monitor.sock" in Path(f"{monitor}-domstate looked-at").read_text()


START = "from vsh.__main__ import run; run()"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with a bundle of its own, warmed up by all of these commands."""
    here = Path(__file__).parent.parent / "vsh"
    made = tmp_path_factory.mktemp("installed") / "vsh"
    shutil.copytree(here, made, ignore=shutil.ignore_patterns("__pycache__"))
    for _ in range(2):  # the first compiles, the second bundles
        for words in EVERYDAY:
            started(made, words)
    return made


def started(package: Path, words: str, *around: str) -> str:
    """What a start of a copy says."""
    command = [*around, sys.executable, "-S", "-c", START, "-c", "test:///default", *words.split()]
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        command,
        env=environment,
        cwd=package.parent,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("words", EVERYDAY)
def test_system_calls_of_a_start(package: Path, words: str) -> None:
    """One file of ours is opened beside those from before there is a bundle."""
    log = package.parent / "calls"
    started(package, words, "strace", "-f", "-o", str(log))
    lines = log.read_text().splitlines()
    calls = [line for line in lines if f'"{package}/' in line]
    opened = [line for line in calls if " openat(" in line and " = -1 " not in line]
    assert len(opened) <= 5, opened
    assert len(calls) <= EVERYDAY[words][0] * 2 + 20
    assert len(lines) < 600
