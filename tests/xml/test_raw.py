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
        ("<a>&lt;&amp;\u00e9</a>", "<a>&lt;&amp;&#xE9;</a>\n"),
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
