"""What is made of parts of a domain: kept in order, given defaults, dropped or refused with a text.

``defined.txt`` has a part and below it what ``define`` and ``dumpxml`` of virsh 12.8.0 give for it
on its test driver: the lines that a domain without the part has not (``-``: none), or the error.
``T`` stands before elements of <domain>, ``O`` before another <os>; all others are devices.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from vsh.errors import Error
from vsh.hypervisors.test.defaults import TestDefaults as Defaults
from vsh.xml.domain import Domain
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.reader import read

_MAC = re.compile(r"52:54:00(:[0-9a-f]{2}){3}")  # one that was made up
OS = "<os><type arch='x86_64'>hvm</type></os>"
PARTS = [
    block.split("\n")
    for block in Path(__file__).with_name("defined.txt").read_text().strip("\n").split("\n\n")
]


def document(part: str) -> str:
    boot = part[2:] if part[:2] == "O " else OS
    top = part[2:] if part[:2] == "T " else ""
    devices = "" if part[:2] in ("O ", "T ") else part
    return (
        "<domain type='test'><name>t1</name><uuid>11111111-2222-3333-4444-555555555555</uuid>"
        f"<memory>65536</memory><vcpu>4</vcpu>{boot}{top}<devices>{devices}</devices></domain>"
    )


def defined(part: str) -> list[str]:
    """The lines of the definition.  Raises Error."""
    domain = read(document(part), Domain, flags=INACTIVE)
    Defaults().complete(domain)
    return [line.strip() for line in domain.format(INACTIVE).splitlines()]


@pytest.mark.parametrize(("part", "expected"), PARTS, ids=range(len(PARTS)))
def test_a_part_of_a_domain(part: str, expected: str) -> None:
    if expected.startswith("error: "):
        with pytest.raises(Error) as caught:
            defined(part)
        assert _MAC.sub("MAC", f"error: {caught.value}") == expected
        return
    rest = Counter(defined(""))
    lines = []
    for line in defined(part):
        if rest[line]:
            rest[line] -= 1
        elif not line.startswith("<mac address='52:54:00"):
            lines.append(line)
    assert ("".join(lines) or "-") == expected
