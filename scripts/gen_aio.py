#!/usr/bin/env python3
"""Write the modules of vsh/aio that come from vsh/api: the same calls, properties and collections,
to be awaited.

    scripts/gen_aio.py [FOLDER]    writes into FOLDER (default: vsh/aio of this checkout)

A call's stub becomes an ``async def`` that makes it.  Properties, methods and collections become
what their source says, with every call awaited; what has nothing to await stays as it is.  What
works otherwise in an event loop (events, streams, edits, acts) is written by hand, in the modules
that this does not write.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vsh.api.kinds import KINDS, kind  # noqa: E402 - the checkout's own
from vsh.api.table import calls  # noqa: E402

API = ROOT / "vsh" / "api"
HEADER = '''"""{}

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""
'''
BY_HAND = {
    "Connection": {
        "__init__", "readonly", "many", "pipeline", "stream", "hub", "next_event", "watch",
        "watch_monitor", "events", "migrate", "close", "__enter__", "__exit__",
    },
    "Domain": {"wait"},
}  # fmt: skip
"""What is written by hand, in ``_base.py`` and ``waiting.py``, by class."""

DOMAIN_WAIT = '''
async def wait(
    self,
    condition: str | None = None,
    timeout: float | None = None,
    *,
    state: DomainState | str | None = None,
) -> bool:
    """Wait until it is in a state, or "domain-inactive", or "guest-agent-available".

    False if that has not come after so many seconds; None waits for ever.
    """
    from vsh.aio.waiting import wait

    return await wait(self, condition, timeout, state=state)
