"""--xpath and --wrap: parts of a document as libxml2 prints them."""

from __future__ import annotations

from typing import Any

import pytest

from vsh.commands._xpath import dump
from vsh.errors import CommandError, InternalError
from vsh.output.document import Text, Xml

DOCUMENT = """<host>
  <cpu><arch>i686</arch></cpu>
  <pages size='4' note='a&quot;b'/>
  <pages size='8'/>
  <name>a&lt;b</name>
</host>
"""


def shown(xpath: str | None, *, wrap: bool = False) -> str:
    document = dump(DOCUMENT, xpath, wrap=wrap)
    assert isinstance(document, Text | Xml)
    return document.text + ("\n" if isinstance(document, Xml) and document.newline else "")


def test_the_whole_document_stays_as_it_is() -> None:
    assert shown(None) == DOCUMENT


@pytest.mark.parametrize(
    ("xpath", "text"),
    [
        ("//arch", "<arch>i686</arch>\n"),
        ("//cpu", "<cpu>\n  <arch>i686</arch>\n</cpu>\n"),
        ("//pages/@size", ' size="4"\n size="8"\n'),
        ("//@note", ' note="a&quot;b"\n'),
        ("//name/text()", "a&lt;b\n"),
        ("//nothing", ""),
    ],
)
def test_parts(xpath: str, text: str) -> None:
    assert shown(xpath) == text


@pytest.mark.parametrize(
    ("xpath", "text"),
    [
        ("//arch", "<nodes>\n  <arch>i686</arch>\n</nodes>\n"),
        ("//arch/text()", "<nodes>i686</nodes>\n"),
        ("//pages/@size", '<nodes size="8"/>\n'),
        ("//nothing", "<nodes/>\n"),
    ],
)
def test_parts_in_one_document(xpath: str, text: str) -> None:
    assert shown(xpath, wrap=True) == text


def test_what_is_not_a_part() -> None:
    with pytest.raises(InternalError, match=r"Incorrect xpath 'count\(//cpu\)'"):
        dump(DOCUMENT, "count(//cpu)")


def test_what_is_no_expression_is_an_error() -> None:
    with pytest.raises(CommandError, match="Invalid XPath expression"):
        dump(DOCUMENT, "//[")


@pytest.mark.parametrize(
    ("expression", "out", "err"),
    [
        ("\x1b[31m", "", "it has characters that no XML can have"),
        ("//os/namespace::*", "(null)", ""),
    ],
)
def test_what_picks_no_part_of_a_document(run: Any, expression: str, out: str, err: str) -> None:
    for wrap in ((), ("--wrap",)):
        result = run("-c", "test:///default", "dumpxml", "test", "--xpath", expression, *wrap)
        assert "internal error in vsh" not in result.err
        assert err in result.err
        assert result.out.strip() == (out if not wrap else "" if err else "<nodes/>")
