"""Reading: libvirt's parse errors, what is dropped, and documents that mean harm."""

# ruff: noqa: E501  (documents and messages stand on one line)

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vsh.errors import Error, XmlDetail, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Present, Text
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.problem import Problem, Unknown
from vsh.xml.engine.reader import read
from vsh.xml.engine.structure import Child, Children, Raw


class Leg(Element, tag="leg"):
    """A leg of a table."""

    length = Int("@length", required=True, nonzero=True)
    wood = Choice("wood", ("oak", "pine"))


class Table(Element, tag="table"):
    """A table, to try the engine on."""

    name = Text("name")
    title = Text("@title")
    colour = Text("paint/@colour", after="legs")
    glossy = Flag("paint/@glossy", after="legs")
    folds = Present("folds")
    legs = Children(Leg, "legs/leg", after="")
    spare = Child(Leg, "spare")
    noise = Int("noise", live=True)
    notes = Raw("notes")


GOOD = """<table title='T'>
  <name>one</name>
  <paint colour='red' glossy='no'/>
  <folds/>
  <legs>
    <leg length='3'>
      <wood>oak</wood>
    </leg>
    <leg length='4'/>
  </legs>
  <spare length='5'/>
  <noise>7</noise>
</table>
"""


def test_reads_and_writes_the_same() -> None:
    table = read(GOOD, Table)
    assert table.name == "one"
    assert table.glossy is False
    assert table.folds is True
    assert [leg.length for leg in table.legs] == [3, 4]
    assert table.legs[0].line == 6
    assert table.format() == GOOD


def test_what_only_a_running_guest_has() -> None:
    assert read(GOOD, Table, flags=INACTIVE).noise is None
    assert "noise" not in read(GOOD, Table).format(INACTIVE)


def test_first_of_a_kind_counts() -> None:
    table = read(
        "<table><name>a</name><name>b</name><paint colour='x'/><paint colour='y'/></table>", Table
    )
    assert (table.name, table.colour) == ("a", "x")


class Card(Element, tag="card"):
    merged = ("link",)
    link = Text("link/@state")
    speed = Text("link/@speed")
    name = Text("name/@is")


def test_parts_of_an_element_that_a_path_finds_count_wherever_they_are() -> None:
    card = read("<card><link/><link state='up'/><link state='down' speed='9'/></card>", Card)
    assert (card.link, card.speed) == ("up", "9")
    assert read("<card><name/><name is='a'/></card>", Card).name is None


def test_text_around_comments_and_empty_text() -> None:
    assert read("<table><name>a<!-- c -->b</name></table>", Table).name == "ab"
    assert read("<table><name/></table>", Table).name is None
    assert read("<table title=''/>", Table).title == ""


def test_equality_and_copies() -> None:
    table = read(GOOD, Table)
    twin = table.copy()
    assert twin == table
    twin.legs[0].length = 9
    assert twin != table
    assert table.legs[0].length == 3


def test_wrong_root() -> None:
    with pytest.raises(XmlError) as caught:
        read("<chair/>", Table)
    assert str(caught.value) == "XML error: expecting root element of 'table', not 'chair'"


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (
            "<table><paint glossy='x'/></table>",
            "XML error: Invalid value for attribute 'glossy' in element 'paint': 'x'.",
        ),
        (
            "<table><legs><leg/></legs></table>",
            "XML error: Missing required attribute 'length' in element 'leg'",
        ),
        (
            "<table><legs><leg length='0'/></legs></table>",
            "XML error: Invalid value for attribute 'length' in element 'leg': Zero is not permitted",
        ),
        (
            "<table><legs><leg length='-1'/></legs></table>",
            (
                "XML error: Invalid value for attribute 'length' in element 'leg': '-1'. "
                "Expected non-negative integer value"
            ),
        ),
    ],
)
def test_general_complaints(document: str, text: str) -> None:
    with pytest.raises(XmlError) as caught:
        read(document, Table)
    assert str(caught.value) == text


def test_all_problems_in_libvirts_order() -> None:
    problems: list[Problem] = []
    document = """<table>
  <paint glossy='maybe'/>
  <legs>
    <leg length='1'/>
    <leg length='x'>
      <wood>tin</wood>
    </leg>
  </legs>
</table>"""
    table = read(document, Table, problems=problems)
    assert [problem.line for problem in problems] == [5, 6, 2]
    assert "'x'" in str(problems[0].error)
    assert "'tin'" in str(problems[1].error)
    assert "'glossy'" in str(problems[2].error)
    assert len(table.legs) == 2
    with pytest.raises(XmlError) as caught:
        read(document, Table)
    assert str(caught.value) == str(problems[0].error)