'''
CALLS = {call.name for call in calls().values()} | {"domain_states"}
TWINS = {f"vsh.api.{name}" for name in ("collection", "editing", "event")}
"""Modules whose twins are here, beside those of objects."""

RECORDS = {"DomainStats": "vsh.aio.records", "Finished": "vsh.aio.records"}


class Awaiting(ast.NodeTransformer):
    """Puts ``await`` before calls of the API and before what has become awaitable."""

    def __init__(self, methods: set[str], properties: set[str]) -> None:
        self.methods = methods
        self.properties = properties
        self.awaited = False

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        act = self._act(node)
        if act is not None:
            return self._await(act)
        self.generic_visit(node)
        called = node.func
        if isinstance(called, ast.Attribute) and (
            called.attr in CALLS
            or (called.attr in self.methods and ast.unparse(called.value) == "self")
            or ast.unparse(called).startswith("super().")
        ):
            return self._await(node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        ours = isinstance(node.value, ast.Name) and node.value.id == "self"
        return self._await(node) if ours and node.attr in self.properties else node

    def _act(self, node: ast.Call) -> ast.Call | None:
        """``act_named("x")(a, b, c=d)`` as ``act(connection, "x", (a, b), {"c": d})``."""
        made = node.func
        if not isinstance(made, ast.Call) or ast.unparse(made.func) != "act_named":
            return None
        connection = ast.parse("self.owner.connection", mode="eval").body
        given = ast.Tuple(node.args)
        options = ast.Dict(
            [ast.Constant(each.arg) for each in node.keywords],
            [each.value for each in node.keywords],
        )
        return ast.Call(ast.Name("act"), [connection, *made.args, given, options], [])

    def _await(self, node: ast.expr) -> ast.Await:
        self.awaited = True
        return ast.Await(node)


def asynchronous(body: list[ast.stmt], name: str) -> list[ast.stmt]:
    """The members of a class, each awaited where it has to be."""
    kept = [each for each in body if not _is_call(each)]
    methods = {"_either"}  # of the base of collections
    properties: set[str] = set()
    while True:  # until nothing more becomes awaitable by what has
        before = len(methods) + len(properties)
        made: list[ast.stmt] = []
        for each in kept:
            copy = ast.parse(ast.unparse(each)).body[0]
            if isinstance(copy, ast.FunctionDef):
                if copy.name in BY_HAND.get(name, ()) or copy.name in ("__len__", "__contains__"):
                    continue
                transform = Awaiting(methods, properties)
                for statement in copy.body:
                    transform.visit(statement)
                if transform.awaited:
                    is_property = any(
                        ast.unparse(each) == "property" for each in copy.decorator_list
                    )
                    (properties if is_property else methods).add(copy.name)
                    copy = ast.AsyncFunctionDef(
                        **dict(ast.iter_fields(copy)), lineno=0, col_offset=0
                    )
            made.append(copy)
        if len(methods) + len(properties) == before:
            return made


def _is_call(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(each, ast.Call) and ast.unparse(each.func) == "call"
        for each in node.decorator_list
    )


def call_of(node: ast.FunctionDef) -> ast.AsyncFunctionDef:
    """The method that makes a call, from its stub."""
    copy = ast.parse(ast.unparse(node)).body[0]
    assert isinstance(copy, ast.FunctionDef)
    names = [argument.arg for argument in copy.args.args[1:]]
    asked = ", ".join([repr(copy.name), *names])
    made = ast.parse(f"async def f(self):\n    return await self._ask({asked})").body[0]
    assert isinstance(made, ast.AsyncFunctionDef)
    if ast.unparse(copy.returns or ast.Constant(None)) == "None":
        made.body = ast.parse(f"async def f(self):\n    await self._ask({asked})").body[0].body  # type: ignore[attr-defined]
    made.name, made.args, made.returns = copy.name, copy.args, copy.returns
    made.body.insert(0, copy.body[0])
    return made


def imports_of(tree: ast.Module) -> dict[str, str]:
    """Each name that a module imports at its top, and the statement that brings it here."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.col_offset > 4:
            continue
        for alias in node.names:
            if alias.name in KINDS:
                module = KINDS[alias.name].replace("vsh.api", "vsh.aio")
            elif alias.name in RECORDS:
                module = RECORDS[alias.name]
            elif node.module in TWINS or f"{node.module}.{alias.name}" in TWINS:
                module = str(node.module).replace("vsh.api", "vsh.aio")
            else:
                module = str(node.module)
            shown = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
            found[alias.asname or alias.name] = f"from {module} import {shown}"
    return found


def used(nodes: list[ast.stmt]) -> set[str]:
    """The names that some code uses, of its annotations, too."""
    return {node.id for each in nodes for node in ast.walk(each) if isinstance(node, ast.Name)}


def localised(nodes: list[ast.stmt]) -> None:
    """Have what is imported inside functions come from this package where it has a twin."""
    for each in nodes:
        for node in ast.walk(each):
            if isinstance(node, ast.ImportFrom) and node.module == "vsh.api.act":
                node.module, node.names = "vsh.aio._acting", [ast.alias("act")]
            elif isinstance(node, ast.ImportFrom) and node.module in TWINS:
                node.module = str(node.module).replace("vsh.api", "vsh.aio")


def object_module(name: str) -> str:
    """The module of one kind of object."""
    cls = kind(name)
    paths = [source(cls.__module__)]
    package = paths[0].parent if paths[0].name == "__init__.py" else None
    if package is not None:
        paths = [package / f"{theme}.py" for theme in themes_of(paths[0], name)] + paths
    members: list[ast.stmt] = []
    known: dict[str, str] = {}
    for path in paths:
        tree = ast.parse(path.read_text())
        known |= {key: value for key, value in imports_of(tree).items() if key not in known}
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name not in KINDS:
                known.setdefault(node.name, f"from {module_of(path)} import {node.name}")
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                members += [call_of(each) for each in node.body if _is_call(each)]  # type: ignore[arg-type]
                if node.name == name:
                    own = node
    body = asynchronous(own.body, name)
    kept = [
        each
        for each in body
        if not isinstance(each, (ast.Assign, ast.If)) and not _is_docstring(each)
    ]
    fields = ast.parse(f"fields = {cls.fields!r}").body if cls.fields else []
    members = [*fields, *kept, *members]
    if name == "Domain":
        members += ast.parse(DOMAIN_WAIT).body
    localised(members)
    base = "Base" if name == "Connection" else "Object"
    where = "vsh.aio._base" if name == "Connection" else "vsh.aio._object"
    declared = ast.ClassDef(
        name=name,
        bases=[ast.Name(base)],
        keywords=[],
        body=[ast.Expr(ast.Constant(ast.get_docstring(own))), *members],
        decorator_list=[],
        type_params=[],
    )
    first = (ast.get_docstring(ast.parse(paths[-1].read_text())) or "").partition("\n")[0]
    return written(first, [f"from {where} import {base}"], known, [declared])


def themes_of(path: Path, name: str) -> list[str]:
    """The themes that a class names: they leave its attribute when they are taken over."""
    [found] = [
        ast.literal_eval(node.value)
        for each in ast.parse(path.read_text()).body
        if isinstance(each, ast.ClassDef) and each.name == name
        for node in each.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "themes"
    ]
    return list(found)


def collections() -> str:
    """The module of the collections."""
    tree = ast.parse((API / "collection.py").read_text())
    known = imports_of(tree)
    made: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name != "Collection":
            node.body = asynchronous(node.body, node.name)
            node.bases = [_base(node.bases[0])]
            made.append(node)
    localised(made)
    tops = [
        "from vsh.aio._collection import Base",
        "from vsh.api.collection import picked, uuid_of",
    ]
    tops += [
        line
        for name, line in known.items()
        if name in used(made) and line.startswith(("from vsh.errors", "from vsh.words"))
    ]
    return written(
        "The objects of a connection, a domain or a pool, to be awaited.", tops, known, made
    )


def _base(node: ast.expr) -> ast.expr:
    """``Collection[Pool, Volume]`` as ``Base[Pool, Volume]``."""
    assert isinstance(node, ast.Subscript)
    return ast.Subscript(ast.Name("Base"), node.slice)


def facts(module: str, title: str, names: set[str] | None) -> str:
    """The module of records or events that have objects in them."""
    tree = ast.parse(source(module).read_text())
    known = imports_of(tree)
    made: list[ast.stmt] = [
        node
        for node in tree.body
        if (isinstance(node, ast.ClassDef) and (names is None or node.name in names))
        or (names is None and isinstance(node, ast.If) and isinstance(node.body[0], ast.ClassDef))
    ]
    tops = ["from vsh.api.types import Record"]
    words = "from vsh.words.event_id"  # the numbers of events, which are values
    tops += [line for name, line in known.items() if line.startswith(words) and name in used(made)]
    return written(title, tops, known, made)


def written(title: str, tops: list[str], known: dict[str, str], nodes: list[ast.stmt]) -> str:
    """A module's text."""
    names = used(nodes)
    have = {line.rpartition(" ")[2] for line in tops} | {"picked", "uuid_of"}
    have |= {
        node.name for each in nodes for node in ast.walk(each) if isinstance(node, ast.ClassDef)
    }
    typing = sorted({known[name] for name in names & known.keys() if name not in have})
    typing = [line for line in typing if line not in tops]
    text = '# mypy: disable-error-code="no-any-return"\n' + HEADER.format(title)
    text += "\nfrom __future__ import annotations\n\n" + "\n".join(tops) + "\n\n"
    text += "TYPE_CHECKING = False\nif TYPE_CHECKING:\n"
    text += "".join(f"    {line}\n" for line in typing) or "    pass\n"
    bases = used([each for node in nodes for each in map(ast.Expr, getattr(node, "bases", ()))])
    if bases & known.keys() - have:  # parameters of generic bases: names alone, when it runs
        text += f"else:\n    {' = '.join(sorted(bases & known.keys() - have))} = None\n"
    for node in nodes:
        ast.fix_missing_locations(node)
        text += f"\n\n{ast.unparse(node)}\n"
    return formatted(text)


def formatted(text: str) -> str:
    """The text as the house has it."""
    ruff = str(Path(sys.executable).with_name("ruff"))
    for command in (
        ["check", "--fix-only", "--quiet", "--select", "I,F401,D,UP"],
        ["format", "--quiet"],
    ):
        text = subprocess.run(
            [ruff, *command, "--stdin-filename", "vsh/aio/x.py", "-"],
            input=text, capture_output=True, text=True, check=True, cwd=ROOT,
        ).stdout  # fmt: skip
    return text


def module_of(path: Path) -> str:
    """The other way of ``source``."""
    words = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(words).removesuffix(".__init__")


def source(module: str) -> Path:
    """The file of a module of the API."""
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def modules() -> dict[str, str]:
    """Every module: its file's name to its text."""
    found = {
        KINDS[name].rpartition(".")[2] + ".py": object_module(name)
        for name in KINDS
        if name != "Stream"
    }
    found["collection.py"] = collections()
    found["records.py"] = facts(
        "vsh.api.connection.records", "Answers that have objects in them.", set(RECORDS)
    )
    found["event.py"] = facts("vsh.api.event", "Events: what a connection tells unasked.", None)
    return found


def main() -> int:
    """Write the modules; returns the exit status."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "vsh" / "aio"
    for name, text in modules().items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{len(modules())} modules in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
