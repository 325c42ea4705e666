"""<cpu> of hosts and of guests: read, written, told apart."""

from __future__ import annotations

import pytest

from vsh.cpu.definition import (
    HostCpu,
    add_feature,
    find_feature,
    guest_cpu,
    is_host,
    read_cpu,
    set_feature,
    suggest_feature,
    take_model,
)
from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.domain.cpu import Cpu

HOST = """<cpu>
  <arch>x86_64</arch>
  <model>Penryn</model>
  <vendor>Intel</vendor>
  <microcode version='180'/>
  <signature family='6' model='23' stepping='10'/>
  <counter name='tsc' frequency='2396118000' scaling='no'/>
  <topology sockets='1' dies='1' clusters='1' cores='2' threads='1'/>
  <cache level='3' mode='emulate'/>
  <maxphysaddr mode='passthrough' bits='48' limit='40'/>
  <feature name='vmx'/>
  <feature name='est'/>
</cpu>
"""


def test_every_part_of_a_host_is_read_and_written() -> None:
    cpu = read_cpu(HOST)
    assert is_host(cpu)
    assert (cpu.arch, cpu.model, cpu.vendor, cpu.microcode) == ("x86_64", "Penryn", "Intel", 180)
    assert (cpu.signature_family, cpu.signature_model, cpu.signature_stepping) == (6, 23, 10)
    counter = cpu.counters[0]
    assert (counter.name, counter.frequency, counter.scaling) == ("tsc", 2396118000, False)
    assert (cpu.sockets, cpu.dies, cpu.clusters, cpu.cores, cpu.threads) == (1, 1, 1, 2, 1)
    assert (cpu.cache_level, cpu.cache_mode) == (3, "emulate")
    assert (cpu.address_mode, cpu.address_bits, cpu.address_limit) == ("passthrough", 48, 40)
    assert [feature.name for feature in cpu.features] == ["vmx", "est"]
    assert cpu.format() == HOST


def test_dies_and_clusters_are_one_where_nothing_is_said() -> None:
    cpu = read_cpu(
        "<cpu><arch>x86_64</arch><model>486</model>"
        "<topology sockets='2' cores='3' threads='4'/></cpu>"
    )
    assert (cpu.dies, cpu.clusters) == (1, 1)


def test_only_the_first_clock_that_is_a_tsc_is_kept() -> None:
    cpu = read_cpu(
        "<cpu><arch>x86_64</arch><model>486</model><counter name='hpet' frequency='1'/>"
        "<counter name='tsc' frequency='2'/><counter name='tsc' frequency='3'/></cpu>"
    )
    assert [counter.frequency for counter in cpu.counters] == [2]


def test_what_has_an_architecture_is_a_host() -> None:
    assert isinstance(read_cpu("<cpu><arch>s390x</arch><model>z13</model></cpu>"), HostCpu)
    assert isinstance(read_cpu("<cpu><model>z13</model></cpu>"), Cpu)


def test_a_guest_has_no_cells_of_its_own() -> None:
    text = "<cpu mode='host-model'><numa><cell id='0' cpus='0' memory='1'/></numa></cpu>"
    assert read_cpu(text).format() == "<cpu mode='host-model'/>\n"


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("<arch>x86_64</arch>", XmlError, "Missing CPU model name"),
        ("<arch/><model>486</model>", XmlError, "Missing CPU architecture"),
        ("<arch>z80</arch><model>486</model>", ConfigUnsupported, "Unknown architecture z80"),
        (
            "<arch>i686</arch><model>486</model><microcode version='new'/>",
            ConfigUnsupported,
            "invalid microcode version",
        ),
        (
            "<arch>i686</arch><model>486</model><feature name='fpu'/><feature name='fpu'/>",
            XmlError,
            "CPU feature 'fpu' specified more than once",
        ),
        ("<arch>i686</arch><model>486</model><feature/>", XmlError, "Invalid CPU feature name"),
        (
            "<arch>i686</arch><model>486</model><cache level='4' mode='emulate'/>",
            XmlError,
            "invalid CPU cache level, must be in range [1,3]",
        ),
        (
            "<arch>i686</arch><model>486</model><maxphysaddr mode='emulate' limit='3'/>",
            ConfigUnsupported,
            "attribute 'limit' is only supported for maxphysaddr mode 'passthrough'",
        ),
        (
            "<arch>i686</arch><model>486</model><topology sockets='0' cores='1' threads='1'/>",
            XmlError,
            "Invalid value for attribute 'sockets' in element 'topology': Zero is not permitted",
        ),
    ],
)
def test_wrong_hosts(body: str, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind) as caught:
        read_cpu(f"<cpu>{body}</cpu>")
    assert str(caught.value).endswith(words)


def test_a_host_has_no_mode_and_no_match() -> None:
    with pytest.raises(ConfigUnsupported, match="only allowed for guest CPU"):
        read_cpu("<cpu mode='custom'><arch>i686</arch><model>486</model></cpu>")
    with pytest.raises(XmlError, match="'arch' element cannot be used inside 'cpu'"):
        read_cpu("<cpu match='exact'><arch>i686</arch><model>486</model></cpu>")


def test_another_element_is_refused() -> None:
    with pytest.raises(XmlError, match="XML does not contain expected 'cpu' element"):
        read_cpu("<gpu/>")


def test_features_are_added_changed_and_suggested() -> None:
    cpu = guest_cpu(model="486")
    add_feature(cpu, "vme", "require")
    set_feature(cpu, "vme", "disable")
    suggest_feature(cpu, "vme", "force")
    suggest_feature(cpu, "pse", "forbid")
    assert [(f.name, f.policy) for f in cpu.features] == [("vme", "disable"), ("pse", "forbid")]
    assert find_feature(cpu, "fpu") is None
    with pytest.raises(InternalError, match="CPU feature 'vme' specified more than once"):
        add_feature(cpu, "vme", "require")


def test_the_features_of_a_host_are_required_of_a_guest() -> None:
    cpu = guest_cpu(vendor_id="0123456789ab")
    take_model(cpu, read_cpu(HOST), only=lambda name: name != "est")
    assert (cpu.model, cpu.vendor, cpu.vendor_id) == ("Penryn", "Intel", None)
    assert [(f.name, f.policy) for f in cpu.features] == [("vmx", "require")]
