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


@pytest.mark.parametrize(
    "line",
    [
        "dumpxml test",
        "dumpxml test --inactive",
        "net-dumpxml default",
        "pool-dumpxml default-pool",
        "nodedev-dumpxml scsi_host1",
        "iface-dumpxml eth1",
        "domcapabilities",
        "attach-disk test /a.img vdb --print-xml",
        "snapshot-create-as test a; snapshot-dumpxml test a",
        "snapshot-create-as test a; snapshot-current test",
        "checkpoint-create-as test a; checkpoint-dumpxml test a",
        "vol-create-as default-pool v1 1M; vol-dumpxml v1 default-pool",
    ],
)
def test_the_way_back_gives_the_same_text(run: Callable[..., Any], line: str) -> None:
    data = json.loads(run("-c", "test:///default", "-o", "ndjson", line).out.splitlines()[-1])
    assert text_of(data["result"]["document"]).strip() == data["result"]["xml"].strip()


def test_blank_lines_are_layout(run: Callable[..., Any]) -> None:
    data = json.loads(run("-c", "test:///default", "-o", "json", "capabilities").out)
    assert canonical(text_of(data["document"])) == canonical(data["xml"])


def test_others_parts_are_laid_out_as_libxml2_does() -> None:
    text = """<domain>
  <metadata>
    <x:app xmlns:x="urn:x" a="1 &lt; 2">
      <x:b>it's</x:b>
    </x:app>
  </metadata>
  <title>it&apos;s</title>
</domain>
"""
    data = data_of(text)
    assert data is not None
    assert text_of(data) == text
