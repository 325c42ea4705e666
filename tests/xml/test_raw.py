"""What is kept as it came: <metadata>, written as libxml2 writes a node."""

# ruff: noqa: E501  (documents and messages stand on one line)

from __future__ import annotations

import pytest

from vsh.xml.domain import Domain
from vsh.xml.engine.raw import Verbatim
from vsh.xml.engine.reader import parse, read


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("<a><b/><c d='1'/></a>", '<a>\n  <b/>\n  <c d="1"/>\n</a>\n'),
        ("<a>text <b/> more</a>", "<a>text <b/> more</a>\n"),
        ("<a xmlns:x='u'><x:b x:c='\"'/></a>", '<a xmlns:x="u">\n  <x:b x:c="&quot;"/>\n</a>\n'),
        ("<a>&lt;&amp;\u00e9</a>", "<a>&lt;&amp;\u00e9</a>\n"),
        ("<a><!-- c --><b/></a>", "<a>\n  <!-- c -->\n  <b/>\n</a>\n"),
    ],
)
def test_writing(given: str, written: str) -> None:
    assert Verbatim.of(parse(given)).format(0) == written


def test_depth_and_equality() -> None:
    one, other = Verbatim.of(parse("<a><b/></a>")), Verbatim.of(parse("<a>\n\n<b></b></a>"))
    assert one == other
    assert one.format(2) == "    <a>\n      <b/>\n    </a>\n"


def test_metadata_of_a_domain() -> None:
    document = (
        "<domain type='test'><name>x</name><os><type>hvm</type></os>"
        "<metadata><app:a xmlns:app='http://x'><app:b>1</app:b></app:a></metadata></domain>"
    )
    text = read(document, Domain).format()
    assert (
        '  <metadata>\n    <app:a xmlns:app="http://x">\n      <app:b>1</app:b>\n    </app:a>\n'
        "  </metadata>\n"
    ) in text
    empty = document.replace("<app:a xmlns:app='http://x'><app:b>1</app:b></app:a>", "")
    assert "metadata" not in read(empty, Domain).format()


def test_a_drivers_own_elements() -> None:
    from vsh.domains.defaults import Defaults

    uri = "http://libvirt.org/schemas/domain/lxc/1.0"
    document = (
        f"<domain type='lxc' xmlns:l='{uri}' xmlns:o='http://o'><name>x</name><memory>1</memory>"
        "<os><type>exe</type><init>/sbin/init</init></os>"
        "<l:namespace><l:sharenet type='netns' value='red'/></l:namespace><o:other/></domain>"
    )

    class Container(Defaults):
        namespace = uri

    domain = read(document, Domain)
    Container().complete(domain)
    text = domain.format()
    assert text.startswith(f"<domain type='lxc' xmlns:lxc='{uri}'>\n  <name>")
    assert text.endswith(
        "  <lxc:namespace>\n    <lxc:sharenet type='netns' value='red'/>\n  </lxc:namespace>\n</domain>\n"
    )
    other = read(document, Domain)
    Defaults().complete(other)
    assert "xmlns" not in other.format()


KEPT = [  # metadata inside a <domain> that declares q and r, and what 12.8.0 makes of it
    ("<q:a q:b='1'>x</q:a>", ' xmlns:q="urn:q"', '<q:a q:b="1">x</q:a>'),
    ("<q:a><q:c r:b='1'/></q:a>", ' xmlns:q="urn:q" xmlns:r="urn:r"', None),
    ("<q:a xmlns:q='urn:q'><q:c xmlns:q='urn:q'/></q:a>", "", None),
    ("<q:a xmlns:q='urn:z'><q:c xmlns:q='urn:q'/></q:a>", "", None),
    ("<a xmlns='urn:x'><b xmlns=''/><c xmlns='urn:x'/></a>", "", None),
    ("<x:c xmlns:x='urn:x'><q:b/></x:c>", ' xmlns:q="urn:q"', None),
    ("<z:a xmlns:z='urn:q' q:b='1' z:c='2'/>", ' xmlns:q="urn:q"', None),
    ("<q:a v='\u00fc&#9;&#10;&#13; &gt;'>\u00e4</q:a>", ' xmlns:q="urn:q"', None),
    ("<q:a><![CDATA[<x>]]></q:a>", ' xmlns:q="urn:q"', None),
    ("<q:a><!-- <x> --><?p <x> ?><q:b v='&lt;x'/></q:a>", ' xmlns:q="urn:q"', None),
]


@pytest.mark.parametrize(("given", "declared", "shown"), KEPT)
def test_namespaces_and_texts_of_metadata(given: str, declared: str, shown: str | None) -> None:
    text = (
        "<domain type='test' xmlns:q='urn:q' xmlns:r='urn:r' xmlns:s='urn:s'><name>m</name>"
        f"<metadata>{given}</metadata><memory>1</memory><os><type>hvm</type></os></domain>"
    )
    written = read(text, Domain).format(0)
    inside = written.partition("  <metadata")[2].partition("  </metadata>")[0]
    start, _, body = inside.partition(">\n")
    assert start == declared
    flat = "".join(line.strip() for line in body.splitlines())
    assert flat == (shown or given.replace("'", '"'))
    assert read(written, Domain).format(0) == written
