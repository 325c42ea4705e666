"""Snapshot documents: rules 11 to 26 of redefinition, and what a plain creation ignores."""

from __future__ import annotations

import pytest

from vsh.errors import ConfigUnsupported, Error, InternalError, XmlError
from vsh.xml.engine.flags import CURRENT, INTERNAL, REDEFINE, SECURE
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.reader import read
from vsh.xml.moment.snapshot import DomainSnapshot

DOMAIN = """  <domain type='test'>
    <name>test</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
    <memory unit='KiB'>8388608</memory>
    <os>
      <type arch='i686'>hvm</type>
    </os>
    <devices>
      <disk type='file' device='disk'>
        <source file='/a.img'/>
        <target dev='vda' bus='virtio'/>
      </disk>
    </devices>
  </domain>
"""


def document(**parts: str) -> str:
    """A complete document to redefine, with some parts replaced."""
    given = {
        "name": "<name>s1</name>",
        "state": "<state>shutoff</state>",
        "created": "<creationTime>1</creationTime>",
        "rest": "",
        "domain": DOMAIN,
        **parts,
    }
    return "<domainsnapshot>" + "".join(given.values()) + "</domainsnapshot>"


def first(text: str, flags: int = REDEFINE) -> Problem:
    """The first problem, which has to be the one that is raised without a list to collect them."""
    problems: list[Problem] = []
    read(text, DomainSnapshot, flags=flags, problems=problems)
    with pytest.raises(Error) as caught:
        read(text, DomainSnapshot, flags=flags)
    assert str(caught.value) == str(problems[0].error)
    return problems[0]


def test_a_good_document_has_no_problems() -> None:
    problems: list[Problem] = []
    snapshot = read(document(), DomainSnapshot, flags=REDEFINE, problems=problems)
    assert problems == []
    assert (snapshot.name, snapshot.state, snapshot.created) == ("s1", "shutoff", 1)
    assert snapshot.memory == "no"
    assert snapshot.offline
    assert not snapshot.online
    assert snapshot.domain.disk("vda").source.path == "/a.img"


CASES = [
    (12, {"name": ""}, XmlError, "XML error: a redefined snapshot must have a name"),
    (
        13,
        {"created": ""},
        InternalError,
        "internal error: missing creationTime from existing snapshot",
    ),
    (
        13,
        {"created": "<creationTime>x</creationTime>"},
        InternalError,
        "internal error: missing creationTime from existing snapshot",
    ),
    (15, {"state": ""}, XmlError, "XML error: missing state from existing snapshot"),
    (
        15,
        {"state": "<state>nostate</state>"},
        ConfigUnsupported,
        "unsupported configuration: Invalid state 'nostate' in domain snapshot XML",
    ),
    (16, {"domain": "<domain type='test'/>"}, Error, "missing name information"),
    (
        17,
        {"rest": "<inactiveDomain type='test'><name>x</name></inactiveDomain>"},
        XmlError,
        "XML error: an os <type> must be specified",
    ),
    (
        18,
        {"rest": "<memory snapshot='x'/>"},
        XmlError,
        "XML error: Invalid value for attribute 'snapshot' in element 'memory': 'x'.",
    ),
    (
        18,
        {"rest": "<memory snapshot='manual'/>"},
        XmlError,
        "XML error: 'manual' memory snapshot mode not supported",
    ),
    (
        19,
        {"state": "<state>running</state>", "rest": "<memory snapshot='internal' file='/f'/>"},
        XmlError,
        "XML error: memory filename '/f' requires external snapshot",
    ),
    (
        20,
        {"state": "<state>running</state>", "rest": "<memory snapshot='external'/>"},
        XmlError,
        "XML error: external memory snapshots require a filename",
    ),
    (
        21,
        {"rest": "<memory snapshot='internal'/>"},
        XmlError,
        "XML error: memory state cannot be saved with offline or disk-only snapshot",
    ),
    (
        22,
        {"state": "<state>running</state>", "rest": "<memory file='f'/>"},
        XmlError,
        "XML error: memory snapshot file path (f) must be absolute",
    ),
    (
        23,
        {"rest": "<disks><disk/></disks>"},
        InternalError,
        "internal error: missing name from disk snapshot element",
    ),
    (
        23,
        {"rest": "<disks><disk name='a' snapshot='x'/></disks>"},
        XmlError,
        "XML error: Invalid value for attribute 'snapshot' in element 'disk': 'x'.",
    ),
    (
        23,
        {"rest": "<disks><disk name='a' type='dir'/></disks>"},
        XmlError,
        "XML error: unsupported disk snapshot type 'dir'",
    ),
    (
        23,
        {"rest": "<disks><disk name='a'><driver type='x'/></disk></disks>"},
        ConfigUnsupported,
        "unsupported configuration: unknown disk snapshot driver 'x'",
    ),
    (
        23,
        {"rest": "<disks><disk name='a'><source file='b'/></disk></disks>"},
        XmlError,
        "XML error: disk snapshot image path 'b' must be absolute",
    ),
    (
        23,
        {"rest": "<disks><x/></disks>"},
        InternalError,
        "internal error: missing name from disk snapshot element",
    ),
]


