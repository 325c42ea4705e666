"""Documents that cannot be read, told of a guest on a board of QEMU 7.2 as libvirt 9.0.0 does.

``older_words.txt`` has a part of a domain and below it the error, as libvirtd 9.0.0 says it; on a
newer board the same faults are told in libvirt 12.8.0's words, as the reader itself does.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from vsh.drivers.qemu import definitions
from vsh.errors import Error
from vsh.xml.domain import Domain
from vsh.xml.engine.reader import read

CASES = [
    block.split("\n")
    for block in Path(__file__).with_name("older_words.txt").read_text().strip("\n").split("\n\n")
]


def document(board: str, part: str) -> str:
    """A guest with a part of its own (``T``), or of its devices."""
    own, devices = (part[2:], "") if part.startswith("T ") else ("", part)
    return (
        f"<domain type='qemu'><name>t1</name><memory>65536</memory><os><type arch='x86_64' "
        f"machine='{board}'>hvm</type></os>{own}<devices>"
        f"<emulator>/usr/bin/qemu-system-x86_64</emulator>{devices}</devices></domain>"
    )


def said(board: str, part: str) -> str:
    """What is said of a part that cannot be taken."""
    with pytest.raises(Error) as caught:
        definitions.parsed(document(board, part), lambda _: None)
    return str(caught.value)


@pytest.mark.parametrize(("part", "expected"), CASES, ids=range(len(CASES)))
def test_a_part_of_a_guest_on_an_older_board(part: str, expected: str) -> None:
    assert said("pc-i440fx-7.2", part) == expected


def test_a_newer_board_has_the_readers_own_words() -> None:
    for part, expected in CASES[:-1]:  # the last is found when the document is complete
        with pytest.raises(Error) as caught:
            read(document("pc-i440fx-9.2", part), Domain)
        assert said("pc-i440fx-9.2", part) == str(caught.value) != expected
