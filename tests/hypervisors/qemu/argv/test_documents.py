"""Documents of many kinds of devices, and the command lines that libvirt gives them too.

They were compared word by word with libvirt 9.0.0 and QEMU 7.2 when they were kept.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hypervisors.qemu.argv import answers


@pytest.fixture(scope="module")
def kept() -> answers.Kept:
    return answers.Kept(json.loads((answers.HERE / "answers.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", answers.DOCUMENTS, ids=lambda path: path.stem)
def test_line(path: Path, kept: answers.Kept) -> None:
    said = answers.shown(path.read_text(encoding="utf-8"), kept)
    assert said == path.with_suffix(".args").read_text(encoding="utf-8")
