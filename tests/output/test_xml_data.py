"""XML documents as data: elements, attributes, texts in order, and the way back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from vsh.output.xml_data import data_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTS = (
    "<domain type='kvm'><name>a &amp; b</name><devices/></domain>",
    "<a>one<b/>two<!-- c -->three<b x='&lt;&quot;&#10;'/></a>",
    "<d xmlns:q='urn:q'><q:line q:a='1'>x</q:line><m xmlns='urn:m'><n/></m></d>",
    "<a>  kept  </a>",
    "<a xml:space='preserve'/>",
)


def canonical(text: str) -> bytes:
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True)
    return etree.tostring(etree.fromstring(text, parser), method="c14n", with_comments=False)


@pytest.mark.parametrize("text", DOCUMENTS)
def test_data_is_the_whole_document(text: str) -> None:
    data = data_of(text)
    assert data is not None
    assert canonical(text_of(json.loads(json.dumps(data)))) == canonical(text)


def test_the_parts() -> None:
    assert data_of("<vcpu placement='static'>2</vcpu>") == {
        "tag": "vcpu",
        "attributes": {"placement": "static"},
        "content": ["2"],
    }
    assert data_of("no document") is None


@pytest.mark.parametrize("line", ["dumpxml test", "net-dumpxml default", "capabilities"])
def test_commands_give_both(run: Callable[..., Any], line: str) -> None:
    data = json.loads(run("-c", "test:///default", "-o", "json", line).out)
    assert canonical(text_of(data["document"])) == canonical(data["xml"])
