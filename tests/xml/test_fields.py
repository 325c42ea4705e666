"""Every declared field of every model, one by one and together: what is written can be read again."""

# ruff: noqa: E501  (documents and messages stand on one line)

from __future__ import annotations

import importlib
import pkgutil
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vsh.xml
from vsh.errors import Error
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Field, Flag, Int, Present
from vsh.xml.engine.flags import REDEFINE, SECURE
from vsh.xml.engine.given import Told
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.raw import Verbatim
from vsh.xml.engine.reader import _fill, parse, read
from vsh.xml.engine.reading import Reading
from vsh.xml.engine.structure import OwnWays, Raw, Structure
from vsh.xml.engine.values import Mac, NumberSet, Scaled, Uuid
from vsh.xml.host.node_device import NodeDevice
from vsh.xml.host.node_device.base import DeviceFacts, Number
from vsh.xml.network.facts import Facts as NetworkFacts
from vsh.xml.storage.kinds import Amount, Size


def models() -> list[type[Element]]:
    """The models of all families."""
    for module in pkgutil.walk_packages(vsh.xml.__path__, "vsh.xml."):
        importlib.import_module(module.name)
    found: list[type[Element]] = []
    stack = [Element]
    while stack:
        for kind in stack.pop().__subclasses__():
            stack.append(kind)
            if kind.__module__.startswith("vsh.xml.") and kind.tag:
                found.append(kind)
    return sorted(set(found), key=lambda kind: (kind.__module__, kind.__name__))


MODELS = models()


class Part(Element, tag="part"):
    """Stands for any element that has a model of its own."""


def sample(field: Field) -> Any:
    """A value of a field that has none of structure."""
    if isinstance(field, Choice):
        return next(word for word in field.words[::-1] if word != field.skip)
    if isinstance(field, Flag):
        return field.skip is not True
    if isinstance(field, Present):
        return True
    if isinstance(field, Int):
        return min(max(field.low, 3), field.high)
    if isinstance(field, Scaled):
        return 4 << 20
    if isinstance(field, Uuid):
        return "6695eb01-f6a4-8304-79aa-97f2502e193f"
    if isinstance(field, Mac):
        return "52:54:00:00:00:01"
    if isinstance(field, NumberSet):
        return "0-1"
    if isinstance(field, Structure):
        return [Part()] if field.many else Part()
    if isinstance(field, Raw):
        return Verbatim.of(parse(f"<{field.path}><a b='c'/></{field.path}>"))
    return 1 if isinstance(field, (Number, Amount, Size)) else "1"


