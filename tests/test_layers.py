"""The layers hold: imports point down only, and every package has its place in them."""

from __future__ import annotations

import ast
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
    for name in ("main", "bundling", "lookup", "signals", "bundle", "sparing"):
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


def imports_of(name: str, path: Path, modules: dict[str, Path]) -> set[str]:
    """The modules of the package that a module names in imports, wherever they stand: at the top,
    in a function, for annotations only."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = {f"{node.module}.{each.name}" for each in node.names}
            found |= {each if each in modules else node.module for each in inner}
    return (found & set(modules)) - {name}


def circles(package: Path) -> list[set[str]]:
    """The modules of a package that lead back to each other by imports (Tarjan's components)."""
    modules = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    graph = {name: imports_of(name, path, modules) for name, path in modules.items()}
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in graph[name]:
            if other not in number:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], number[other])
        if low[name] == number[name]:
            at = stack.index(name)
            component = set(stack[at:])
            del stack[at:]
            if len(component) > 1:
                found.append(component)

    for name in graph:
        if name not in number:
            visit(name)
    return found


MUTUAL = ("vsh.api", "vsh.aio")
"""Where handles name each other in annotations: a domain gives its connection, and the other way
round."""


def test_no_circle_of_imports() -> None:
    """Neither at the top, nor in functions, nor for annotations."""
    others = [
        sorted(circle)
        for circle in circles(ROOT / "vsh")
        if not any(all(name.startswith(part) for name in circle) for part in MUTUAL)
    ]
    assert others == []


def test_a_circle_is_seen(tmp_path: Path) -> None:
    package = tmp_path / "some"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "one.py").write_text("def late():\n    from some.other import thing\n")
    (package / "other.py").write_text("if False:\n    from some import one\n")
    (package / "third.py").write_text("import some.one\n")
    assert circles(package) == [{"some.one", "some.other"}]


def test_no_list_keeps_an_import_that_nobody_uses() -> None:
    """``__all__`` stands only in what is there to be imported from: the public packages, modules
    that are nothing but another's part or names, and two mechanisms that share an answer."""
    keeping = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "vsh").rglob("*.py")
        if "__all__" in (text := path.read_text())
        and any(isinstance(each, ast.FunctionDef | ast.ClassDef) for each in ast.parse(text).body)
    }
    assert keeping == {
        "vsh/__init__.py",
        "vsh/aio/__init__.py",
        "vsh/auth/mechanisms/scram_sha_1.py",
        "vsh/auth/mechanisms/scram_sha_256.py",
    }
