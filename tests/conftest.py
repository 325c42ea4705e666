"""Fixtures: a run of vsh in this process or another, a terminal, a real libvirtd, a tiny guest."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import newest_libvirtd
import pexpect
import private_libvirtd
import pytest
from newest_libvirtd import NewestLibvirtd
from private_libvirtd import PrivateLibvirtd, obstacle
from terminal import Terminal
from tiny_guest import TinyGuest

import vsh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.output.document import Document

# A shell's command in the background ignores Ctrl-C, and one without a terminal that it is gone;
# so would all that is started here.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(
            number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        )

# How long an example takes says something of the machine and of who else uses it.
hypothesis.settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any-machine")

SCRIPT = Path(sys.executable).with_name("vsh")
# What of the caller's environment reaches a run; the rest is that of a fresh user in an empty home.
KEPT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START")


@dataclass
class Result:
    """What one run of vsh gave."""

    status: int
    out: str
    err: str

    def __iter__(self) -> Iterator[int | str]:
        """So that ``status, out, err = run(...)`` reads well."""
        return iter((self.status, self.out, self.err))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Tests' files are in a folder of this run's own.

    pytest's is shared: each run that starts takes away what others were let do with it, as is the
    user that QEMU runs as.
    """
    if config.option.basetemp is None:
        config.option.basetemp = tempfile.mkdtemp(prefix="vsh-tests-")
        config.add_cleanup(lambda: shutil.rmtree(config.option.basetemp, ignore_errors=True))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate", action="store_true", help="rewrite tests/golden with what comes out now"
    )
    parser.addoption(
        "--minutes", type=float, help="how long the tests of load run (default: a few seconds)"
    )


def environment(home: Path) -> dict[str, str]:
    """A clean environment: C locale, UTC, a dumb terminal, all personal files below ``home``."""
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    personal = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_DATA_HOME": home / "data",
        "XDG_STATE_HOME": home / "state",
        "XDG_RUNTIME_DIR": home / "runtime",
    }
    (home / "runtime").mkdir(mode=0o700, exist_ok=True)
    fixed = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb"}
    return kept | {name: str(path) for name, path in personal.items()} | fixed