LIBVIRT = "http://libvirt.org/schemas"
# reading takes these from elsewhere; the prefixes are declared where something has one
WRITTEN_ONLY = {
    "Interface.hostdev_driver",
    "Network.namespace",
    "BackedPool.fs_namespace",
    "BackedPool.rbd_namespace",
}
WHOLE = {"UsbDevice.product", "UsbDevice.vendor"}  # texts until the device was read
REFUSED = "others"  # what these fields see is an error
# what is read and written in a way of its own, or names what others do not know
OWN = {
    "Domain.genid": "<genid>6695eb01-f6a4-8304-79aa-97f2502e193f</genid>",
    "Domain.metadata": "<metadata><a:b xmlns:a='urn:a'>c</a:b></metadata>",
    "Domain.extensions": f"<q:commandline xmlns:q='{LIBVIRT}/domain/qemu/1.0'><q:arg value='x'/></q:commandline>",
    "TpmBackend.banks": "<active_pcr_banks><sha256/></active_pcr_banks>",
    "Features.gic": "<gic version='3'/>",
    "Features.smm": "<smm state='on'><tseg unit='MiB'>48</tseg></smm>",
    "Features.async_teardown": "<async-teardown enabled='yes'/>",
    "DomainCapabilities.firmware_features": "<os><firmwareFeatures supported='yes'><enum name='a'><value>b</value></enum></firmwareFeatures></os>",
    "DomainCapabilities.loader": "<os><loader supported='yes'><value>/x</value></loader></os>",
    "DomainCapabilities.varstore": "<os><varstore supported='no'/></os>",
    "DomainCapabilities.memory_backing": "<memoryBacking supported='yes'><enum name='a'/></memoryBacking>",
    "NodeDevice.capabilities": "<capability type='net'><interface>lo</interface></capability>",
    "NewNodeDevice.capabilities": "<capability type='net'><interface>lo</interface></capability>",
    "Channel.capabilities": "<capability type='ccwgroup_member'><group_device>g</group_device></capability>",
    "CryptoMatrix.capabilities": "<capability type='mdev_types'><type id='a'><deviceAPI>x</deviceAPI><availableInstances>1</availableInstances></type></capability>",
    "Subchannel.capabilities": "<capability type='mdev_types'><type id='a'><deviceAPI>x</deviceAPI><availableInstances>1</availableInstances></type></capability>",
    "Pci.capabilities": "<capability type='mdev_types'><type id='a'><deviceAPI>x</deviceAPI><availableInstances>1</availableInstances></type></capability>",
    "ScsiHost.capabilities": "<capability type='vport_ops'><max_vports>1</max_vports><vports>0</vports></capability>",
    "ScsiTarget.capabilities": "<capability type='fc_remote_port'><rport>r</rport><wwpn>1</wwpn></capability>",
    "Storage.capabilities": "<capability type='removable'><media_available>1</media_available><media_size>2</media_size></capability>",
    "DomainSnapshot.cookie": "<cookie><a b='c'/></cookie>",
    "Network.metadata": "<metadata><a:b xmlns:a='urn:a'>c</a:b></metadata>",
    "Network.dnsmasq_options": f"<d:options xmlns:d='{LIBVIRT}/network/dnsmasq/1.0'><d:option value='x'/></d:options>",
    "HostRecord.names": "<hostname>h</hostname>",
    "NetworkFilter.entries": "<filterref filter='f'/>",
    "Rule.matches": "<tcp dstportstart='22'/>",
    "BackedPool.fs_options": f"<f:mount_opts xmlns:f='{LIBVIRT}/storagepool/fs/1.0'><f:option name='a'/></f:mount_opts>",
    "BackedPool.rbd_options": f"<r:config_opts xmlns:r='{LIBVIRT}/storagepool/rbd/1.0'><r:option name='a' value='b'/></r:config_opts>",
    "Target.features": "<features><lazy_refcounts/></features>",
}


def fields(*, own: bool) -> list[Any]:
    """All fields of all models: those with ways of their own, or the others."""
    return [
        pytest.param(kind, name, id=f"{kind.__name__}.{name}")
        for kind in MODELS
        for name, field in kind.fields.items()
        if isinstance(field, OwnWays) == own
        and f"{kind.__name__}.{name}" not in WRITTEN_ONLY | WHOLE
        and name != REFUSED
    ]


