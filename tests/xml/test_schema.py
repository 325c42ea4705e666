"""The form of documents: libvirt's schemas where they are, the models elsewhere."""

# ruff: noqa: E501  (documents and messages stand on one line)

from __future__ import annotations

import os

import pytest

from vsh.errors import XmlInvalidSchema
from vsh.xml.domain import Domain
from vsh.xml.schema import FOLDER, structure, validate

GOOD = "<domain type='test'><name>z</name><memory>1</memory><os><type>hvm</type></os></domain>"
BAD = (
    "<domain type='test'>\n<name>z</name>\n<memroy>1</memroy>\n<os><type>hvm</type></os>\n</domain>"
)


def test_models_tell_what_they_do_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBVIRT_SCHEMA_DIR", "/nowhere")
    validate(GOOD, "domain.rng", Domain)
    with pytest.raises(XmlInvalidSchema) as caught:
        validate(BAD, "domain.rng", Domain)
    assert str(caught.value) == (
        "XML document failed to validate against schema: Unable to validate doc against "
        "/nowhere/domain.rng\nline 3: unknown element <memroy> in domain; perhaps memory is meant\n"
    )


def test_values_count_but_what_they_mean_together_does_not() -> None:
    document = GOOD.replace(
        "</os>",
        "</os><on_crash>x</on_crash><devices><disk devcie='disk'><target dev='vda'/></disk></devices>",
    )
    assert structure(document, Domain) == [
        "line 1: unknown attribute devcie in domain/devices/disk; perhaps device is meant",
        "line 1: unsupported configuration: unknown on_crash action: x",
    ]
    two = "<devices><controller type='usb' model='none'/><hub type='usb'/></devices>"
    assert structure(GOOD.replace("</os>", "</os>" + two), Domain) == []


@pytest.mark.skipif(
    not os.path.exists(f"{FOLDER}/domain.rng"), reason="libvirt's schemas are not installed"
)
def test_libvirts_schemas_decide_where_they_are() -> None:
    validate(GOOD, "domain.rng", Domain)
    with pytest.raises(XmlInvalidSchema) as caught:
        validate(GOOD.replace("<memory>", "<memory foo='x'>"), "domain.rng", Domain)
    assert str(caught.value) == (
        "XML document failed to validate against schema: Unable to validate doc against "
        f"{FOLDER}/domain.rng\nInvalid attribute foo for element memory\n"
        "Extra element memory in interleave\nInvalid sequence in interleave\n"
        "Element domain failed to validate content\n"
    )
