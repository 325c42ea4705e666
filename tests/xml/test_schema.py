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


DEVICES = "</os><devices>{}</devices>"


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (
            DEVICES.format("<emulator>qemu</emulator>"),
            "XML error: Invalid value for element 'emulator': 'qemu'.",
        ),
        (
            DEVICES.format("<disk device='lun' type='file'><target dev='sda'/></disk>"),
            "a disk with device='lun' cannot have type='file'",
        ),
        (
            DEVICES.format("<disk><source file='x.img'/><target dev='sda'/></disk>"),
            "attribute file of element source is not an absolute path: 'x.img'",
        ),
        (DEVICES.format("<disk device='cdrom'/>"), "Missing element target in element disk"),
        (
            "</os><numatune><memory placement='auto' nodeset='0'/></numatune>",
            "attribute nodeset in element memory with placement='auto'",
        ),
        (
            DEVICES.format(
                "<disk><target dev='sda'/><encryption format='luks'><secret type='passphrase' "
                "usage='u'/><cipher name='aes' size='256'/></encryption></disk>"
            ),
            "element cipher without element ivgen in element encryption",
        ),
        (
            DEVICES.format("<graphics type='vnc'><listen type='network'/></graphics>"),
            "Missing required attribute 'network' in element 'listen'",
        ),
    ],
)
def test_what_libvirt_reads_but_its_schemas_forbid(part: str, told: str) -> None:
    assert structure(GOOD.replace("</os>", part), Domain) == [f"line 1: {told}"]


def test_rules_of_other_documents() -> None:
    from vsh.xml.host.node_device import NodeDevice
    from vsh.xml.moment.snapshot import DomainSnapshot
    from vsh.xml.nwfilter import NetworkFilter
    from vsh.xml.storage.pool import StoragePool

    pool = "<pool type='dir'><name>p</name><target>{}</target></pool>"
    assert structure(pool.format("<path>/p</path>"), StoragePool) == []
    assert structure(pool.format(""), StoragePool) == [
        "line 1: Missing element path in element target"
    ]
    snapshot = "<domainsnapshot><disks><disk name='vda' snapshot='external'><source file='/p'{}/></disk></disks></domainsnapshot>"
    assert structure(snapshot.format(""), DomainSnapshot) == []
    assert structure(snapshot.format(" startupPolicy='optional'"), DomainSnapshot) == [
        "line 1: attribute startupPolicy in element source of a snapshot's disk"
    ]
    device = "<device><name>d</name><capability type='ccw'><cssid>0x0</cssid><ssid>0x0</ssid><devno>{}</devno></capability></device>"
    assert structure(device.format("0xffff"), NodeDevice) == []
    assert structure(device.format("0x10000"), NodeDevice) == [
        "line 1: element devno is not a device number: '0x10000'"
    ]
    rules = (
        "<filter name='f'><rule action='drop' direction='in'><tcp dstportend='{}'/></rule></filter>"
    )
    assert structure(rules.format("65535"), NetworkFilter) == []
    assert structure(rules.format("65536"), NetworkFilter) == [
        "line 1: internal error: dstportend has illegal value 65536"
    ]
