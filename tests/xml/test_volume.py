"""Storage volumes, which are read in their pool."""

from __future__ import annotations

import pytest

from vsh.xml.engine.reader import read
from vsh.xml.storage.volume import ClonedVolume, StorageVolume

FULL = """<volume type='file'>
  <name>v</name>
  <key>/k</key>
  <capacity unit='bytes'>1099511627776</capacity>
  <allocation unit='bytes'>5</allocation>
  <target>
    <path>/p</path>
    <format type='qcow2'/>
    <permissions>
      <mode>0644</mode>
      <owner>0</owner>
      <group>0</group>
      <label>l</label>
    </permissions>
    <encryption format='luks' engine='qemu'>
      <secret type='passphrase' uuid='f52a81b2-424e-490c-823d-6bd4235bc572'/>
      <secret type='passphrase' usage='u'/>
      <cipher name='serpent' size='256' mode='cbc' hash='sha256'/>
      <ivgen name='plain64' hash='sha256'/>
    </encryption>
    <compat>1.1</compat>
    <clusterSize unit='B'>131072</clusterSize>
    <features>
      <lazy_refcounts/>
      <extended_l2/>
    </features>
  </target>
  <backingStore>
    <path>/b</path>
    <format type='raw'/>
    <permissions>
      <mode>0600</mode>
    </permissions>
  </backingStore>
</volume>
"""


def test_a_round_trip_uses_every_field(round_trip, unused):
    model = round_trip(FULL, StorageVolume, facts="dir")
    # what a driver finds, and what is read but never written
    assert unused(model) == {
        "StorageVolume": {"extents", "physical"},
        "Target": {"timestamps", "nocow"},
        "BackingImage": {"timestamps"},
    }


def test_what_a_driver_finds_is_written():
    from vsh.xml.storage.volume import Extent, ExtentDevice, Timestamps

    model = read(volume(), StorageVolume, facts="dir")
    model.extents = [ExtentDevice(path="/dev/sda", extents=[Extent(start="0", end="9")])]
    model.physical = 7
    model.target.timestamps = Timestamps(accessed="1.5", modified="2", changed="3", born="4")
    text = model.format()
    assert "<device path='/dev/sda'>\n      <extent start='0' end='9'/>" in text
    assert "<physical unit='bytes'>7</physical>" in text
    assert "<atime>1.5</atime>\n      <mtime>2</mtime>\n      <ctime>3</ctime>" in text


def volume(inside: str = "", capacity: str = "<capacity>1</capacity>") -> str:
    return f"<volume><name>v</name>{capacity}{inside}</volume>"


@pytest.mark.parametrize(
    ("pool", "inside", "format_"),
    [
        ("dir", "", "raw"),
        ("dir", "<target><format type='vmdk'/></target>", "vmdk"),
        ("disk", "", "none"),
        ("disk", "<target><format type='linux'/></target>", "linux"),
        ("logical", "<target><format type='qcow2'/></target>", None),
        ("rbd", "", "raw"),
    ],
)
def test_formats_by_the_kind_of_pool(pool, inside, format_):
    model = read(volume(inside), StorageVolume, facts=pool)
    assert model.target.image_format == format_


@pytest.mark.parametrize(
    ("capacity", "size", "used"),
    [
        ("<capacity unit='G'>1</capacity>", 1024**3, 1024**3),
        ("<capacity unit='KB'>2</capacity><allocation unit='k'>1</allocation>", 2000, 1024),
        ("<capacity>9</capacity><allocation>0</allocation>", 9, 0),
    ],
)
def test_sizes(capacity, size, used):
    model = read(volume(capacity=capacity), StorageVolume, facts="dir")
    assert (model.capacity, model.allocation) == (size, used)


def test_features_need_a_version_of_the_format():
    model = read(volume("<target><features/></target>"), StorageVolume, facts="dir")
    assert model.target.compat == "1.1"
    assert "    <features/>\n" in model.format()


def test_a_clone_may_have_no_size():
    assert read("<volume><name>v</name></volume>", ClonedVolume, facts="dir").capacity == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<volume/>", "XML error: missing volume name element"),
        ("<volume><name>v</name></volume>", "XML error: missing capacity element"),
        (volume(capacity="<capacity>x</capacity>"), "XML error: malformed capacity element"),
        (
            volume(capacity="<capacity unit='x'>1</capacity>"),
            "invalid argument: unknown suffix 'x'",
        ),
        (
            volume(capacity="<capacity unit='E'>99</capacity>"),
            "numerical overflow: value too large: 99E",
        ),
        (
            "<volume type='x'><name>v</name><capacity>1</capacity></volume>",
            "unsupported configuration: unknown volume type 'x'",
        ),
        (
            volume("<target><format type='none'/></target>"),
            "unsupported configuration: unknown volume format type none",
        ),
        (
            volume("<target><compat>1</compat></target>"),
            "XML error: forbidden characters in 'compat' attribute",
        ),
        (
            volume("<target><features><x/></features></target>"),
            "unsupported configuration: unsupported feature x",
        ),
        (volume("<target><encryption/></target>"), "XML error: unknown volume encryption format"),
        (
            volume("<target><encryption format='luks'><ivgen name='x'/></encryption></target>"),
            "XML error: ivgen element found, but cipher is missing",
        ),
        (
            volume("<target><encryption format='luks'><secret/></encryption></target>"),
            "XML error: unknown volume encryption secret type",
        ),
        (
            volume("<backingStore><path>/b</path><format type='x'/></backingStore>"),
            "unsupported configuration: unknown volume format type x",
        ),
    ],
)
def test_what_it_is_refused_for(refused, text, message):
    assert refused(text, StorageVolume, facts="dir") == message


def test_features_are_those_of_all_elements_of_that_name() -> None:
    volume = read(
        "<volume><name>v</name><capacity>1</capacity><target><format type='qcow2'/><features>"
        "<lazy_refcounts/></features></target><target><features><extended_l2/></features></target>"
        "</volume>",
        StorageVolume,
    )
    assert volume.target.features == ["lazy_refcounts", "extended_l2"]
