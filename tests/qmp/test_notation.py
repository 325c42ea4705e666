"""JSON without Python's module for it: the same texts and values, and the same refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import vsh
from vsh.qmp.notation import dumps, loads

VALUES = [
    None,
    True,
    0,
    -(2**63),
    2**64 - 1,
    0.1,
    1e300,
    "",
    'a "quoted"\\\n\t\x01 \N{SNOWMAN} \ud800',
    [],
    {},
    {"execute": "x", "arguments": {"a": [1, {"b": [None, False]}]}, "id": "vsh-1"},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_as_python_has_it(value: object) -> None:
    text = json.dumps(value, separators=(",", ":"))
    assert dumps(value) == text
    assert loads(text) == value
    assert loads(f" \r\n{text}\t".encode()) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "nul",
        "[1,]",
        "1 2",
        "{1:2}",
        '{"a":NaN}',
        "-Infinity",
        '"\x01"',
        b"\xff",
        "'a'",
    ],
    ids=repr,
)
def test_what_is_no_json(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        loads(text)


def test_too_deep() -> None:
    with pytest.raises(RecursionError):
        loads("[" * 100_000)


def test_what_json_has_not() -> None:
    with pytest.raises(TypeError):
        dumps({"a": object()})
    with pytest.raises(ValueError, match="float"):
        dumps(float("nan"))


def test_it_loads_next_to_nothing() -> None:
    code = "import sys; import vsh.qmp.message; print(*({'re', 'json', 'enum'} & {*sys.modules}))"
    folder = Path(vsh.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=folder, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
