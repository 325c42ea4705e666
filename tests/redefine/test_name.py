"""Names in documents that libvirt wrote."""

from __future__ import annotations

import pytest

from vsh.redefine.name import has_domain, name_of, with_parent

XML = """<domainsnapshot>
  <name>a&amp;b</name>
  <description>&lt;parent&gt;&lt;name&gt;no&lt;/name&gt;</description>
  <parent>
    <name>old</name>
  </parent>
  <domain type='test'>
    <name>test</name>
  </domain>
</domainsnapshot>
"""


@pytest.mark.parametrize(
    ("xml", "name"),
    [
        (XML, "a&b"),
        ("<domainsnapshot/>", None),
        ("<domainsnapshot><name/></domainsnapshot>", None),
        ("<domainsnapshot>", None),
        ("", None),
    ],
)
def test_name_of(xml: str, name: str | None) -> None:
    assert name_of(xml) == name


def test_with_parent() -> None:
    made = with_parent(XML, "x<y")
    assert made == XML.replace("<name>old</name>", "<name>x&lt;y</name>")


def test_has_domain() -> None:
    assert has_domain(XML)
    assert not has_domain("<domainsnapshot><!-- <domain type='test'/> --></domainsnapshot>")
    assert not has_domain("<domainsnapshot><domain><uuid>u</uuid></domain></domainsnapshot>")
    assert has_domain("not XML: whoever it is sent to says so")
