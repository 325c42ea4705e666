"""Documents whose <domain> was read before are read as if it had not been."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from vsh import connect
from vsh.acts.redefine import redefine
from vsh.errors import Error
from vsh.redefine import reading
from vsh.redefine.kinds.snapshot import SNAPSHOT
from vsh.redefine.reading import Read
from vsh.xml.engine.element import Element
from vsh.xml.moment.checkpoint import DomainCheckpoint
from vsh.xml.moment.snapshot import DomainSnapshot

if TYPE_CHECKING:
    from typing import Any


def _facts(xml: str, model: Any) -> Any:
    """All that a reading tells, places included."""
    try:
        read = Read(xml, model)
    except Error as error:
        return error.message
    return (
        _lines(read.document), read.document, read.active, read.lines,
        [(each.rule, each.error.message, each.line) for each in read.problems],
        [(each.name, each.path, each.line) for each in read.dropped],
    )  # fmt: skip


def _lines(element: Any) -> Any:
    inside = [
        (name, _lines(each))
        for name, value in sorted(vars(element).items())
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, Element)
    ]
    return element.line, inside


UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"
INACTIVE = f"<inactiveDomain type='test'><uuid>{UUID}</uuid></inactiveDomain>"
BROKEN = [
    ("<state>", "<state >"),
    ("<state>running</state>", ""),
    ("<domain ", "<domain  "),
    ("</domain>", "<foo/></domain>"),
    ("<domain ", "<x><domain "),
    ("</domain>", f"</domain><domain type='test'><uuid>{UUID}</uuid></domain>"),
    ("<name>x", "<!-- c --><name>x"),
    ("<memory>", "<memory>z"),
    ("<creationTime>", "<creationTime>\n"),
    ("</domain>", "</domain><active>1</active>"),
    ("<domain ", f"{INACTIVE}<domain "),
    ("</domain>", f"</domain>{INACTIVE}"),
    ("<domainsnapshot>", "<domainsnapshot xmlns:q='http://q/'>"),
    ("<domainsnapshot>", "<domainsnapshot>\n\n"),
    ("type='test'", "type='a>b'"),
    ("type='test'", ""),
    ("</domain>", "</domain"),
    ("<domain ", "<domain\n"),
    ("<name>x</name>", "<name>y</name>"),
    ("</domain>", "<description><![CDATA[</domain>]]></description></domain>"),
]


@pytest.mark.parametrize("seed", range(30))
def test_a_known_definition_changes_nothing(build: Any, seed: int) -> None:
    """Documents changed at random, with and without what was kept of others."""
    choose = Random(seed)
    whole = build.snapshot("x")
    for _ in range(20):
        xml = whole
        for old, new in choose.sample(BROKEN, choose.randint(0, 3)):
            xml = xml.replace(old, new, 1)
        reading._sound.clear()
        afresh = _facts(xml, DomainSnapshot)
        _facts(whole, DomainSnapshot)  # its definition is kept
        assert reading._sound
        assert _facts(xml, DomainSnapshot) == afresh, xml
        assert _facts(xml, DomainSnapshot) == afresh, xml


def test_of_checkpoints_too(build: Any) -> None:
    reading._sound.clear()
    xml = build.checkpoint("x")
    first, again = _facts(xml, DomainCheckpoint), _facts(xml, DomainCheckpoint)
    assert first == again
    assert len(reading._sound) == 1


def test_a_shared_definition_is_completed_in_a_copy(build: Any) -> None:
    """A driver completes what many documents have once, and leaves it as it was read."""
    xml = build.snapshot("x")
    reading._sound.clear()
    one, other = Read(xml, DomainSnapshot).document, Read(xml, DomainSnapshot).document
    assert one.domain is other.domain
    calls = []

    def complete(definition: Any, flags: int) -> None:
        calls.append(flags)
        definition.title = "completed"

    done = [reading.completed(each.domain, complete, 2) for each in (one, other)]
    assert done[0] is done[1]
    assert done[0].title == "completed"
    assert calls == [2]
    assert one.domain.title is None


def test_a_definition_of_one_document_is_completed_itself(build: Any) -> None:
    """What is not kept is nobody else's."""
    document = Read(build.snapshot("x"), DomainSnapshot).document
    reading._sound.clear()
    done = reading.completed(document.domain, lambda definition, flags: None, 2)
    assert done is document.domain


def test_redefining_leaves_what_was_kept(build: Any) -> None:
    """Through the test driver, over existing ones, and back to it: the kept definition stays."""
    reading._sound.clear()
    domain = connect("test:///default").domain_lookup_by_name("test")
    for name in ("a", "b", "a", "b"):
        for _ in redefine(domain, SNAPSHOT, build.snapshot(name), 1):
            pass
    (kept,) = reading._sound.values()
    before = kept.definition.copy()
    assert domain.snapshot_lookup_by_name("b").get_xml_desc(0)
    domain.snapshot_lookup_by_name("a").revert_to_snapshot(0)
    domain.set_memory_flags(1024, 2)
    assert kept.definition == before
    assert len(kept.completed) == 1


def test_only_a_few_are_kept(build: Any) -> None:
    reading._sound.clear()
    for number in range(reading.MOST + 5):
        Read(build.snapshot("x", nested=build.domain(memory=1024 * (number + 1))), DomainSnapshot)
    assert len(reading._sound) == reading.MOST


@pytest.mark.parametrize("inactive", [False, True])
@pytest.mark.parametrize("flags", [0, 1])
def test_a_shared_definition_is_written_once(build: Any, flags: int, inactive: bool) -> None:
    """The documents are as they are without that."""
    reading._sound.clear()
    domain = connect("test:///default").domain_lookup_by_name("test")
    secret = build.domain(devices="<graphics type='vnc' passwd='secret'/>")
    more = ""
    if inactive:
        more = secret.replace("<domain ", "<inactiveDomain ").replace(
            "</domain>", "</inactiveDomain>"
        )
    documents = [build.snapshot(name, nested=secret + more) for name in ("a", "b")]
    for xml in documents:
        for _ in redefine(domain, SNAPSHOT, xml, 1):
            pass
    snapshots = [domain.snapshot_lookup_by_name(name) for name in ("a", "b")]
    shared = [snapshot.get_xml_desc(flags) for snapshot in snapshots for _ in range(2)]
    kept = list(reading._sound.values())
    assert [len(sound.texts) for sound in kept] == [1]
    reading._sound.clear()
    assert [snapshot.get_xml_desc(flags) for snapshot in snapshots for _ in range(2)] == shared
    assert ("secret" in shared[0]) == bool(flags)
