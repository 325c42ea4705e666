"""Scripts of commands about pools, volumes, secrets and the host, by libvirtd and by vshd.

What is printed on both streams, the status and the files that are left have to be the same; vsh is
the client of both, as virsh.  Times of files and what the file system has left are not compared.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from private_vshd import PrivateVshd

import vsh
from vsh.errors import NoStoragePool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from private_libvirtd import PrivateLibvirtd

SCRIPTS = Path(__file__).with_name("scripts")
LEAST = 380
"""How many commands there are in all scripts, at least."""
MASKS = (
    (re.compile(r"(<[amc]time>)[0-9.]+"), r"\1T"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}"), "UUID"),
    (re.compile(r"(<(?:allocation|available|capacity) unit='bytes'>)\d{11,}"), r"\1N"),
    (re.compile(r"(?m)^((?:Capacity|Allocation|Available): +)[0-9.]+ [GT]iB$"), r"\1N"),
    (re.compile(r"[0-9]+\.[0-9]{2} [GT]iB"), "N GiB"),
)


@pytest.fixture
def vshd(tmp_path: Path) -> Iterator[PrivateVshd]:
    daemon = PrivateVshd(tmp_path / "vshd")
    daemon.folder.mkdir()
    daemon.start()
    yield daemon
    daemon.kill(15)


@pytest.fixture
def peer(libvirtd: PrivateLibvirtd) -> Iterator[str]:
    """The URI of a libvirtd that other tests use as well: nothing stays there."""
    yield libvirtd.uri
    with vsh.connect(libvirtd.uri) as connection:
        for pool in connection.list_all_storage_pools():
            if pool.is_active():
                pool.destroy()
            with contextlib.suppress(NoStoragePool):  # one that was gone with its end
                pool.undefine()
        for secret in connection.list_all_secrets():
            secret.undefine()


def masked(text: str, folder: str) -> str:
    text = text.replace(folder, "DIR")
    for what, shown in MASKS:
        text = what.sub(shown, text)
    return re.sub(r"(?m)^( .*?) +(?=N GiB|unlimited|[0-9.]+ [KM]?i?B)", r"\1 ", text)


def played(
    run: Callable[..., Any], uri: str, folder: Path, lines: list[str]
) -> list[tuple[str, int, str]]:
    """The commands with what each of them did, its status and its words.

    ``file NAME CONTENT`` writes a file, ``!COMMAND`` is the shell's; both are in the folder.
    """
    folder.mkdir(parents=True)
    done = []
    for line in lines:
        here = line.replace("DIR", str(folder))
        if here.startswith("file "):
            _, name, content = here.split(" ", 2)
            (folder / name).write_text(content)
        elif here.startswith("!"):
            subprocess.run(here[1:], shell=True, cwd=folder, check=True)
        else:
            here = re.sub(r"(?<= )(\w+\.xml)", rf"{folder}/\1", here)
            told = run("-c", uri, here, program="virsh")
            done.append((line, told.status, masked(told.out + told.err, str(folder))))
    return done


def left(folder: Path) -> list[tuple[str, int, int, int, int]]:
    """What there is below a folder: names, modes, owners and sizes."""
    found = []
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        size = 0 if path.is_dir() else status.st_size
        name = str(path.relative_to(folder))
        found.append((name, status.st_mode, status.st_uid, status.st_gid, size))
    return found


def commands(script: str) -> list[str]:
    return (SCRIPTS / f"{script}.txt").read_text().splitlines()


NAMES = sorted(path.stem for path in SCRIPTS.glob("*.txt"))


@pytest.mark.parametrize("script", NAMES)
def test_the_same_bytes_and_files(
    run: Callable[..., Any], peer: str, vshd: PrivateVshd, tmp_path: Path, script: str
) -> None:
    theirs = played(run, peer, tmp_path / "peer", commands(script))
    ours = played(run, vshd.uri(), tmp_path / "ours", commands(script))
    for mine, other in zip(ours, theirs, strict=True):
        assert mine == other
    kept = [each for each in left(tmp_path / "ours") if not each[0].endswith(".xml")]
    assert kept == [each for each in left(tmp_path / "peer") if not each[0].endswith(".xml")]


def test_there_are_enough_of_them() -> None:
    lines = [line for script in NAMES for line in commands(script)]
    assert sum(not line.startswith(("file ", "!")) for line in lines) >= LEAST
