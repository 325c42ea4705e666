"""Checkpoint documents: rules 47 and 48, and writing."""

from __future__ import annotations

import pytest

from vsh.errors import Error
from vsh.xml.engine.flags import NO_DOMAIN, REDEFINE, SIZE
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.reader import read
from vsh.xml.moment.checkpoint import DomainCheckpoint

GOOD = """<domaincheckpoint>
  <name>c1</name>
  <description>d</description>
  <parent>
    <name>c0</name>
  </parent>
  <creationTime>5</creationTime>
  <disks>
    <disk name='vda' checkpoint='bitmap' bitmap='b' size='7'/>
    <disk name='vdb' checkpoint='no'/>
  </disks>
</domaincheckpoint>
"""


@pytest.mark.parametrize(
    ("document", "rule", "text"),
    [
        (
            "<domaincheckpoint><creationTime>1</creationTime></domaincheckpoint>",
            48,
            "XML error: a redefined checkpoint must have a name",
        ),
        (
            "<domaincheckpoint><name>c</name></domaincheckpoint>",
            48,
            "internal error: missing creationTime from existing checkpoint",
        ),
        (
            "<domaincheckpoint><name>c</name><creationTime>1</creationTime><disks><disk/></disks></domaincheckpoint>",
            47,
            "XML error: Missing required attribute 'name' in element 'disk'",
        ),
    ],
)
def test_rules(document: str, rule: int, text: str) -> None:
    problems: list[Problem] = []
    read(document, DomainCheckpoint, flags=REDEFINE, problems=problems)
    assert [(problem.rule, str(problem.error)) for problem in problems] == [(rule, text)]
    with pytest.raises(Error):
        read(document, DomainCheckpoint, flags=REDEFINE)


def test_a_name_and_a_time_are_enough() -> None:
    document = "<domaincheckpoint><name>c</name><creationTime>1</creationTime></domaincheckpoint>"
    checkpoint = read(document, DomainCheckpoint, flags=REDEFINE)
    assert (checkpoint.disks, checkpoint.domain) == ([], None)


def test_sizes_only_where_asked_for() -> None:
    checkpoint = read(GOOD, DomainCheckpoint, flags=REDEFINE)
    assert checkpoint.format(SIZE) == GOOD
    assert checkpoint.format() == GOOD.replace(" size='7'", "")


def test_the_domain_can_be_left_out() -> None:
    domain = "<domain type='test'><name>x</name><os><type>hvm</type></os></domain>"
    document = GOOD.replace("</domaincheckpoint>", domain + "</domaincheckpoint>")
    checkpoint = read(document, DomainCheckpoint, flags=REDEFINE)
    assert "<domain type='test'>" in checkpoint.format()
    assert "<domain type" not in checkpoint.format(NO_DOMAIN)
    assert read(document, DomainCheckpoint).domain is None