@pytest.mark.parametrize(("rule", "parts", "kind", "text"), CASES)
def test_rule(rule: int, parts: dict[str, str], kind: type[Error], text: str) -> None:
    problem = first(document(**parts))
    assert isinstance(problem.error, kind)
    assert str(problem.error) == text
    assert problem.rule == rule
    assert problem.line == 1


def test_rule_24_revert_disks_are_read_like_disks() -> None:
    problem = first(document(rest="<revertDisks><disk name='a' type='volume'/></revertDisks>"))
    assert (problem.rule, str(problem.error)) == (
        24,
        "XML error: unsupported disk snapshot type 'volume'",
    )


def test_all_problems_at_once_in_libvirts_order_with_lines() -> None:
    text = """<domainsnapshot>
  <memory snapshot='external'/>
  <disks>
    <disk/>
    <disk name='b'>
      <source file='rel'/>
    </disk>
  </disks>
  <state>odd</state>
</domainsnapshot>"""
    problems: list[Problem] = []
    read(text, DomainSnapshot, flags=REDEFINE, problems=problems)
    assert [(problem.rule, problem.line) for problem in problems] == [
        (12, 1),
        (13, 1),
        (15, 9),
        (20, 1),
        (23, 4),
        (23, 5),
    ]


def test_memory_follows_the_state() -> None:
    for state, memory in (("running", "internal"), ("disk-snapshot", "no"), ("shutoff", "no")):
        snapshot = read(document(state=f"<state>{state}</state>"), DomainSnapshot, flags=REDEFINE)
        assert snapshot.memory == memory
    snapshot = read(
        document(state="<state>running</state>", rest="<memory file='/m'/>"),
        DomainSnapshot,
        flags=REDEFINE,
    )
    assert snapshot.memory == "external"
    assert snapshot.external


def test_a_domain_without_type_is_absent() -> None:
    text = document(domain="<domain><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid></domain>")
    assert read(text, DomainSnapshot, flags=REDEFINE).domain is None


def test_creation_ignores_what_libvirt_fills_in() -> None:
    text = document(
        state="<state>odd</state>",
        created="<creationTime>x</creationTime>",
        domain="<domain type='x'/>",
    )
    snapshot = read(text, DomainSnapshot)
    assert (snapshot.name, snapshot.state, snapshot.created, snapshot.domain) == (
        "s1",
        None,
        None,
        None,
    )
    assert snapshot.memory is None


def test_a_source_means_external() -> None:
    text = document(
        rest="<disks><disk name='vda'><source file='/x'/></disk><disk name='vdb'/></disks>"
    )
    disks = read(text, DomainSnapshot).disks
    assert [disk.snapshot for disk in disks] == ["external", None]


def test_writing() -> None:
    snapshot = read(
        document(rest="<parent><name>p</name></parent>"), DomainSnapshot, flags=REDEFINE
    )
    text = snapshot.format(SECURE)
    assert text.startswith(
        "<domainsnapshot>\n  <name>s1</name>\n  <state>shutoff</state>\n  <parent>\n"
        "    <name>p</name>\n  </parent>\n  <creationTime>1</creationTime>\n"
        "  <memory snapshot='no'/>\n  <domain type='test'>\n    <name>test</name>\n"
    )
    assert read(text, DomainSnapshot, flags=REDEFINE) == snapshot
    assert "<active>1</active>\n</domainsnapshot>\n" in snapshot.format(INTERNAL | CURRENT)
    assert "<active>0</active>\n</domainsnapshot>\n" in snapshot.format(INTERNAL)


def test_a_stub_of_a_domain() -> None:
    snapshot = DomainSnapshot(name="s")
    assert snapshot.format(uuid="6695eb01-f6a4-8304-79aa-97f2502e193f") == (
        "<domainsnapshot>\n  <name>s</name>\n  <domain>\n"
        "    <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>\n  </domain>\n</domainsnapshot>\n"
    )


def test_active_counts_in_a_drivers_own_files_only() -> None:
    text = document(rest="<active>1</active>")
    assert read(text, DomainSnapshot, flags=REDEFINE).active is None
    assert read(text, DomainSnapshot, flags=REDEFINE | INTERNAL).active == 1
