"""The bundle of code: written once, good as long as the sources are, never in the way.

Each test has a copy of the package of its own, compiled as an installer leaves it.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import vsh

START = "import sys; sys.argv[0] = 'vsh'; from vsh.__main__ import run; run()"
LOOK = (
    "from vsh.bundle import install; install(); import vsh.main, vsh.errors;"
    "print(type(vsh.main.__loader__).__name__, vsh.main.__file__)"
)
DOMSTATE = ("-c", "test:///default", "domstate", "test")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    shutil.copytree(vsh.__path__[0], folder / "vsh", ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(folder, quiet=1)
    return folder / "vsh"


def python(package: Path, code: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    command = [sys.executable, "-S", "-c", code, *words]
    return subprocess.run(
        command, env=environment, cwd=package.parent, capture_output=True, text=True, check=False
    )


def bundle(package: Path) -> list[Path]:
    return sorted((package / "__pycache__").glob("everything*"))


def started(package: Path, *words: str) -> subprocess.CompletedProcess[str]:
    done = python(package, START, *words)
    assert done.stderr == ""
    return done


def test_the_first_run_writes_it_and_the_next_reads_it(package: Path) -> None:
    assert python(package, LOOK).stdout.startswith("SourceFileLoader ")
    assert started(package, *DOMSTATE).stdout == "running\n\n"
    (file,) = bundle(package)
    assert python(package, LOOK).stdout == f"Bundled {package}/main.py\n"
    before = file.stat()
    assert started(package, *DOMSTATE).stdout == "running\n\n"
    assert file.stat().st_mtime_ns == before.st_mtime_ns  # nothing new, nothing written
    assert "default" in started(package, "-c", "test:///default", "net-list").stdout
    (file,) = bundle(package)
    assert file.stat().st_size > before.st_size  # with what this command needed besides


def test_what_is_imported_is_the_same_with_it(package: Path) -> None:
    """What a module imports is brought before its code runs: that, and nothing else."""
    words = ("-c", "test:///default", "net-list")
    told = "import sys; print(*sorted(name for name in sys.modules if name[:3] == 'vsh'))"
    code = f"import atexit; atexit.register(exec, {told!r}); {START}"
    first = python(package, code, *words)
    assert len(bundle(package)) == 1
    second = python(package, code, *words)
    assert first.stderr == second.stderr == ""
    late = {"vsh.bundling"}  # which has written it
    assert set(second.stdout.split()) == set(first.stdout.split()) - late
    assert "vsh.commands.network.net_list" in second.stdout


def test_a_module_that_was_brought_is_like_any(package: Path) -> None:
    look = (
        "import sys\n"
        "from vsh.bundle import install\n"
        "install()\n"
        "import vsh.main\n"
        "for name in ('vsh.errors', 'vsh.cli'):\n"
        "    it = sys.modules[name]\n"
        "    print(it.__name__, it.__package__, it.__file__, it.__spec__.name, it.__doc__[:6],\n"
        "          getattr(it, '__path__', None), getattr(vsh, name[4:]) is it)\n"
    )
    plain = python(package, look).stdout
    started(package, *DOMSTATE)
    assert python(package, look).stdout == plain
    assert plain.splitlines()[0].endswith("True")


def test_a_package_that_has_changed_is_what_counts(package: Path) -> None:
    """Its modules are still those of the bundle."""
    started(package, *DOMSTATE)
    source = package / "words" / "__init__.py"
    source.write_text(source.read_text() + "\nprint('changed')\n")
    assert started(package, *DOMSTATE).stdout == "changed\nrunning\n\n"
    assert started(package, *DOMSTATE).stdout == "changed\nrunning\n\n"


def test_a_source_that_has_changed_is_what_counts(package: Path) -> None:
    started(package, *DOMSTATE)
    source = package / "commands" / "monitor" / "domstate.py"
    text = source.read_text()
    source.write_text(
        text.replace("state=state_word(state)", 'state="changed " + state_word(state)')
    )
    assert started(package, *DOMSTATE).stdout == "changed running\n\n"
    source.write_text(text)
    assert started(package, *DOMSTATE).stdout == "running\n\n"


def test_a_module_that_has_gone_is_gone(package: Path) -> None:
    started(package, *DOMSTATE)
    (package / "commands" / "monitor" / "domstate.py").unlink()
    done = python(package, START, *DOMSTATE)
    assert done.stderr.startswith("error: unknown command: 'domstate'")


@pytest.mark.parametrize("spoil", ["empty", "short", "long", "other", "garbage"])
def test_a_broken_one_is_replaced(package: Path, spoil: str) -> None:
    started(package, *DOMSTATE)
    (file,) = bundle(package)
    good = file.read_bytes()
    spoilt = {
        "empty": b"",
        "short": good[: len(good) // 2],
        "long": good + b"x",
        "other": b"\0\0\0\0" + good[4:],
        "garbage": good[:16] + bytes(len(good) - 16),
    }
    file.write_bytes(spoilt[spoil])
    assert started(package, *DOMSTATE).stdout == "running\n\n"
    (file,) = bundle(package)
    assert len(file.read_bytes()) == len(good)


def test_without_files_of_pythons_own_there_is_none(package: Path) -> None:
    for folder in package.rglob("__pycache__"):
        shutil.rmtree(folder)
    code = f"import sys; sys.dont_write_bytecode = True; {START}"
    assert python(package, code, *DOMSTATE).stdout == "running\n\n"
    assert not (package / "__pycache__").exists()


def test_many_at_once(package: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: started(package, *DOMSTATE), range(16)))
    assert {done.stdout for done in runs} == {"running\n\n"}
    assert len(bundle(package)) == 1  # and nothing beside it
    assert python(package, LOOK).stdout.startswith("Bundled ")


def test_the_end_of_the_process(package: Path) -> None:
    """What has registered for the end is told, what was written is out, the status is kept."""
    code = f"import atexit; atexit.register(print, 'told'); {START}"
    done = python(package, code, "-c", "test:///default", "domstate nosuch; list --name")
    assert done.stdout.endswith("test\n\ntold\n")
    assert done.returncode == 0
    assert python(package, START, "-c", "test:///default", "domstate", "nosuch").returncode == 1


def test_the_end_waits_for_threads(package: Path) -> None:
    late = "threading.Timer(0.2, print, ['late']).start()"
    code = f"import atexit, threading; atexit.register(print, 'told'); {late}; {START}"
    done = python(package, code, "-c", "test:///default", "domstate nosuch")
    assert done.stdout.splitlines()[-2:] == ["late", "told"]
    assert done.returncode == 1


def test_a_program_that_embeds_it_goes_on(package: Path) -> None:
    code = "from vsh.main import main; print(main(['-c', 'test:///default', 'domstate', 'test']))"
    assert python(package, code).stdout == "running\n\n0\n"
    assert bundle(package) == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_system_calls_of_a_start(package: Path) -> None:
    """One file of ours is opened, however many modules are needed."""
    started(package, *DOMSTATE)
    started(package, *DOMSTATE)
    log = package.parent / "calls"
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    done = subprocess.run(
        ["strace", "-f", "-o", str(log), sys.executable, "-S", "-c", START, *DOMSTATE],
        env=environment, cwd=package.parent, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == "running\n\n"
    calls = [line for line in log.read_text().splitlines() if f'"{package}/' in line]
    opened = [line for line in calls if " openat(" in line and " = -1 " not in line]
    modules = [line.split('"')[1] for line in opened if "/everything" not in line]
    # what runs before there is a bundle: the package, the entry, the bundle's own module
    assert len(modules) <= 4, modules
    assert len(opened) - len(modules) == 1
    assert len(calls) < 100  # a look at each source that is needed, and at folders
    assert len(log.read_text().splitlines()) < 600
