"""The layers hold: imports point down only, and every package has its place in them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def lint_imports(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-cache", "--no-logo", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_imports_point_down_only() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contract_sees_an_import_that_points_up(tmp_path: Path) -> None:
    """The check itself works: a copy of the package in which errors.py imports cli is refused."""
    package = tmp_path / "vsh"
    for name in ("", "cli", "drivers"):
        (package / name).mkdir()
        (package / name / "__init__.py").write_text("")
    for name in ("main", "lookup", "signals", "bundle"):
        (package / f"{name}.py").write_text("")
    (package / "errors.py").write_text("def late():\n    import vsh.cli\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "vsh.errors -> vsh.cli" in done.stdout


def test_every_package_has_a_layer() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    placed = {name.strip("() ") for layer in contract["layers"] for name in layer.split("|")}
    present = {
        entry.stem
        for entry in (ROOT / "vsh").iterdir()
        if entry.suffix == ".py" or (entry / "__init__.py").exists()
    }
    assert present - {"__init__"} <= placed