def written(model: Element, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the writer makes of a model's values, whatever there is besides them."""
    from vsh.xml.engine import writer

    # a view may hide what does not go together, and a condition what others have to allow
    monkeypatch.setattr(writer, "_wanted", lambda field, value, model, flags: True)
    out: list[str] = []
    node = type(model).node()
    writer._node(node, model, out, 0, SECURE, node.tag or "x", always=True)
    return "".join(out)


@pytest.mark.parametrize(("kind", "name"), fields(own=False))
def test_a_field_is_written_where_its_path_says_and_read_from_there(
    kind: type[Element], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = kind.fields[name]
    model = kind.__new__(kind)
    model.__dict__.update({listed: [] for listed in kind._lists})
    model.__dict__[name] = sample(field)
    element = parse(written(model, monkeypatch))
    path = field.path.split("/")
    last = path.pop()
    place = element
    for step in path:
        place = place.find(step)
    if last[:1] == "@":
        assert place.get(last[1:]) is not None
    elif last != ".":
        assert (place[0] if last == "*" else place.find(last)) is not None
    values: dict[str, Any] = {listed: [] for listed in kind._lists}
    reading = Reading(0, [], [], facts(kind, name))
    _fill(kind.node(), element, values, reading)
    if isinstance(field, (Amount, Told)):
        assert values.get(name) is None
    elif not any(problem.rank == field.rank for problem in reading.problems):
        assert values[name] not in (None, [])
    assert not reading.unknown


@pytest.mark.parametrize(("kind", "name"), fields(own=True))
def test_what_has_ways_of_its_own_is_read_and_written(
    kind: type[Element], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = kind.fields[name]
    text = OWN.get(f"{kind.__name__}.{name}", f"<{field.path} state='on'/>")

    def value_of(text: str) -> Any:
        values: dict[str, Any] = {listed: [] for listed in kind._lists}
        reading = Reading(0, [], None, facts(kind, name))
        _fill(kind.node(), parse(text), values, reading)
        assert not [problem for problem in reading.problems if problem.rank == field.rank]
        return values[name]

    model = kind.__new__(kind)
    model.__dict__.update({listed: [] for listed in kind._lists})
    model.__dict__[name] = value_of(f"<{kind.tag}>{text}</{kind.tag}>")
    assert model.__dict__[name] not in (None, [])
    again = written(model, monkeypatch)
    # a namespace is declared by the model's view
    for prefix, uri in (
        ("qemu", "domain/qemu"),
        ("dnsmasq", "network/dnsmasq"),
        ("fs", "storagepool/fs"),
        ("rbd", "storagepool/rbd"),
    ):
        again = again.replace(f"<{prefix}:", f"<{prefix}:", 1)
        if f"<{prefix}:" in again and f"xmlns:{prefix}=" not in again:
            again = again.replace(">", f" xmlns:{prefix}='{LIBVIRT}/{uri}/1.0'>", 1)
    kept = value_of(again)
    assert repr(kept) == repr(model.__dict__[name]) or kept == model.__dict__[name]


def facts(kind: type[Element], name: str) -> object:
    """What the models of a family want to know."""
    if "node_device" in kind.__module__:
        return DeviceFacts("device")
    if name == "rbd_options":
        return "rbd"
    return NetworkFacts("net") if "network" in kind.__module__ else "fs"


def test_the_samples_are_of_fields() -> None:
    known = {f"{kind.__name__}.{name}" for kind in MODELS for name in kind.fields}
    assert set(OWN) | WRITTEN_ONLY | WHOLE <= known


def test_a_usb_device_is_numbers_and_names() -> None:
    text = (
        "<device>\n  <name>usb</name>\n  <capability type='usb_device'>\n    <bus>1</bus>\n"
        "    <device>2</device>\n    <product id='0x0001'>p</product>\n"
        "    <vendor id='0x0002'>v</vendor>\n  </capability>\n</device>\n"
    )
    assert read(text, NodeDevice).format() == text


def build(kind: type[Element], dice: random.Random, depth: int = 0) -> Element:
    """An instance with some of its fields."""
    model = kind()
    for name, field in kind.fields.items():
        if dice.randrange(4):
            continue
        if isinstance(field, Structure):
            if depth < 2:
                count = dice.randint(1, 2) if field.many else 1
                inside = [build(field.kind, dice, depth + 1) for _ in range(count)]
                model.__dict__[name] = inside if field.many else inside[0]
        elif isinstance(field, Raw):
            model.__dict__[name] = Verbatim.of(parse("<metadata><a b='c'/></metadata>"))
        elif isinstance(field, OwnWays):
            continue
        elif isinstance(field, Choice):
            model.__dict__[name] = dice.choice(field.words)
        elif isinstance(field, Flag):
            model.__dict__[name] = dice.random() < 0.5
        else:
            model.__dict__[name] = sample(field)
    return model


TOP = [
    kind
    for kind in MODELS
    if kind.__module__.startswith("vsh.xml.domain.")
    and kind.__name__
    in (
        "Disk",
        "Interface",
        "Controller",
        "Graphics",
        "HostDevice",
        "Serial",
        "Channel",
        "FileSystem",
        "Video",
        "Cpu",
        "Os",
        "Clock",
        "Audio",
    )
]


@pytest.mark.parametrize("kind", TOP, ids=lambda kind: kind.__name__)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1 << 20))
def test_any_instance_settles(kind: type[Element], seed: int) -> None:
    """What is written of an instance can be read, with problems or without; and then it stays."""
    problems: list[Problem] = []
    try:
        text = read_back(build(kind, random.Random(seed)), problems)
        if problems:
            return
        again = read(text, kind, flags=REDEFINE)
    except Error:
        return
    assert again.format(SECURE) == text


def read_back(model: Element, problems: list[Problem]) -> str:
    """The text of a model that was written and read."""
    text = model.format(SECURE)
    return read(text, type(model), flags=REDEFINE, problems=problems).format(SECURE)
