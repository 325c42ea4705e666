"""Documents of domains as the test driver takes them."""

from __future__ import annotations

import pytest

DOMAIN = (
    "<domain type='test'{}><name>a</name><memory>1024</memory><os><type>hvm</type></os>{}</domain>"
)
INTRO = (
    "XML document failed to validate against schema: Unable to validate doc against "
    "/usr/share/libvirt/schemas/domain.rng\n"
)


@pytest.mark.parametrize(
    ("attribute", "inside", "words"),
    [
        ("", "<foo/>", "Element domain has extra content: foo\n"),
        (" bar='1'", "", "Invalid attribute bar for element domain\n"),
        (
            "",
            "<devices><foo/></devices>",
            "Extra element devices in interleave\nElement domain failed to validate content\n",
        ),
    ],
)
def test_validation_refuses_what_is_dropped_otherwise(
    connection, refused, attribute, inside, words
):
    xml = DOMAIN.format(attribute, inside)
    assert refused(connection.domain_define_xml_flags, xml, 1) == INTRO + words
    connection.domain_define_xml_flags(xml, 0)


def test_validation_of_a_good_document(connection):
    domain = connection.domain_define_xml_flags(DOMAIN.format("", ""), 1)
    assert domain.is_persistent() == 1


def test_interfaces_get_names(connection):
    nets = "<devices>" + "<interface type='user'/>" * 2 + "</devices>"
    domain = connection.domain_define_xml(DOMAIN.format("", nets))
    assert "<target dev='testnet0'/>" in domain.get_xml_desc(0)
    assert "<target dev='testnet1'/>" in domain.get_xml_desc(0)


def test_video_follows_the_kind_of_guest(connection):
    domain = connection.domain_define_xml(DOMAIN.format("", "<devices><video/></devices>"))
    assert "<model type='cirrus'" in domain.get_xml_desc(0)


def test_names_are_one_line(connection, refused):
    xml = DOMAIN.format("", "").replace(">a<", ">a\nb<")
    assert refused(connection.domain_define_xml, xml) == "invalid char in name: \n"
