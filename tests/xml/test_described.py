"""Elements made of what options give."""

from __future__ import annotations

import pytest

from vsh.xml.domain.devices.disk import Disk, ThrottleFilter
from vsh.xml.engine.described import Described, as_is
from vsh.xml.engine.reader import read
from vsh.xml.shared.image import Host, Source
from vsh.xml.storage.pool import PoolSource
from vsh.xml.storage.volume import StorageVolume


def test_the_model_reads_what_was_described() -> None:
    host = Described(Host, name="h", port="1")
    text = Described(
        Disk,
        type="network",
        device="cdrom",
        rawio=True,
        cache="none",
        source=Described(Source, protocol="nbd", name="n", hosts=[host]),
        target="sda",
        bus="scsi",
        throttle_filters=[Described(ThrottleFilter, group=name) for name in ("a", "b")],
        readonly=True,
        serial="x&y",
    ).format()
    disk = read(text, Disk)
    assert (disk.type, disk.device, disk.rawio, disk.cache) == ("network", "cdrom", True, "none")
    assert (disk.source.protocol, disk.source.name, disk.source.hosts[0].port) == ("nbd", "n", 1)
    assert (disk.target, disk.bus, disk.readonly, disk.serial) == ("sda", "scsi", True, "x&y")
    assert [filter.group for filter in disk.throttle_filters] == ["a", "b"]


def test_parts_stand_in_the_order_in_which_they_are_given() -> None:
    # libvirt's own order is name, type, cache, io, iothread; the model's is libvirt's
    text = Described(Disk, target="vda", io="native", iothread="1", cache="none").format()
    assert text == (
        "<disk>\n"
        "  <target dev='vda'/>\n"
        "  <driver io='native' iothread='1' cache='none'/>\n"
        "</disk>\n"
    )


def test_what_was_not_given_is_not_there() -> None:
    nothing = Described(Source, file=None, hosts=[Described(Host)])
    text = Described(Disk, type=None, source=nothing, readonly=False, target="vda").format()
    assert text == "<disk>\n  <target dev='vda'/>\n</disk>\n"
    # not even what the model takes for granted (device='disk') or always writes (<source/>)
    assert Described(PoolSource).format() == Described(Disk).format() == ""


def test_a_word_that_the_model_does_not_know_is_written_and_escaped() -> None:
    assert Described(Disk, bus="a'b", iothread="<1>").format() == (
        "<disk>\n  <target bus='a&apos;b'/>\n  <driver iothread='&lt;1&gt;'/>\n</disk>\n"
    )


def test_a_text_as_it_is() -> None:
    assert Described(Source, file=as_is("a&amp;'b")).format() == "<source file='a&amp;'b'/>\n"
    assert as_is(None) is None


def test_a_value_that_the_model_leaves_out() -> None:
    # zero stands for "no port" in a model, a size is written with its unit
    assert Described(Host, name="h", port=0).format() == "<host name='h' port='0'/>\n"
    text = Described(StorageVolume, capacity=0).format()
    assert text == "<volume>\n  <capacity>0</capacity>\n</volume>\n"


def test_a_field_that_the_model_has_not() -> None:
    with pytest.raises(KeyError, match="bsu"):
        Described(Disk, bsu="scsi")
