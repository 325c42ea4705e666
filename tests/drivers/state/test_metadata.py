"""Other programs' data in a domain's document."""

from __future__ import annotations

import pytest

import vsh
from vsh.drivers.state import metadata
from vsh.words.domain.document import DomainMetadataType
from vsh.xml.domain import Domain

URI = "http://example.org/a"


@pytest.fixture
def domain():
    return Domain(name="x")


def put(domain, text, key="k", uri=URI):
    metadata.put(domain, DomainMetadataType.ELEMENT, text, key, uri)


def get(domain, uri=URI):
    return metadata.get(domain, DomainMetadataType.ELEMENT, uri)


@pytest.mark.parametrize(
    ("given", "back"),
    [
        ("<x a='1'><y>t</y><z/></x>", '<x a="1">\n  <y>t</y>\n  <z/>\n</x>'),
        ("<x><y/>mixed<z/></x>", "<x><y/>mixed<z/></x>"),
    ],
)
def test_what_is_put_comes_back(domain, given, back):
    put(domain, given)
    assert get(domain) == back


def test_it_stands_in_its_namespace(domain):
    put(domain, "<x><y/></x>")
    assert domain.metadata.format(0) == (
        '<metadata>\n  <k:x xmlns:k="http://example.org/a">\n    <k:y/>\n  </k:x>\n</metadata>\n'
    )


def test_one_element_for_each_namespace(domain):
    put(domain, "<one/>")
    put(domain, "<other/>", uri="http://example.org/b")
    put(domain, "<two/>")
    assert get(domain) == "<two/>"
    assert get(domain, "http://example.org/b") == "<other/>"
    put(domain, None)
    put(domain, None, uri="http://example.org/b")
    assert domain.metadata is None


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("<x", "k", "Couldn't find end of Start Tag x line 1"),
        ("<x/>", "1k", "failed to validate prefix for a new XML namespace"),
        ("<k:x xmlns:k='http://o/'/>", "k", "failed to create a new XML namespace"),
    ],
)
def test_what_cannot_be_put(domain, text, key, message):
    with pytest.raises(vsh.Error, match=message):
        put(domain, text, key)
    assert domain.metadata is None


def test_kinds(domain):
    metadata.put(domain, DomainMetadataType.TITLE, "t", None, None)
    assert metadata.get(domain, DomainMetadataType.TITLE, None) == "t"
    metadata.put(domain, DomainMetadataType.TITLE, "", None, None)
    for kind in (
        DomainMetadataType.TITLE,
        DomainMetadataType.DESCRIPTION,
        DomainMetadataType.ELEMENT,
    ):
        with pytest.raises(vsh.Error, match="Requested metadata element is not present"):
            metadata.get(domain, kind, URI)
    with pytest.raises(vsh.Error, match="unknown metadata type '7'"):
        metadata.get(domain, 7, None)
