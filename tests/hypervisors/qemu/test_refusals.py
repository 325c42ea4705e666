"""Documents that QEMU guests cannot be started from, and libvirt's words for each.

The words are those of libvirt 9.0.0 with QEMU 7.2, or of 12.8.0 with QEMU 11.1 where they differ.
"""

from __future__ import annotations

import json

import pytest

from tests.hypervisors.qemu.argv import answers

CASES = answers.refusals()


@pytest.fixture(scope="module")
def kept() -> answers.Kept:
    return answers.Kept(json.loads((answers.HERE / "answers.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("document", "error"), CASES, ids=range(len(CASES)))
def test_refused(document: str, error: str, kept: answers.Kept) -> None:
    assert answers.shown(document, kept) == error + "\n"