@pytest.fixture
def clean_environment(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """This process in the clean environment; changes to the given dict do not reach it."""
    wanted = environment(tmp_path_factory.mktemp("home"))
    for name in list(os.environ):
        if name not in wanted and not name.startswith("PYTEST_"):
            monkeypatch.delenv(name)
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    time.tzset()
    yield wanted
    monkeypatch.undo()
    time.tzset()


OTHER_UUID = "8a1b6a2f-7c54-4b0e-9a53-0d4f5c1e2b3a"


@pytest.fixture(autouse=True)
def own_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has an in-memory hypervisor of its own, whatever another has left open."""
    driver = sys.modules.get("vsh.drivers.test")
    if driver is not None:
        monkeypatch.setattr(driver, "_shared", None)


@pytest.fixture
def run(
    clean_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """``run(*argv, stdin=None, program="vsh", env=None)``: vsh in this process, in ``tmp_path``.

    Every call is an invocation of its own: the in-memory test driver begins with its default world.
    The standard streams are real files, so that code which asks for their descriptors gets them.
    """
    from dictionary import other_keys

    from vsh.__main__ import main
    from vsh.cli.session import Session

    shown = Session.show
    wrong: list[str] = []

    def show(session: Session, document: Document) -> None:
        """Every document of every command is held against the dictionary of keys."""
        wrong.extend(other_keys(session, document))
        shown(session, document)

    monkeypatch.chdir(tmp_path)
    streams = tmp_path.parent / f"{tmp_path.name}-streams"
    streams.mkdir()

    def run(
        *argv: str,
        stdin: str | bytes | None = None,
        program: str = "vsh",
        env: dict[str, str] | None = None,
    ) -> Result:
        given = stdin.encode() if isinstance(stdin, str) else stdin or b""
        (streams / "stdin").write_bytes(given)
        text = {"encoding": "utf-8", "errors": "surrogateescape"}
        with (
            monkeypatch.context() as patch,
            (streams / "stdin").open("r", **text) as source,
            (streams / "stdout").open("w+", **text) as out,
            (streams / "stderr").open("w+", **text) as err,
        ):
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", [program, *argv])
            patch.setattr(Session, "show", show)
            patch.setattr(sys, "stdin", source)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            wrong.clear()
            try:
                status = main()
            except SystemExit as leaving:
                status = leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
            out.flush()
            err.flush()
        assert not wrong, "documents are not what their commands declare"
        written = [(streams / name).read_bytes() for name in ("stdout", "stderr")]
        return Result(status or 0, *(part.decode("utf-8", "surrogateescape") for part in written))

    return run


def installed_script() -> Path:
    if not SCRIPT.exists():
        pytest.fail(f"{SCRIPT} is not there: install the checkout first (pip install -e .)")
    return SCRIPT


@pytest.fixture
def vsh_process(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """``vsh_process(*argv, stdin=None, env=None, timeout=30)``: the script, in ``tmp_path``."""
    clean = environment(tmp_path_factory.mktemp("home"))

    def vsh_process(
        *argv: str,
        stdin: str | None = None,
        program: str = "vsh",
        env: dict[str, str] | None = None,
        timeout: float = 30,
    ) -> Result:
        command = linked_script(program)
        source = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        done = subprocess.run(
            [str(command), *argv],
            cwd=tmp_path,
            env=clean | (env or {}),
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=timeout,
            **source,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def linked_script(program: str) -> Path:
        if program == "vsh":
            return installed_script()
        link = tmp_path_factory.mktemp("links") / program
        link.symlink_to(installed_script())
        return link

    return vsh_process


@pytest.fixture
def pty(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., pexpect.spawn[str]]]:
    """``pty(*argv, env=None, program="vsh", columns=80)``: the installed script on a terminal."""
    clean = environment(tmp_path_factory.mktemp("home"))
    links = tmp_path_factory.mktemp("links")
    spawned: list[pexpect.spawn[str]] = []

    def pty(
        *argv: str,
        env: dict[str, str] | None = None,
        program: str = "vsh",
        columns: int = 80,
        timeout: float = 40,
    ) -> pexpect.spawn[str]:
        link = links / program
        if not link.exists():
            link.symlink_to(installed_script())
        child = pexpect.spawn(
            str(link),
            list(argv),
            cwd=str(tmp_path),
            env=clean | {"TERM": "xterm"} | (env or {}),
            encoding="utf-8",
            codec_errors="replace",
            dimensions=(24, columns),
            timeout=timeout,
        )
        spawned.append(child)
        return child

    yield pty
    for child in spawned:
        child.close(force=True)


@pytest.fixture
def terminal(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Terminal]]:
    """``terminal(*argv, env=None, program="vsh", columns=80, rows=24)``: the installed script on a
    terminal whose screen can be read; ``env`` values of None are left out.  The program is the
    script under a name of its own, or bash."""
    clean = environment(tmp_path_factory.mktemp("home"))
    links = tmp_path_factory.mktemp("links")
    started: list[Terminal] = []

    def terminal(
        *argv: str,
        env: dict[str, str | None] | None = None,
        program: str = "vsh",
        columns: int = 80,
        rows: int = 24,
    ) -> Terminal:
        link = links / program
        if not link.exists():
            link.symlink_to(shutil.which("bash") if program == "bash" else installed_script())
        wanted = {**clean, "TERM": "xterm-256color"}
        wanted["PATH"] = f"{SCRIPT.parent}:{wanted['PATH']}"
        wanted |= env or {}
        found = Terminal(
            str(link),
            list(argv),
            cwd=str(tmp_path),
            env={name: value for name, value in wanted.items() if value is not None},
            rows=rows,
            columns=columns,
        )
        started.append(found)
        return found

    yield terminal
    for each in started:
        each.close()


@pytest.fixture(scope="session")
def running_libvirtd() -> Iterator[PrivateLibvirtd]:
    """The run's daemon; tests take it as ``libvirtd``."""
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    with PrivateLibvirtd() as daemon:
        yield daemon


@pytest.fixture(scope="session")
def running_newest() -> Iterator[NewestLibvirtd]:
    """The run's daemon of the newest version that can be had; tests take it as ``newest``."""
    reason = newest_libvirtd.obstacle()
    if reason is not None:
        pytest.skip(reason)
    with NewestLibvirtd() as daemon:
        yield daemon


@pytest.fixture
def newest(running_newest: NewestLibvirtd) -> Iterator[NewestLibvirtd]:
    """A real libvirtd 12.8.0 with QEMU 11.1.3, without domains; what a test leaves is removed."""
    yield running_newest
    with vsh.connect(running_newest.uri) as connection:
        for domain in connection.list_all_domains():
            persistent = domain.is_persistent()
            if domain.is_active():
                domain.destroy()
            if persistent:
                domain.undefine_flags(1 | 2 | 4 | 16)


@pytest.fixture
def libvirtd(running_libvirtd: PrivateLibvirtd) -> Iterator[PrivateLibvirtd]:
    """A real libvirtd of the run's own, up and without domains; what a test leaves is removed.

    ``.uri`` for clients, ``.virsh(*words)`` to look from another side, ``.kill()``, ``.start()``.
    """
    if not running_libvirtd.alive():
        running_libvirtd.start()
    yield running_libvirtd
    if not running_libvirtd.alive():
        running_libvirtd.start()
    virsh = running_libvirtd.virsh
    for name in virsh("list", "--all", "--name").split("\n"):
        if name:
            virsh("destroy", name, check=False)
            leftovers = ("--managed-save", "--snapshots-metadata", "--checkpoints-metadata")
            virsh("undefine", name, *leftovers, check=False)


@pytest.fixture
def other(libvirtd: PrivateLibvirtd, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateLibvirtd]:
    """A second daemon that is on another host, as far as both can tell."""
    text = private_libvirtd.DAEMON_CONFIGURATION
    own = text.partition('host_uuid = "')[2].partition('"')[0]
    monkeypatch.setattr(private_libvirtd, "DAEMON_CONFIGURATION", text.replace(own, OTHER_UUID))
    with private_libvirtd.PrivateLibvirtd() as daemon:
        yield daemon


@pytest.fixture
def tiny_guest(libvirtd: PrivateLibvirtd, tmp_path: Path) -> Callable[..., TinyGuest]:
    """``tiny_guest(name="tiny", disks=1, form="qcow2", serial="file", start=False)``.

    A guest that boots in a tenth of a second; with ``define=False`` only its files are made.
    """

    def tiny_guest(
        name: str = "tiny", *, define: bool = True, start: bool = False, **options: object
    ) -> TinyGuest:
        guest = TinyGuest(tmp_path, name, **options)  # type: ignore[arg-type]
        if define or start:
            libvirtd.virsh("define", str(guest.file))
        if start:
            libvirtd.virsh("start", name)
            if guest.output.exists():
                guest.wait_for()
        return guest

    return tiny_guest