def test_what_is_dropped_is_told() -> None:
    unknown: list[Unknown] = []
    document = "<table>\n <nmae>x</nmae>\n <paint color='red'/>\n <x:y xmlns:x='u'/>\n <notes><a/></notes>\n</table>"
    read(document, Table, unknown=unknown)
    assert [(u.path, u.name, u.line) for u in unknown] == [
        ("table", "<nmae>", 2),
        ("table/paint", "@color", 3),
    ]
    assert [u.nearest for u in unknown] == ["name", "colour"]


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (
            "<table>\n  <name>x</nam>\n</table>\n",
            (
                "at line 2: Opening and ending tag mismatch: name line 2 and nam\n"
                "  <name>x</nam>\n---------------^"
            ),
        ),
        (
            "<table>\n  <name>a & b</name>\n</table>",
            "at line 2: xmlParseEntityRef: no name\n  <name>a & b</name>\n-----------^",
        ),
        (
            "<table>\n\t<name a='1' a='2'/></table>",
            "at line 2: Attribute a redefined\n\t<name a='1' a='2'/></table>\n\t-----------------^",
        ),
        (  # of a long line no more than libxml2 still has: 80 bytes before the tag
            f"<domain><name>{'x' * 300}</name></disk></domain>",
            (
                "at line 1: Opening and ending tag mismatch: domain line 1 and disk\n"
                f"{'x' * 73}</name></disk></domain>\n{'-' * 87}^"
            ),
        ),
        (
            f"<domain><name>{'x' * 300}",
            f"at line 1: Premature end of data in tag name line 1\n{'x' * 80}\n{'-' * 80}^",
        ),
        ("hello\nworld\n", "at line 1: Start tag expected, '<' not found\nhello\n^"),
        ("\n\n<table/>\n<x/>\n", "at line 4: Extra content at the end of the document\n<x/>\n^"),
        (
            "<table>\n  <name>x",
            "at line 2: Premature end of data in tag name line 2\n  <name>x\n---------^",
        ),
    ],
)
def test_syntax_errors_are_libvirts(document: str, text: str) -> None:
    for _ in range(2):
        with pytest.raises(XmlDetail) as caught:
            read(document, Table)
        assert str(caught.value) == text


def test_empty_document() -> None:
    with pytest.raises(XmlDetail, match="at line 1: Document is empty"):
        read("", Table)


def test_unbound_prefix_is_no_error() -> None:
    assert read("<table><c:d/><name>x</name></table>", Table).name == "x"


LAUGHS = """<!DOCTYPE table [
<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">
<!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;">
]>
<table title="&g;"><name>&g;</name></table>"""


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (LAUGHS, "at line 10: "),
        ('<!DOCTYPE table SYSTEM "http://127.0.0.1:9/x.dtd"><table/>', "document type"),
        (
            '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><table><name>&x;</name></table>',
            "document type",
        ),
        ("<table><name>a\x00b</name></table>", "at line 1: the document contains a NUL byte"),
        ("<table>\n<name>\x01</name></table>", "at line 2: PCDATA invalid Char value 1"),
        ("<a>" * 100_000, "Excessive depth in document"),
        (b"<?xml version='1.0' encoding='foo'?><table/>", "Unsupported encoding: foo"),
        (b"<table><name>\xff\xfe</name></table>", "at line 1: "),
        ("<table>".encode("utf-16"), "NUL byte"),
    ],
)
def test_documents_that_mean_harm(document: str | bytes, text: str) -> None:
    with pytest.raises(XmlDetail) as caught:
        read(document, Table)
    assert text in str(caught.value)


def test_a_documents_own_entities_are_put_in() -> None:
    document = (
        '<!DOCTYPE t [<!ENTITY x "bar">]><table title="&x;"><name>a &x; &amp; b</name></table>'
    )
    table = read(document, Table)
    assert (table.title, table.name) == ("bar", "a bar & b")
    outside = '<!DOCTYPE t PUBLIC "-//X" "http://127.0.0.1:9/x.dtd" [<!ENTITY x "y">]><table/>'
    with pytest.raises(XmlDetail, match="refers to other documents"):
        read(outside, Table)
    parameter = (
        '<!DOCTYPE t [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><table><name>n</name></table>'
    )
    with pytest.raises(XmlDetail, match="refers to other documents"):
        read(parameter, Table)


def test_too_large_documents() -> None:
    with pytest.raises(XmlDetail, match="larger than 32 MiB"):
        read(b"<table>" + b" " * (33 * 1024 * 1024) + b"</table>", Table)
    with pytest.raises(XmlDetail):
        read(b"<table><name>" + b"x" * (11 * 1024 * 1024) + b"</name></table>", Table)


def test_other_encodings_are_read() -> None:
    document = "<?xml version='1.0' encoding='ISO-8859-1'?><table><name>\xe9</name></table>"
    assert read(document.encode("latin-1"), Table).name == "\xe9"


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200),
        st.sampled_from([GOOD]).flatmap(
            lambda good: st.tuples(st.integers(0, len(good)), st.text(max_size=3)).map(
                lambda cut: good[: cut[0]] + cut[1] + good[cut[0] + 1 :]
            )
        ),
    )
)
def test_any_input_gives_a_model_or_an_error(document: str | bytes) -> None:
    try:
        table = read(document, Table)
    except Error as error:
        assert str(error)
    else:
        assert read(table.format(), Table) == table


def test_fields_are_read_as_they_are_declared_but_for_the_marked() -> None:
    assert Table.reading_order() == [
        "legs", "colour", "glossy", "name", "title", "folds", "spare", "noise", "notes"
    ]  # fmt: skip

    class Lost(Element, tag="lost"):
        one = Text("@one", after="two")
        two = Text("@two", after="one")

    with pytest.raises(TypeError, match="Lost: nothing is read before one, two"):
        Lost.reading_order()
